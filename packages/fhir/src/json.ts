/**
 * JSON as it enters the room. INVARIANT: whatever passed `copyJson` or `parseFhirJson` is a plain tree of at most
 * `JSON_LIMITS`, with no `__proto__` member, no number beyond IEEE 754 and no lone surrogate, so that everything
 * behind can recurse and serialize without care. Member names may be PHI in a hostile resource: errors carry none.
 *
 * Decimals keep their text (FHIR R4 datatypes §2.24.0.1: 1.00 is not 1.0): a number that JavaScript would write
 * otherwise stands in the tree as a number, and its text in the object's `EXACT` member, where only `writeJson` looks.
 */
import { WardError } from "@ward/core";

export const JSON_LIMITS = {
  depthMax: 64,
  /** Members and array items of one resource or Bundle. */
  nodesMax: 1_000_000,
  textMaxBytes: 16 * 1024 * 1024,
  resourceMaxBytes: 8 * 1024 * 1024,
  entriesMax: 5_000,
} as const;

export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;
export interface JsonObject {
  [key: string]: JsonValue;
}

/** Member names to number texts; on every object on the way to one, so that the root tells whether there is any. */
export const EXACT = Symbol("exact");
type Exact = Readonly<Record<string, string>>;

/** Replaces a string, told the member's name. */
export type RewriteText = (text: string, name: string) => string;

/** Parses JSON text and refuses what `JSON.parse` lets pass: duplicate members (FHIR R4 JSON §2.6.2) and bombs. */
export function parseFhirJson(text: string, rewrite?: RewriteText): JsonValue {
  if (Buffer.byteLength(text) > JSON_LIMITS.textMaxBytes) {
    throw new WardError("too-large", { limitBytes: JSON_LIMITS.textMaxBytes });
  }
  const isPlain = checkMembers(text);
  try {
    return copyJson(isPlain ? (JSON.parse(text) as unknown) : parseExact(text), rewrite);
  } catch (thrown) {
    // The engine's message quotes the text, so that it must not become a cause.
    if (thrown instanceof WardError) throw thrown;
    throw new WardError("invalid-request", { reason: "not-json" });
  }
}

/** Numbers that might be written otherwise, and here and there a string that looks like one. */
const PERHAPS_EXACT = /[:,[]\s*-?(?:0(?=[,}\]\s])|\d+\.\d*0(?![.\d])|0\.000000|[\d.]{16,}|[\d.]+[eE])/;

/** Text that `writeJson` made: checked already, its decimals kept. */
export function readJson(text: string): JsonValue {
  return (PERHAPS_EXACT.test(text) ? markExact(parseExact(text)) : JSON.parse(text)) as JsonValue;
}

/** JSON text with every decimal as it came. */
export function writeJson(value: unknown, indent = 0): string {
  if (!hasExact(value)) return JSON.stringify(value, undefined, indent);
  const exact = function (this: Readonly<Record<PropertyKey, unknown>>, key: string, member: unknown): unknown {
    if (typeof member !== "number") return member;
    const text = (this[EXACT] as Exact | undefined)?.[key];
    // The number counts: whoever replaced it need not know of its text.
    return text !== undefined && Number(text) === member ? rawJson(text) : member;
  };
  return JSON.stringify(value, exact, indent);
}

/** Whether `writeJson` has more to do than `JSON.stringify`; also for the resources in a Bundle. */
export function hasExact(value: unknown): boolean {
  if (!isObject(value)) return false;
  if (exactOf(value) !== undefined) return true;
  const { entry } = value;
  return Array.isArray(entry) && entry.some((each) => isObject(each) && hasExact(each["resource"]));
}

/** The text of a number that JavaScript would write otherwise. */
export function exactText(object: JsonObject, key: string): string | undefined {
  return exactOf(object)?.[key];
}

/** Tells the text of a number in place; the caller sees to the objects above. */
export function setExact(object: JsonObject, key: string, text: string): void {
  (object as Record<PropertyKey, unknown>)[EXACT] = { ...exactOf(object), [key]: text };
}

/** `made` with the texts of `from`'s decimals, for a part of it. */
export function withExact(made: JsonObject, from: JsonObject): JsonObject {
  const exact = exactOf(from);
  if (exact !== undefined) (made as Record<PropertyKey, unknown>)[EXACT] = exact;
  return made;
}

/** A deep copy within the limits. */
export function copyJson(value: unknown, rewrite?: RewriteText): JsonValue {
  let nodes = 0;
  let exacts = 0;
  const copy = (each: unknown, key: string, depth: number): JsonValue => {
    if (++nodes > JSON_LIMITS.nodesMax) throw new WardError("too-large", { limitNodes: JSON_LIMITS.nodesMax });
    if (depth > JSON_LIMITS.depthMax) throw new WardError("invalid-request", { limitDepth: JSON_LIMITS.depthMax });
    switch (typeof each) {
      case "string":
        if (!each.isWellFormed()) throw new WardError("invalid-request", { reason: "lone-surrogate" });
        return rewrite ? rewrite(each, key) : each;
      case "boolean":
        return each;
      case "number":
        if (!Number.isFinite(each)) throw new WardError("invalid-request", { reason: "not-a-json-number" });
        return each;
      case "object":
        break;
      default:
        throw new WardError("invalid-request", { reason: "not-json" });
    }
    if (each === null) return null;
    const before = exacts;
    const exact = exactOf(each);
    if (exact !== undefined) exacts++;
    if (Array.isArray(each)) {
      const items = each.map((item) => copy(item, key, depth + 1));
      if (exacts > before) Object.defineProperty(items, EXACT, { value: exact ?? {} });
      return items;
    }
    const prototype: unknown = Object.getPrototypeOf(each);
    if (prototype !== Object.prototype && prototype !== null) {
      throw new WardError("invalid-request", { reason: "not-json" });
    }
    const result: JsonObject = {};
    for (const name of Object.keys(each)) {
      const member = (each as Readonly<Record<string, unknown>>)[name];
      if (member === undefined) continue;
      if (name === "__proto__") throw new WardError("invalid-request", { reason: "forbidden-member" });
      result[name] = copy(member, name, depth + 1);
    }
    if (exacts > before) (result as Record<PropertyKey, unknown>)[EXACT] = exact ?? {};
    return result;
  };
  return copy(value, "", 1);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function exactOf(value: object): Exact | undefined {
  return (value as Readonly<Record<PropertyKey, unknown>>)[EXACT] as Exact | undefined;
}

/** `JSON.parse` with each number's text where JavaScript would write another. */
function parseExact(text: string): unknown {
  const revive = function (this: JsonObject, key: string, value: unknown, context: { readonly source?: string }) {
    const { source } = context;
    if (typeof value === "number" && source !== undefined && source !== String(value)) setExact(this, key, source);
    return value;
  };
  return JSON.parse(text, revive as (this: unknown, key: string, value: unknown) => unknown);
}

/** Marks the objects above each exact number. */
function markExact(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  let isMarked = exactOf(value) !== undefined;
  for (const member of Object.values(value)) {
    markExact(member);
    if (typeof member === "object" && member !== null && exactOf(member as object) !== undefined && !isMarked) {
      (value as Record<PropertyKey, unknown>)[EXACT] = {};
      isMarked = true;
    }
  }
  return value;
}

/** In the language since ES2026, not yet in the compiler's libraries. */
function rawJson(text: string): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text);
}

/**
 * Walks the text once, keeping the member names of each open object; leaves all other syntax to `JSON.parse`. Answers
 * whether JavaScript writes every number as it is here.
 */
function checkMembers(text: string): boolean {
  const open: (MemberNames | undefined)[] = [];
  let expectsKey = false;
  let isPlain = true;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case OPEN_BRACE:
      case OPEN_BRACKET:
        expectsKey = text.charCodeAt(at) === OPEN_BRACE;
        open.push(expectsKey ? { few: [], many: undefined } : undefined);
        if (open.length > JSON_LIMITS.depthMax) {
          throw new WardError("invalid-request", { limitDepth: JSON_LIMITS.depthMax });
        }
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        open.pop();
        expectsKey = false;
        break;
      case COMMA:
        expectsKey = open.at(-1) !== undefined;
        break;
      case QUOTE: {
        const end = endOfString(text, at);
        if (expectsKey) {
          const raw = text.slice(at, end + 1);
          const key = raw.includes("\\") ? decodeKey(raw) : raw;
          const names = open.at(-1);
          if (names && isRepeated(names, key)) throw new WardError("invalid-request", { reason: "duplicate-member" });
          expectsKey = false;
        }
        at = end;
        break;
      }
      case 45:
      case 48:
      case 49:
      case 50:
      case 51:
      case 52:
      case 53:
      case 54:
      case 55:
      case 56:
      // A minus, or a digit.
      case 57: {
        const end = endOfNumber(text, at);
        isPlain &&= isWrittenSo(text, at, end);
        at = end - 1;
        break;
      }
    }
  }
  return isPlain;
}

const QUOTE = 34;
const COMMA = 44;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/** Of an open object: a list is faster to look through than a set while it is short. */
interface MemberNames {
  readonly few: string[];
  many: Set<string> | undefined;
}

const FEW = 16;

function isRepeated(names: MemberNames, name: string): boolean {
  if (names.many?.has(name) || (names.many === undefined && names.few.includes(name))) return true;
  if (names.many) names.many.add(name);
  else if (names.few.push(name) > FEW) names.many = new Set(names.few);
  return false;
}

function endOfNumber(text: string, start: number): number {
  for (let at = start + 1; ; at++) {
    const code = text.charCodeAt(at);
    const isPart = (code >= 48 && code <= 57) || code === 46 || code === 43 || code === 45 || (code | 32) === 101;
    if (!isPart) return at;
  }
}

function isWrittenSo(text: string, start: number, end: number): boolean {
  // A small whole number is; `-0` is not.
  if (end - start === 1) return true;
  const number = text.slice(start, end);
  return String(Number(number)) === number;
}

function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes++;
    // Each pair of them is one backslash; a single one belongs to the quote.
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}

/** `"a"` and `"a"` are the same member. */
function decodeKey(raw: string): string {
  try {
    return JSON.stringify(JSON.parse(raw));
  } catch {
    throw new WardError("invalid-request", { reason: "not-json" });
  }
}
