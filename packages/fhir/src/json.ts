/**
 * JSON as it enters the room. INVARIANT: whatever passed `copyJson` or `parseFhirJson` is a plain tree of at most
 * `JSON_LIMITS`, with no `__proto__` member, no number beyond IEEE 754 and no lone surrogate, so that everything
 * behind can recurse and serialize without care. Member names may be PHI in a hostile resource: errors carry none.
 */
import { WardError } from "@ward/core";

export const JSON_LIMITS = {
  depthMax: 64,
  /** Members and array items of one resource or Bundle. */
  nodesMax: 250_000,
  textMaxBytes: 16 * 1024 * 1024,
  resourceMaxBytes: 8 * 1024 * 1024,
  entriesMax: 1_000,
} as const;

export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;
export interface JsonObject {
  [key: string]: JsonValue;
}

/** Parses JSON text and refuses what `JSON.parse` lets pass: duplicate members (FHIR R4 JSON §2.6.2) and bombs. */
export function parseFhirJson(text: string): JsonValue {
  if (Buffer.byteLength(text) > JSON_LIMITS.textMaxBytes) {
    throw new WardError("too-large", { limitBytes: JSON_LIMITS.textMaxBytes });
  }
  checkMembers(text);
  try {
    return copyJson(JSON.parse(text) as unknown);
  } catch (thrown) {
    // The engine's message quotes the text, so that it must not become a cause.
    if (thrown instanceof WardError) throw thrown;
    throw new WardError("invalid-request", { reason: "not-json" });
  }
}

/** A deep copy within the limits; `rewrite` may replace a string, told the member's name. */
export function copyJson(value: unknown, rewrite?: (text: string, key: string) => string): JsonValue {
  let nodes = 0;
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
    if (Array.isArray(each)) return each.map((item) => copy(item, key, depth + 1));
    const prototype: unknown = Object.getPrototypeOf(each);
    if (prototype !== Object.prototype && prototype !== null) {
      throw new WardError("invalid-request", { reason: "not-json" });
    }
    const result: JsonObject = {};
    for (const [name, member] of Object.entries(each)) {
      if (member === undefined) continue;
      if (name === "__proto__") throw new WardError("invalid-request", { reason: "forbidden-member" });
      result[name] = copy(member, name, depth + 1);
    }
    return result;
  };
  return copy(value, "", 1);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Walks the text once, keeping the member names of each open object; leaves all other syntax to `JSON.parse`. */
function checkMembers(text: string): void {
  const open: (Set<string> | undefined)[] = [];
  let expectsKey = false;
  for (let at = 0; at < text.length; at++) {
    switch (text[at]) {
      case "{":
      case "[":
        open.push(text[at] === "{" ? new Set() : undefined);
        expectsKey = text[at] === "{";
        if (open.length > JSON_LIMITS.depthMax) {
          throw new WardError("invalid-request", { limitDepth: JSON_LIMITS.depthMax });
        }
        break;
      case "}":
      case "]":
        open.pop();
        expectsKey = false;
        break;
      case ",":
        expectsKey = open.at(-1) !== undefined;
        break;
      case '"': {
        const end = endOfString(text, at);
        if (expectsKey) {
          const raw = text.slice(at, end + 1);
          const key = raw.includes("\\") ? decodeKey(raw) : raw;
          const keys = open.at(-1);
          if (keys?.has(key)) throw new WardError("invalid-request", { reason: "duplicate-member" });
          keys?.add(key);
          expectsKey = false;
        }
        at = end;
        break;
      }
    }
  }
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at;
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
