/** SN, structured numeric (v2.5.1 §2.A.71): `>^100000`, `^1^:^128`, `^5^-^10`, `^2^+`. */
import { Hl7ParseError } from "./parse-error.ts";
import type { Segment } from "./segment.ts";

export interface StructuredNumeric {
  readonly comparator?: ">" | "<" | ">=" | "<=" | "=" | "<>";
  readonly num1?: number;
  /** `-` range, `:` or `/` ratio, `+` category ("2+"), `.` separator of a titre. */
  readonly separator?: "-" | "+" | "/" | "." | ":";
  readonly num2?: number;
}

/** The SN in a field (OBX-5 as a rule), undefined where nothing was sent. Throws `Hl7ParseError` 102 where it is none. */
export function readStructuredNumeric(segment: Segment, field = 5): StructuredNumeric | undefined {
  const comparator = segment.text(`${field}.1`);
  const num1 = segment.number(`${field}.2`);
  const separator = segment.text(`${field}.3`);
  const num2 = segment.number(`${field}.4`);
  if (comparator === undefined && num1 === undefined && separator === undefined && num2 === undefined) return undefined;
  if (comparator !== undefined && !isComparator(comparator)) throw new Hl7ParseError("102", segment.at(`${field}`));
  if (separator !== undefined && !isSeparator(separator)) throw new Hl7ParseError("102", segment.at(`${field}`));
  return {
    ...(comparator === undefined ? {} : { comparator }),
    ...(num1 === undefined ? {} : { num1 }),
    ...(separator === undefined ? {} : { separator }),
    ...(num2 === undefined ? {} : { num2 }),
  };
}

function isComparator(text: string): text is NonNullable<StructuredNumeric["comparator"]> {
  return [">", "<", ">=", "<=", "=", "<>"].includes(text);
}

function isSeparator(text: string): text is NonNullable<StructuredNumeric["separator"]> {
  return ["-", "+", "/", ".", ":"].includes(text);
}
