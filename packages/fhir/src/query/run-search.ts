/** Search over ciphertext: candidates by blind index, then every one decrypted and matched. Truncation costs time, never a wrong answer. */
import { WardError, type Sql } from "@ward/core";
import type { Vault } from "@ward/vault";
import type { Criteria } from "../search/criteria.ts";
import type { JsonObject } from "../json.ts";
import type { OpenRecord, RecordStorage, RowQuery } from "../storage/contract.ts";
import { matches, tokensFor } from "../search/search-values.ts";

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
