/** Composites: `code$value`, both of one element (FHIR R4 search §3.1.1.5.15). */
import type { CompositeValue, SearchValue } from "../../extraction/search-value.ts";
import type { CompositeOperand, Operand } from "../operand.ts";

export function compositeMatches(
  wanted: CompositeOperand,
  value: CompositeValue,
  matches: (operand: Operand, value: SearchValue) => boolean,
): boolean {
  return wanted.components.every((operand, at) => (value.components[at] ?? []).some((each) => matches(operand, each)));
}
