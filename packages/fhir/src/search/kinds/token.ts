/**
 * Tokens: codes, concepts, identifiers, contacts, booleans (FHIR R4 search §3.1.1.5.10). Case is a code system's: HL7's own
 * and UCUM are compared exactly, all others without case, as R4 asks where a rule is not known ("including undesired
 * data has less safety implications"). Identifiers and ids are exact: `ab1` and `AB1` may be two patients. Telephone
 * numbers are compared by what is dialled.
 */
import type { TokenValue } from "../../extraction/search-value.ts";
import { isObject } from "../../json.ts";
import { splitEscaped, unescapeValue } from "../escape.ts";
import { foldCase, foldText, withoutSeparators } from "../fold-text.ts";
import type { CodesOperand, MimeOperand, StringOperand, TokenOperand, TypedOperand } from "../operand.ts";

/** `code`, `system|code`, `|code` (no system), `system|`. */
export function parseToken(text: string): TokenOperand | undefined {
  const parts = splitEscaped(text, "|");
  if (parts.length > 2) return undefined;
  const [first, second] = parts.map((part) => unescapeValue(part).trim()) as [string, string?];
  if (second === undefined) return first === "" ? undefined : { kind: "token", code: first };
  if (second !== "") return { kind: "token", system: first, code: second };
  return first === "" ? undefined : { kind: "token", system: first };
}

/** `system|code|value`: R4 wants all three. */
export function parseTyped(text: string): TypedOperand | undefined {
  const parts = splitEscaped(text, "|").map((part) => unescapeValue(part).trim());
  const [system, code, value] = parts;
  return parts.length === 3 && system && code && value ? { kind: "typed", system, code, value } : undefined;
}

const MIME_TYPES = "urn:ietf:bcp:13";

/** Of `:below` (§3.1.1.4.10): a type without parameters, or its first part. */
export function parseMime(text: string): MimeOperand | undefined {
  const { system = MIME_TYPES, code } = parseToken(text) ?? {};
  if (system !== MIME_TYPES || !code || !/^[^\s/;]+(\/[^\s/;]+)?$/.test(code)) return undefined;
  return { kind: "mime", type: code.toLowerCase() };
}

export function mimeMatches({ type }: MimeOperand, { code }: TokenValue): boolean {
  const [found = ""] = (code ?? "").toLowerCase().split(";");
  return found.trim() === type || (!type.includes("/") && found.startsWith(`${type}/`));
}

export function tokenMatches({ system, code }: TokenOperand, value: TokenValue): boolean {
  if (system !== undefined && (value.system ?? "") !== system) return false;
  return code === undefined ? system !== undefined : value.code !== undefined && isSameCode(code, value.code, value);
}

export function typedMatches({ system, code, value: wanted }: TypedOperand, value: TokenValue): boolean {
  if (value.code !== wanted || value.types === undefined) return false;
  return value.types.some(
    (type) => isObject(type) && type["system"] === system && typeof type["code"] === "string" && type["code"] === code,
  );
}

export function codesMatch({ codes }: CodesOperand, { system, code }: TokenValue): boolean {
  return code !== undefined && codes.has(codeKey(system ?? "", code));
}

/** Of `:text`: what a person reads beside the code starts with the text. */
export function tokenTextMatches({ folded }: StringOperand, value: TokenValue): boolean {
  return value.texts.some((text) => foldText(text).startsWith(folded));
}

/** One text for codes that are the same. A code has no line break (FHIR R4 datatypes §2.24.0.1). */
export function codeKey(system: string, code: string): string {
  return `${isCaseSensitive(system) ? code : foldCase(code)}\n${system}`;
}

export function codeOfKey(key: string): string {
  return key.slice(0, key.indexOf("\n"));
}

function isSameCode(wanted: string, code: string, { system, form }: TokenValue): boolean {
  if (wanted === code) return true;
  if (form === "phone") return dialled(wanted) === dialled(code);
  return form === "code" && !isCaseSensitive(system ?? "") && foldCase(wanted) === foldCase(code);
}

/** `(03) 5555-6473` is `0355556473`: R4 leaves punctuation to the server (§3.1.1.5.10). */
function dialled(text: string): string {
  return foldCase(withoutSeparators(text));
}

/** HL7's tables of version 2 do not say it of themselves. */
function isCaseSensitive(system: string): boolean {
  return (
    system === "http://unitsofmeasure.org" ||
    system.startsWith("http://hl7.org/fhir/") ||
    (system.startsWith("http://terminology.hl7.org/CodeSystem/") && !system.includes("/v2-"))
  );
}
