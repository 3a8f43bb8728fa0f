/**
 * The texts that a value's tokens are hashes of, and those that a search for it looks for. INVARIANT: where `meets`
 * accepts a value for an operand, one of the operand's keys is a key of the value. Keys are coarser than the
 * comparison (case, system, version, the end of a name are left out), never finer: a hit is matched again.
 */
import type { DateValue, SearchValue } from "../../extraction/search-value.ts";
import type { Modifier } from "../contract.ts";
import { foldCase, foldText, withoutSeparators } from "../fold-text.ts";
import { codeOfKey } from "../kinds/token.ts";
import { withoutVersion } from "../kinds/uri.ts";
import { literalOf } from "../kinds/reference.ts";
import type { DateOperand, Operand, ReferenceOperand } from "../operand.ts";
import { keysWithin, rangeAccepted, smallestUnit, unitKey, unitsAcross, unitsOf } from "./calendar.ts";
import type { IndexRule } from "./index-rules.ts";

/** An identifier's value in any system, and any other code; of a telephone number what is dialled. */
export function codeKeyOf(code: string): string {
  return withoutSeparators(foldCase(code));
}

export function addKeysOf(value: SearchValue, rule: IndexRule, isRange: boolean, keys: string[]): void {
  switch (value.kind) {
    case "token":
      if (value.code !== undefined) keys.push(codeKeyOf(value.code));
      break;
    case "string":
      addPrefixes(foldText(value.text), rule.prefixes ?? [], keys);
      break;
    case "reference": {
      const identified = value.identifier?.["value"];
      if (value.reference !== undefined) keys.push(referenceKey(value.reference));
      if (typeof identified === "string") keys.push(identifierKey(identified));
      break;
    }
    case "uri":
      keys.push(withoutVersion(value.uri));
      break;
    case "date":
      addDateKeys(value, rule, isRange, keys);
      break;
  }
}

/** Undefined where no key narrows the search. */
export function keysOfOperand(
  operand: Operand,
  modifier: Modifier | undefined,
  rule: IndexRule,
  isRange: boolean,
  targets: readonly string[],
): readonly string[] | undefined {
  switch (modifier) {
    case "missing":
    case "not":
    case "not-in":
    case "text":
    case "contains":
      return undefined;
    case "identifier":
      return operand.kind === "token" && operand.code !== undefined ? [identifierKey(operand.code)] : undefined;
    case "below":
      if (operand.kind === "uri") return undefined;
      break;
    case "above":
      if (operand.kind === "uri") return uriAndAbove(operand.uri);
      break;
  }
  switch (operand.kind) {
    case "token":
      return operand.code === undefined ? undefined : [codeKeyOf(operand.code)];
    case "typed":
      return [codeKeyOf(operand.value)];
    case "codes":
      return [...new Set([...operand.codes].map((each) => codeKeyOf(codeOfKey(each))))];
    case "string":
      return longestPrefix(operand.folded, rule.prefixes ?? []);
    case "reference":
      return referenceKeys(operand, targets);
    case "uri":
      return [withoutVersion(operand.uri)];
    case "date":
      return isRange ? rangeKeys(operand) : dateKey(operand, rule);
    default:
      return undefined;
  }
}

/** Of `Reference.identifier`; no reference begins so. */
function identifierKey(value: string): string {
  return `|${codeKeyOf(value)}`;
}

/** What is contained has one key, whatever it is called: a name that means something in its record alone. */
export const CONTAINED_KEY = "#";

export function referenceKey(reference: string): string {
  if (reference.startsWith(CONTAINED_KEY)) return CONTAINED_KEY;
  const literal = literalOf(reference);
  return literal ? `${literal.type}/${literal.id}` : withoutVersion(reference).replace(/\/_history\/[^/]*$/, "");
}

function addPrefixes(folded: string, lengths: readonly number[], keys: string[]): void {
  for (const length of lengths) if (length <= folded.length) keys.push(prefix(folded, length));
}

function longestPrefix(folded: string, lengths: readonly number[]): string[] | undefined {
  const length = lengths.findLast((each) => each <= folded.length);
  return length === undefined ? undefined : [prefix(folded, length)];
}

/** A character beyond the BMP may be cut: half of it is no text to hash. */
function prefix(folded: string, length: number): string {
  return folded.slice(0, length).toWellFormed();
}

/** An id alone names a record of each type that the parameter may point to; ours may be written as URLs too. */
function referenceKeys({ type, id, url, base }: ReferenceOperand, targets: readonly string[]): string[] {
  if (url !== undefined) return [referenceKey(url)];
  const literals = (type === undefined ? targets : [type]).map((each) => `${each}/${id ?? ""}`);
  return base === undefined ? literals : literals.flatMap((each) => [each, `${base}/${each}`]);
}

/** `http://a/b/c`, `http://a/b`, `http://a`: what may stand above it, with and without the slash at the end. */
function uriAndAbove(uri: string): string[] {
  const keys = new Set<string>();
  for (let at = uri.length; at > 0; at = uri.lastIndexOf("/", at - 1)) {
    keys.add(uri.slice(0, at));
    keys.add(uri.slice(0, at + 1));
  }
  return [...keys];
}

function addDateKeys(value: DateValue, { units = [] }: IndexRule, isRange: boolean, keys: string[]): void {
  for (const key of keysWithin(value, units)) keys.push(key);
  // Where a search covers only part of a month, a value of the whole month must be found too.
  if (isRange && unitsOf(value)[0] !== "day") keys.push(smallestUnit(value));
}

function rangeKeys(operand: DateOperand): readonly string[] | undefined {
  const range = rangeAccepted(operand);
  return range && unitsAcross(...range);
}

/** The calendar unit that the search's range lies in: what equals it, lies there too. */
function dateKey({ prefix, from, to }: DateOperand, { units = [] }: IndexRule): string[] | undefined {
  if (prefix !== "eq") return undefined;
  const unit = unitsOf({ from, to }).find((each) => units.includes(each));
  return unit === undefined ? undefined : [unitKey(unit, from)];
}
