/** Versions of a record, of types, or of everything, newest first, as SQL. Ids are record ids here. */
import { R4_RESOURCE_TYPES, type Sql } from "@ward/core";
import type { HistoryQuery, RecordRow } from "./contract.ts";
import { COLUMNS } from "./read-records.ts";

const NEWEST_FIRST = "last_updated desc, sequence desc, version desc";

type Part = "record" | "history";

export async function findHistory(sql: Sql, query: HistoryQuery): Promise<readonly RecordRow[]> {
  const { values, part } = partsOf(query);
  const limit = `limit $${values.push(query.limit)}`;
  // Each type's newest by its index: an order over all types has none of its own.
  return await sql.query<RecordRow>(
    `select v.* from unnest($1::text[]) as wanted(type) cross join lateral (
       (${part("record", COLUMNS)} order by ${NEWEST_FIRST} ${limit})
       union all
       (${part("history", COLUMNS)} order by ${NEWEST_FIRST} ${limit})
     ) v order by ${NEWEST_FIRST} ${limit}`,
    values,
  );
}

export async function countHistory(sql: Sql, query: Omit<HistoryQuery, "limit" | "after">): Promise<number> {
  const { values, part } = partsOf(query);
  const [row] = await sql.query<{ count: bigint }>(
    `select coalesce(sum(v.count), 0)::bigint as count from unnest($1::text[]) as wanted(type) cross join lateral (
       ${part("record", "count(*)")} union all ${part("history", "count(*)")}
     ) v`,
    values,
  );
  return Number(row?.count ?? 0n);
}

function partsOf({ types = R4_RESOURCE_TYPES, id, since, at, after }: Omit<HistoryQuery, "limit">): {
  readonly values: unknown[];
  readonly part: (table: Part, columns: string) => string;
} {
  const values: unknown[] = [types];
  const conditions = ["type = wanted.type"];
  const time = (date: Date): string => `$${values.push(date.toISOString())}::timestamptz`;
  if (id !== undefined) conditions.push(`id = $${values.push(id)}::uuid`);
  if (since) conditions.push(`last_updated >= ${time(since)}`);
  if (after) {
    const place = `${time(after.lastUpdated)}, $${values.push(after.sequence)}::bigint, $${values.push(after.version)}::integer`;
    conditions.push(`(last_updated, sequence, version) < (${place})`);
  }
  if (at) conditions.push(`last_updated < ${time(at.to)}`);
  const until = at ? ` and superseded > ${time(at.from)}` : "";
  const part = (table: Part, columns: string): string =>
    `select ${columns} from fhir.${table} where ${conditions.join(" and ")}${table === "history" ? until : ""}`;
  return { values, part };
}
