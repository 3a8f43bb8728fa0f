/**
 * URIs: equal to the character, `:below` by whole path segments, `:above` the other way round (FHIR R4 search §3.1.1.5.13).
 * A `|version` of a canonical counts only where the search names one.
 */
import type { UriOperand } from "../operand.ts";

/** `isCanonical`: of the resource itself, whose version is another of its elements (§3.1.1.4.9). */
export function parseUri(text: string, isCanonical: boolean): UriOperand | undefined {
  if (text === "" || /\s/.test(text)) return undefined;
  const uri = isCanonical ? withoutVersion(text) : text;
  return { kind: "uri", uri, ...(uri === text ? {} : { version: text.slice(uri.length + 1) }) };
}

export function uriMatches({ uri }: UriOperand, value: string, modifier: "above" | "below" | undefined): boolean {
  if (modifier === undefined) return value === uri || withoutVersion(value) === uri;
  const bare = withoutVersion(value);
  return modifier === "below" ? isBelow(bare, uri) : isBelow(uri, bare);
}

export function withoutVersion(uri: string): string {
  const bar = uri.lastIndexOf("|");
  return bar < 0 ? uri : uri.slice(0, bar);
}

/** `http://a/b/c` is below `http://a/b` and `http://a/b/`; `http://a/bc` is not, and URNs are below themselves alone. */
function isBelow(uri: string, base: string): boolean {
  if (uri === base) return true;
  return !base.startsWith("urn:") && uri.startsWith(base.endsWith("/") ? base : `${base}/`);
}
