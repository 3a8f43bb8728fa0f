/** Searches of types and compartments, from the first page and from cursors. */
import { isDeepStrictEqual } from "node:util";
import { WardError, type Sql } from "@ward/core";
import type { Search } from "../search/contract.ts";
import { parseSearch } from "../search/parse-search.ts";
import { answerSearch, type SearchRun } from "./answer-search.ts";
import { carried, openCursor } from "./cursor.ts";
import type { SearchCall, SearchResult, SearchTools } from "./search-call.ts";
import type { Vault } from "@ward/vault";
import type { Criteria } from "../search/criteria.ts";
import type { JsonObject } from "../json.ts";
import type { OpenRecord, RecordStorage, RowQuery } from "../storage/contract.ts";
import { matches, tokensFor } from "../search/search-values.ts";

export async function runSearch(tools: SearchTools, call: SearchCall, search: Search): Promise<SearchResult> {
  const run = resume(tools, call, search, (query, now) =>
    parseSearch(search.types, query, "lenient", { baseUrl: call.baseUrl, now }),
  );
  return await answerSearch(tools, call, run);
}

/** The search that a cursor continues, by its own query; where there is no cursor, the search as it is. */
export function resume(
  tools: SearchTools,
  call: SearchCall,
  search: Search,
  parse: (query: string, now: Date) => Search,
): SearchRun {
  const token = search.cursor;
  if (token === undefined) return { search, now: tools.clock.now() };
  const cursor = openCursor(tools.vault, call, token);
  const isSame = search.self === cursor.query || isDeepStrictEqual(carried(search.self), cursor.query);
  if (!isSame && (search.self !== "" || typeof cursor.query !== "string")) {
    throw new WardError("invalid-request", { parameter: "_cursor", reason: "other-query" });
  }
  const query = typeof cursor.query === "string" ? cursor.query : search.self;
  return { search: parse(query, cursor.now), now: cursor.now, cursor, token };
}

/** More candidates than this are not decrypted for one search: narrow the criteria. */
export const CANDIDATES_MAX = 1_000;

export async function findMatches(
  storage: RecordStorage,
  vault: Vault,
  sql: Sql,
  criteria: Criteria,
): Promise<readonly OpenRecord[]> {
  const rows = await storage.findRows(sql, tokenQuery(vault, criteria));
  if (rows.length > CANDIDATES_MAX) throw tooMany(criteria);
  const records = await storage.open(sql, rows);
  return records.filter(({ resource }) => meets(resource, criteria));
}

/** Whether a decrypted resource meets every criterion. */
export function meets(resource: JsonObject, { type, criteria }: Criteria): boolean {
  return resource["resourceType"] === type && criteria.every((criterion) => matches(resource, criterion));
}

export function searchset(records: readonly OpenRecord[], count: number | undefined): JsonObject {
  return {
    resourceType: "Bundle",
    type: "searchset",
    total: records.length,
    entry: records.slice(0, count).map(({ resource }) => ({ resource, search: { mode: "match" } })),
  };
}

export function tokenQuery(vault: Vault, { type, criteria }: Criteria): RowQuery {
  const allOf = criteria.flatMap((criterion) => {
    const tokens = tokensFor(type, criterion, (domain, value) => vault.blindIndex(domain, value));
    return tokens ? [tokens] : [];
  });
  const ids = criteria.filter(({ name }) => name === "_id").map(({ values }) => values);
  const common = { types: [type], allOf, order: "newest", limit: CANDIDATES_MAX + 1 } as const;
  if (ids.length === 0) return common;
  return { ...common, ids: (ids[0] ?? []).filter((id) => ids.every((list) => list.includes(id))) };
}

export function tooMany({ type }: Criteria): WardError {
  return new WardError("too-large", { type, limitCandidates: CANDIDATES_MAX });
}
