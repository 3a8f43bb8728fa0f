export { buildAck, readAck, type Ack, type AckCode, type AckInput } from "./acknowledgment.ts";
export { buildMessage, buildSegment, type FieldInput } from "./build.ts";
export { toFhirDate, toFhirDateTime, toFhirInstant, toHl7DateTime, type ZoneOption } from "./date-time.ts";
export { DEFAULT_DELIMITERS, type Delimiters } from "./delimiters.ts";
export { decodeText, encodeText, NULL_VALUE } from "./escape.ts";
export { parseMessage, readHeader, type Hl7Header, type Hl7Message } from "./message.ts";
export { ERROR_CONDITIONS, Hl7ParseError, type ErrorCondition, type Hl7Location } from "./parse-error.ts";
export {
  resultGroups,
  type Observed,
  type OrderResults,
  type ParentResult,
  type PatientResults,
} from "./result-groups.ts";
export { Component, Field, Repetition, Segment } from "./segment.ts";
export { readStructuredNumeric, type StructuredNumeric } from "./structured-numeric.ts";
