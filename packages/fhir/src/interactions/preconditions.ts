/** `If-Match`, `If-None-Match` and `If-Modified-Since` as FHIR uses them (R4 http §3.1.0.5, §3.1.0.1.6; RFC 9110 §13). */
import { WardError } from "@ward/core";

/** A caller that holds one of these versions, or has the record as of that time, needs no answer. */
export interface Unless {
  readonly versions?: readonly number[] | "any";
  /** Milliseconds since 1970 UTC. */
  readonly since?: number;
}

const ALWAYS: Unless = {};

/** A version that no record reaches. */
const NO_VERSION = 2_000_000_000;

/**
 * `W/"3"`, also without `W/` and quotes, and several of them. `*`: any version that is there. A tag that is none of ours
 * is never current.
 */
export function parseIfMatch(text: string): number | readonly number[] | "any" {
  if (text.trim() === "*") return "any";
  const versions = text.split(",").map((tag) => {
    const version = versionOf(tag) ?? (/^\s*(?:W\/)?"[^"\s]*"\s*$/.test(tag) ? NO_VERSION : undefined);
    if (version === undefined) throw new WardError("invalid-request", { header: "if-match" });
    return version;
  });
  const [only] = versions;
  return versions.length === 1 && only !== undefined ? only : versions;
}

export function parseUnless(ifNoneMatch: string | undefined, ifModifiedSince: string | undefined): Unless {
  // A recipient MUST ignore If-Modified-Since beside If-None-Match (RFC 9110 §13.1.3).
  if (ifNoneMatch !== undefined) return { versions: parseIfNoneMatch(ifNoneMatch) };
  if (ifModifiedSince === undefined) return ALWAYS;
  const since = Date.parse(ifModifiedSince);
  // A date that is none is ignored (RFC 9110 §13.1.3).
  return Number.isNaN(since) ? {} : { since };
}

export function parseIfNoneMatch(text: string): readonly number[] | "any" {
  if (text.trim() === "*") return "any";
  // A tag that is none of ours names no version of ours.
  return text.split(",").flatMap((tag) => versionOf(tag) ?? []);
}

/** Whether the caller holds this version already. HTTP's time has no milliseconds. */
export function isHeld({ versions, since }: Unless, version: number, lastUpdated: Date): boolean {
  if (versions !== undefined) return versions === "any" || versions.includes(version);
  return since !== undefined && Math.floor(lastUpdated.getTime() / 1000) * 1000 <= since;
}

export function etagOf(version: number): string {
  return `W/"${version}"`;
}

function versionOf(text: string): number | undefined {
  const version = /^(?:(?:W\/)?"([1-9]\d{0,8})"|([1-9]\d{0,8}))$/.exec(text.trim());
  return version === null ? undefined : Number(version[1] ?? version[2]);
}
