/**
 * JSON Patch (RFC 6902). The library applies; what it leaves open is closed here: pointers that JavaScript would read
 * as something else, and tests in quadratic time. Decimals go through it as marked strings, since it copies numbers.
 */
import { WardError } from "@ward/core";
import { applyPatch, type Operation } from "rfc6902";
import { exactText, isObject, setExact, type JsonObject, type JsonValue } from "../../json.ts";

export type JsonPatchOperation =
  | { readonly op: "add" | "replace" | "test"; readonly path: string; readonly value: JsonValue }
  | { readonly op: "remove"; readonly path: string }
  | { readonly op: "move" | "copy"; readonly from: string; readonly path: string };

const OPERATIONS_MAX = 1_000;
/** Members and items that copies may add: a copy of a copy of a copy doubles each time. */
const COPIED_MAX = 100_000;
const FORBIDDEN = new Set(["__proto__", "constructor", "prototype"]);
/** A lone surrogate: no string that came in holds one. */
const MARK = "\ud800";

/** Values in the operations have their decimals marked. */
export function parseJsonPatch(value: JsonValue): readonly JsonPatchOperation[] {
  if (!Array.isArray(value)) throw new WardError("invalid-request", { reason: "patch-form" });
  if (value.length > OPERATIONS_MAX) throw new WardError("too-large", { limitOperations: OPERATIONS_MAX });
  return value.map((each, index) => {
    const operation = isObject(each) ? parseOperation(each) : undefined;
    if (operation === undefined)
      throw new WardError("invalid-request", { reason: "patch-form", operationIndex: index });
    return operation;
  });
}

/** The patched copy. Throws `patch-failed` where an operation does not apply, or a test fails. */
export function applyJsonPatch(resource: JsonObject, operations: readonly JsonPatchOperation[]): JsonValue {
  // The whole document is a member of the holder, so that the root is a place like any other.
  const holder = { document: marked(resource) };
  let copied = 0;
  for (const [operationIndex, operation] of operations.entries()) {
    if (operation.op === "copy") copied += sizeOf(findBy(holder, tokensOf(operation.from)));
    if (copied > COPIED_MAX) throw new WardError("too-large", { limitNodes: COPIED_MAX });
    if (!applyOne(holder, operation)) throw new WardError("patch-failed", { operationIndex });
  }
  return unmarked(holder.document);
}

function parseOperation(value: JsonObject): JsonPatchOperation | undefined {
  const { op, path, from } = value;
  if (!isPointer(path)) return undefined;
  if (op === "remove") return { op, path };
  if (op === "move" || op === "copy") return isPointer(from) ? { op, from, path } : undefined;
  if ((op !== "add" && op !== "replace" && op !== "test") || !Object.hasOwn(value, "value")) return undefined;
  return { op, path, value: (marked(value) as JsonObject)["value"] as JsonValue };
}

/** RFC 6901. */
function isPointer(value: unknown): value is string {
  if (typeof value !== "string" || value.length > 1_024) return false;
  if (value !== "" && !value.startsWith("/")) return false;
  return !/~(?![01])/.test(value) && !tokensOf(value).some((token) => FORBIDDEN.has(token));
}

function applyOne(holder: { document: JsonValue }, operation: JsonPatchOperation): boolean {
  const { op, path } = operation;
  if (op === "test") {
    const value = findBy(holder, tokensOf(path));
    return value !== undefined && isSame(unmarked(value), unmarked(operation.value));
  }
  if (!isPlace(holder, path, op === "replace" || op === "remove")) return false;
  if ("from" in operation && !isPlace(holder, operation.from, true)) return false;
  const applied = { ...operation, path: `/document${path}` } as { op: string; path: string; from?: string };
  if ("from" in operation) applied.from = `/document${operation.from}`;
  return applyPatch(holder, [applied as Operation])[0] === null;
}

/** The library reads `1x` and `01` as an index. */
function isPlace(holder: { document: JsonValue }, pointer: string, mustExist: boolean): boolean {
  const tokens = tokensOf(pointer);
  const last = tokens.at(-1);
  if (last === undefined) return true;
  const parent = findBy(holder, tokens.slice(0, -1));
  if (!Array.isArray(parent)) return isObject(parent);
  if (last === "-") return !mustExist;
  return /^(?:0|[1-9]\d*)$/.test(last) && Number(last) < parent.length + (mustExist ? 0 : 1);
}

function findBy({ document }: { document: JsonValue }, tokens: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = document;
  for (const token of tokens) {
    if (Array.isArray(value)) value = /^(?:0|[1-9]\d*)$/.test(token) ? value[Number(token)] : undefined;
    else if (isObject(value)) value = Object.hasOwn(value, token) ? value[token] : undefined;
    else return undefined;
  }
  return value;
}

function tokensOf(pointer: string): string[] {
  const tokens = pointer.split("/").slice(1);
  return tokens.map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function marked(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(marked);
  if (!isObject(value)) return value;
  const copy: JsonObject = {};
  for (const [name, member] of Object.entries(value)) {
    const text = typeof member === "number" ? exactText(value, name) : undefined;
    copy[name] = text === undefined || Number(text) !== member ? marked(member) : MARK + text;
  }
  return copy;
}

function unmarked(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(unmarked);
  if (typeof value === "string") return value.startsWith(MARK) ? Number(value.slice(1)) : value;
  if (!isObject(value)) return value;
  const copy: JsonObject = {};
  for (const [name, member] of Object.entries(value)) {
    copy[name] = unmarked(member);
    if (typeof member === "string" && member.startsWith(MARK)) setExact(copy, name, member.slice(1));
  }
  return copy;
}

function sizeOf(value: JsonValue | undefined): number {
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce((size: number, member) => size + sizeOf(member as JsonValue), 1);
}

/** RFC 6902 §4.6: numbers by value, objects whatever the order of their members. */
function isSame(a: JsonValue, b: JsonValue): boolean {
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, at) => isSame(item, b[at] as JsonValue));
  }
  if (!isObject(a)) return a === b;
  if (!isObject(b)) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && isSame(a[name] as JsonValue, b[name] as JsonValue))
  );
}
