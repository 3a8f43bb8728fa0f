/** What a search is run with, by whom, and within which bounds. */
import type { Acts, RecordReader, Touched } from "@ward/access";
import type { Caller, Clock } from "@ward/core";
import type { Vault } from "@ward/vault";
import type { JsonObject } from "../json.ts";
import type { OpenRecord, RecordStorage } from "../storage/contract.ts";
import type { CompartmentName } from "./compartments.ts";
import type { SortValue } from "./cursor.ts";

export interface SearchLimits {
  /** Records decrypted for one page, beyond which a search is refused with what to add. */
  readonly candidatesMax: number;
  /** Records that a chain or `_has` may come to. */
  readonly innerMatchesMax: number;
  /** Records that `_include` and `_revinclude` may add to a page. */
  readonly includedMax: number;
  /** A page ends where its resources are larger, whatever `_count` says; one record is always shown. */
  readonly pageMaxBytes: number;
  readonly countDefault: number;
  readonly countMax: number;
}

export const SEARCH_LIMITS: SearchLimits = {
  candidatesMax: 10_000,
  innerMatchesMax: 5_000,
  includedMax: 1_000,
  pageMaxBytes: 32 * 1024 * 1024,
  countDefault: 50,
  countMax: 1_000,
};

export interface SearchTools {
  readonly vault: Vault;
  readonly storage: RecordStorage;
  readonly clock: Clock;
  readonly limits?: Partial<SearchLimits>;
}

export interface SearchCall {
  readonly acts: Acts;
  readonly caller: Caller;
  /**
   * Of the act that searches the one type, where whoever calls has opened it, and records what `SearchResult.touched`
   * tells. Without it the search opens and records its own acts.
   */
  readonly reader?: RecordReader;
  /** Without a slash at the end: `https://ward.example/fhir`. */
  readonly baseUrl: string;
  /** Below the base, as in the request: `Observation`, `Patient/123/Observation`, `` for all types. */
  readonly path: string;
  readonly compartment?: CompartmentName;
  /** Types that the caller may not search are left out, with an outcome that says so; otherwise they refuse the search. */
  readonly leavesOutForbidden?: boolean;
}

export interface SearchResult {
  /** A searchset, made when it is asked for. */
  readonly bundle: JsonObject;
  /** The same as JSON in UTF-8 without parsing what it holds; undefined where the store has it not as text. */
  readonly toBytes: () => Buffer | undefined;
  /** Matches disclosed, for the entry of the act whose reader was given; otherwise recorded already, and empty. */
  readonly touched: readonly Touched[];
}

/** A match with its values by the sort keys. */
export interface Match {
  readonly record: OpenRecord;
  readonly keys: readonly SortValue[];
}

export function limitsOf({ limits }: SearchTools): SearchLimits {
  return limits ? { ...SEARCH_LIMITS, ...limits } : SEARCH_LIMITS;
}
