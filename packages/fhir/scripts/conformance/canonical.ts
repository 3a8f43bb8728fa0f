/**
 * Two resources are equal where their canonical texts are (RFC 8785: members in any order, numbers by their value),
 * what a server sets aside. Decimals are compared once more as they were written: R4 asks that their
 * precision is kept (json.html#primitive), which RFC 8785 does not see.
 */
import { isObject, type JsonObject } from "../../src/json.ts";

/** What a server may set: not compared. */
const SERVER_META = ["versionId", "lastUpdated"];

export interface Difference {
  /** Of the first element that differs. */
  readonly path: string;
  readonly kind: "content" | "precision";
}

/** Both as `parseWritten` gives them. Undefined where both say the same. */
export function differenceOf(sent: unknown, received: unknown): Difference | undefined {
  const one = withoutServerMeta(sent);
  const other = withoutServerMeta(received);
  const path = firstDifference(one, other, "", sameValue);
  if (path !== undefined) return { path, kind: "content" };
  const written = firstDifference(one, other, "", (a, b) => a === b);
  return written === undefined ? undefined : { path: written, kind: "precision" };
}

/** A number as it was written, told from a string by its class. */
class Written {
  readonly source: string;
  constructor(source: string) {
    this.source = source;
  }
}

/** JSON whose numbers keep the digits they were written with. */
export function parseWritten(text: string): unknown {
  const reviver = (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
    typeof value === "number" ? new Written(context?.source ?? String(value)) : value;
  return JSON.parse(text.replace(/^\uFEFF/, ""), reviver as (key: string, value: unknown) => unknown);
}

function withoutServerMeta(value: unknown): unknown {
  if (!isObject(value)) return value;
  const resource = value as JsonObject;
  const meta = resource["meta"];
  if (!isObject(meta)) return resource;
  const kept = Object.fromEntries(Object.entries(meta).filter(([name]) => !SERVER_META.includes(name)));
  const { meta: _meta, ...others } = resource;
  return Object.keys(kept).length === 0 ? others : { ...others, meta: kept };
}

function sameValue(one: unknown, other: unknown): boolean {
  return one === other || Number(one) === Number(other);
}

function firstDifference(
  one: unknown,
  other: unknown,
  path: string,
  isSameNumber: (one: string, other: string) => boolean,
): string | undefined {
  const at = path === "" ? "." : path;
  if (one instanceof Written || other instanceof Written) {
    const same = one instanceof Written && other instanceof Written && isSameNumber(one.source, other.source);
    return same ? undefined : at;
  }
  if (Array.isArray(one) && Array.isArray(other)) {
    if (one.length !== other.length) return at;
    return findFirst(
      one.map((each, index) => [each, other[index], `${path}[${index}]`] as const),
      isSameNumber,
    );
  }
  if (isPlain(one) && isPlain(other)) {
    const names = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
    return findFirst(
      names.map((name) => [one[name], other[name], `${path}.${name}`] as const),
      isSameNumber,
    );
  }
  return one === other ? undefined : at;
}

function findFirst(
  pairs: readonly (readonly [unknown, unknown, string])[],
  isSameNumber: (one: string, other: string) => boolean,
): string | undefined {
  for (const [one, other, path] of pairs) {
    const found = firstDifference(one, other, path, isSameNumber);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
