/** Reading HL7 v2 inside a function: what `on.hl7` hands over, and the parts of it that need care. */
export {
  decodeText,
  Hl7ParseError,
  readStructuredNumeric,
  resultGroups,
  Segment,
  toFhirDate,
  toFhirDateTime,
  toFhirInstant,
  type Hl7Header,
  type Hl7Message,
  type Observed,
  type OrderResults,
  type ParentResult,
  type PatientResults,
  type Repetition,
  type StructuredNumeric,
} from "@ward/core/hl7";
