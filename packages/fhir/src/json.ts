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
  // No character takes more than three bytes.
  if (text.length > JSON_LIMITS.textMaxBytes / 3 && Buffer.byteLength(text) > JSON_LIMITS.textMaxBytes) {
    throw new WardError("too-large", { limitBytes: JSON_LIMITS.textMaxBytes });
  }
  const { members, isPlain, isEscaped } = scan(text);
  let value: JsonValue;
  try {
    value = isPlain ? (JSON.parse(text) as JsonValue) : parseExact(text);
  } catch {
    // The engine's message quotes the text, so that it must not become a cause.
    throw new WardError("invalid-request", { reason: "not-json" });
  }
  const tree = { nodes: 0, members: 0, mayBeBroken: isEscaped || !text.isWellFormed(), rewrite };
  const settled = settle(value, "", 1, tree);
  // Of members with one name the engine keeps the last.
  if (tree.members !== members) throw new WardError("invalid-request", { reason: "duplicate-member" });
  return settled;
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
function parseExact(text: string): JsonValue {
  const revive = function (this: JsonObject, key: string, value: unknown, context: { readonly source?: string }) {
    const { source } = context;
    if (typeof value === "number" && source !== undefined && source !== String(value)) setExact(this, key, source);
    return value;
  };
  return JSON.parse(text, revive as (this: unknown, key: string, value: unknown) => unknown) as JsonValue;
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

/** A tree that was parsed a moment ago and that nobody else has: it is checked and rewritten in place. */
interface Tree {
  nodes: number;
  members: number;
  /** A string may have a lone surrogate. */
  readonly mayBeBroken: boolean;
  readonly rewrite: RewriteText | undefined;
}

/** Checks what `copyJson` checks. Answers the value, or the string that takes its place. */
function settle(value: JsonValue, key: string, depth: number, tree: Tree): JsonValue {
  if (++tree.nodes > JSON_LIMITS.nodesMax) throw new WardError("too-large", { limitNodes: JSON_LIMITS.nodesMax });
  if (depth > JSON_LIMITS.depthMax) throw new WardError("invalid-request", { limitDepth: JSON_LIMITS.depthMax });
  if (typeof value === "string") {
    if (tree.mayBeBroken && !value.isWellFormed()) throw new WardError("invalid-request", { reason: "lone-surrogate" });
    return tree.rewrite ? tree.rewrite(value, key) : value;
  }
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new WardError("invalid-request", { reason: "not-a-json-number" });
  }
  if (typeof value !== "object" || value === null) return value;
  let isAboveExact = false;
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at++) {
      const item = value[at] as JsonValue;
      const settled = settle(item, key, depth + 1, tree);
      if (settled !== item) value[at] = settled;
      isAboveExact ||= isExactWithin(item);
    }
    if (isAboveExact && exactOf(value) === undefined) Object.defineProperty(value, EXACT, { value: {} });
    return value;
  }
  for (const name in value) {
    if (name === "__proto__") throw new WardError("invalid-request", { reason: "forbidden-member" });
    tree.members++;
    const member = value[name] as JsonValue;
    const settled = settle(member, name, depth + 1, tree);
    if (settled !== member) value[name] = settled;
    isAboveExact ||= isExactWithin(member);
  }
  if (isAboveExact && exactOf(value) === undefined) (value as Record<PropertyKey, unknown>)[EXACT] = {};
  return value;
}

function isExactWithin(value: JsonValue): boolean {
  return typeof value === "object" && value !== null && exactOf(value) !== undefined;
}

interface Scan {
  /** Members of all objects: as many as there are colons outside of strings. */
  readonly members: number;
  /** JavaScript writes every number as it is here. */
  readonly isPlain: boolean;
  /** Some character is written as `\u`. */
  readonly isEscaped: boolean;
}

/** Walks the text once; leaves all syntax to `JSON.parse`. Throws where it is too deep. */
function scan(text: string): Scan {
  let members = 0;
  let depth = 0;
  let isPlain = true;
  let isEscaped = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      for (let next = text.charCodeAt(++at); next !== QUOTE && at < text.length; next = text.charCodeAt(++at)) {
        // What stands behind a backslash ends no string.
        if (next === BACKSLASH) isEscaped = text.charCodeAt(++at) === SMALL_U || isEscaped;
      }
    } else if (code === COLON) members++;
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      if (++depth > JSON_LIMITS.depthMax) {
        throw new WardError("invalid-request", { limitDepth: JSON_LIMITS.depthMax });
      }
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth--;
    else if (isDigit(code) || code === MINUS) {
      const end = endOfNumber(text, at);
      isPlain &&= isWrittenSo(text, at, end);
      at = end - 1;
    }
  }
  return { members, isPlain, isEscaped };
}

const QUOTE = 34;
const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const COLON = 58;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const CLOSE_BRACKET = 93;
const SMALL_U = 117;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
/** A double tells all decimals of so many digits apart. */
const DIGITS_SAFE = 15;

function isDigit(code: number): boolean {
  return code >= ZERO && code <= 57;
}

function endOfNumber(text: string, start: number): number {
  for (let at = start + 1; ; at++) {
    const code = text.charCodeAt(at);
    const isPart = isDigit(code) || code === POINT || code === 43 || code === MINUS || (code | 32) === 101;
    if (!isPart) return at;
  }
}

/** Digits with at most a point among them are told by their look; what begins or ends with a zero is asked of the engine. */
function isWrittenSo(text: string, start: number, end: number): boolean {
  // A digit.
  if (end - start === 1) return text.charCodeAt(start) !== MINUS;
  let points = 0;
  let isSimple = end - start <= DIGITS_SAFE && text.charCodeAt(start) > ZERO;
  for (let at = start; isSimple && at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === POINT) points++;
    else isSimple = isDigit(code);
  }
  const last = text.charCodeAt(end - 1);
  if (isSimple && (points === 0 || (points === 1 && last > ZERO))) return true;
  const number = text.slice(start, end);
  return String(Number(number)) === number;
}
