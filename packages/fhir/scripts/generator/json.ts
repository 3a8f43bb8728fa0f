/** The definitions as JSON: HL7's own shape, read as it is. */

// oxlint-disable-next-line typescript/no-explicit-any -- HL7's definitions, read as they are; a wrong guess fails the generated files' tests
export type Json = Record<string, any>;
