/**
 * Cursors: where a page ended, sealed so that nobody but this vault reads or makes one. A cursor carries its query, so
 * that a `next` link shows no search value in a URL, and is bound to the path, to whom it was given and for which
 * purpose: in other hands it opens nothing.
 */
import { createHash } from "node:crypto";
import { principalName, WardError, type Caller } from "@ward/core";
import type { Vault } from "@ward/vault";

/** The place of a record in a page's order: its values by the sort keys, then by the rows' own order. */
export interface Place {
  readonly keys: readonly SortValue[];
  readonly sequence: bigint;
  readonly lastUpdated: Date;
}

/** Undefined: the record has no value. */
export type SortValue = number | string | undefined;

export interface Cursor {
  /** As in `Search.self`; where a URL would not hold it once more, its digest, and the link carries the query beside. */
  readonly query: string | { readonly digest: string };
  readonly after: Place;
  /** When the first page was asked for: what `ap` is measured from. */
  readonly now: Date;
  /** How many matches there were when the first page counted them. */
  readonly total?: number;
}

/** What a cursor is bound to, beside its query. */
export interface CursorHolder {
  readonly caller: Caller;
  /** `Observation`, `Patient/123/Observation`, `Patient/123/$everything`. */
  readonly path: string;
}

const DOMAIN = "fhir.cursor";
/** Sealed and in base64url this stays within the length that a URL's cursor may have. */
const QUERY_MAX_LENGTH = 1_200;

/** A query as a cursor carries it. */
export function carried(query: string): Cursor["query"] {
  if (query.length <= QUERY_MAX_LENGTH) return query;
  return { digest: createHash("sha256").update(query).digest("base64url") };
}

/** Member names are short: a cursor travels in URLs. */
interface Sealed {
  /** Whom, for what, which path. */
  readonly h: string;
  readonly q?: string;
  readonly x?: string;
  readonly k: readonly SealedValue[];
  readonly s: string;
  readonly u: number;
  readonly n: number;
  readonly t?: number;
}

/** JSON knows no infinities. */
type SealedValue = readonly ["n" | "s", string] | null;

export function sealCursor(vault: Vault, holder: CursorHolder, { query, after, now, total }: Cursor): string {
  const sealed: Sealed = {
    h: holderOf(holder),
    ...(typeof query === "string" ? { q: query } : { x: query.digest }),
    k: after.keys.map((value) => (value === undefined ? null : [typeof value === "number" ? "n" : "s", String(value)])),
    s: String(after.sequence),
    u: after.lastUpdated.getTime(),
    n: now.getTime(),
    ...(total === undefined ? {} : { t: total }),
  };
  return vault.sealToken(DOMAIN, JSON.stringify(sealed));
}

/** Throws `invalid-request` for what is none of ours, and `access-denied` for another holder's. */
export function openCursor(vault: Vault, holder: CursorHolder, token: string): Cursor {
  const text = vault.openToken(DOMAIN, token);
  if (text === undefined) throw new WardError("invalid-request", { parameter: "_cursor", reason: "cursor-form" });
  const { h, q, x = "", k, s, u, n, t } = JSON.parse(text) as Sealed;
  if (h !== holderOf(holder)) throw new WardError("access-denied", { parameter: "_cursor", reason: "foreign-cursor" });
  const keys = k.map((value) => (value === null ? undefined : value[0] === "n" ? Number(value[1]) : value[1]));
  return {
    query: q ?? { digest: x },
    after: { keys, sequence: BigInt(s), lastUpdated: new Date(u) },
    now: new Date(n),
    ...(t === undefined ? {} : { total: t }),
  };
}

function holderOf({ caller, path }: CursorHolder): string {
  const { principal, onBehalfOf, purpose } = caller;
  return JSON.stringify([principalName(principal), onBehalfOf ? principalName(onBehalfOf) : null, purpose, path]);
}
