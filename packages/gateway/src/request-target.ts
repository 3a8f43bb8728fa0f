/**
 * A request's path and query, read strictly. Two readers that understand one path differently are how an attacker gets
 * past the first of them, so nothing is normalized: what could be read in two ways is refused.
 */
import { WardError } from "@ward/core";

export interface RequestTarget {
  /** As sent. */
  readonly sent: string;
  /** Decoded, without empty or dot segments; no segment holds a slash. */
  readonly segments: readonly string[];
  /** As sent, without `?`. */
  readonly query: string;
}

const NEVER_IN_TARGET = /[\\#\s]/;
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const NEVER_IN_SEGMENT = /[/\\\u0000-\u001f\u007f]/;

/** Throws `invalid-request` where `target` is not in origin form (RFC 9112 §3.2.1) or is ambiguous. */
export function readTarget(target: string): RequestTarget {
  const mark = target.indexOf("?");
  const path = mark === -1 ? target : target.slice(0, mark);
  if (!path.startsWith("/") || NEVER_IN_TARGET.test(target)) throw malformed();
  const trimmed = path.endsWith("/") ? path.slice(1, -1) : path.slice(1);
  const segments = trimmed === "" ? [] : trimmed.split("/").map(decodeSegment);
  return { sent: target, segments, query: mark === -1 ? "" : target.slice(mark + 1) };
}

/** Query or form parameters, each name once. Throws `invalid-request` where one is repeated or not UTF-8. */
export function readParameters(text: string): Readonly<Record<string, string>> {
  const parameters = new Map<string, string>();
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = decode((equals === -1 ? pair : pair.slice(0, equals)).replaceAll("+", " "));
    const value = equals === -1 ? "" : decode(pair.slice(equals + 1).replaceAll("+", " "));
    if (parameters.has(name)) throw malformed();
    parameters.set(name, value);
  }
  return Object.fromEntries(parameters);
}

function decodeSegment(segment: string): string {
  const decoded = segment.includes("%") ? decode(segment) : segment;
  if (decoded === "" || decoded === "." || decoded === ".." || NEVER_IN_SEGMENT.test(decoded)) throw malformed();
  return decoded;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw malformed();
  }
}

function malformed(): WardError {
  return new WardError("invalid-request");
}
