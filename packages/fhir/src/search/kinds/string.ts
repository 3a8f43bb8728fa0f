/** Strings: any part of a name or address that starts with the text, by `foldText` (FHIR R4 search §3.1.1.5.8). */
import type { StringOperand } from "../operand.ts";
import { foldText } from "../fold-text.ts";

export function parseString(text: string): StringOperand | undefined {
  const folded = foldText(text);
  return folded === "" ? undefined : { kind: "string", text, folded };
}

export function stringMatches(
  wanted: StringOperand,
  text: string,
  modifier: "exact" | "contains" | undefined,
): boolean {
  if (modifier === "exact") return text.normalize("NFC") === wanted.text.normalize("NFC");
  const folded = foldText(text);
  return modifier === "contains" ? folded.includes(wanted.folded) : folded.startsWith(wanted.folded);
}
