/** A `RowQuery` as SQL. Ids are record ids here. */
import type { Sql } from "@ward/core";
import type { RecordRow, RowOrder, RowQuery } from "./contract.ts";
import { COLUMNS } from "./read-records.ts";

const ORDER_BY: Readonly<Record<RowOrder, string>> = {
  newest: "sequence desc",
  lastUpdated: "last_updated, sequence desc",
  "-lastUpdated": "last_updated desc, sequence desc",
};

/** The caller MUST open and match each. */
export async function findRows(sql: Sql, query: RowQuery): Promise<readonly RecordRow[]> {
  const { conditions, values } = conditionsOf(query);
  const limit = values.push(query.limit);
  return await sql.query<RecordRow>(
    `select ${COLUMNS} from fhir.record
      where ${conditions.join(" and ")} order by ${ORDER_BY[query.order]} limit $${limit}`,
    values,
  );
}

export async function countRows(sql: Sql, query: Omit<RowQuery, "order" | "after">): Promise<number> {
  const { conditions, values } = conditionsOf(query);
  const limit = values.push(query.limit);
  const [row] = await sql.query<{ count: bigint }>(
    `select count(*) as count from (select from fhir.record where ${conditions.join(" and ")} limit $${limit}) rows`,
    values,
  );
  return Number(row?.count ?? 0n);
}

function conditionsOf(query: Omit<RowQuery, "order"> & { readonly order?: RowOrder }): {
  readonly conditions: readonly string[];
  readonly values: unknown[];
} {
  const values: unknown[] = [];
  const conditions = ["not deleted"];
  /** One value is compared as such: the planner knows more of it than of a list. */
  const among = (column: string, of: string, given: readonly string[]): void => {
    if (given.length === 1) conditions.push(`${column} = $${values.push(given[0])}::${of}`);
    else conditions.push(`${column} = any($${values.push(given)}::${of}[])`);
  };
  const tokensOf = (tokens: readonly bigint[]): string => `$${values.push(BigInt64Array.from(tokens))}::bigint[]`;
  const { types, allOf, noneOf = [], ids, subjectIds, updated } = query;
  among("type", "text", types);
  if (ids !== undefined) among("id", "uuid", ids);
  if (subjectIds !== undefined) among("subject_id", "uuid", subjectIds);
  const singles = allOf.flatMap((group) => (group.length === 1 ? group : []));
  if (singles.length > 0) conditions.push(`tokens @> ${tokensOf(singles)}`);
  for (const group of allOf) if (group.length !== 1) conditions.push(`tokens && ${tokensOf(group)}`);
  if (noneOf.length > 0) conditions.push(`not tokens && ${tokensOf(noneOf)}`);
  if (updated?.from) conditions.push(`last_updated >= $${values.push(updated.from.toISOString())}::timestamptz`);
  if (updated?.to) conditions.push(`last_updated < $${values.push(updated.to.toISOString())}::timestamptz`);
  conditions.push(...behind(query, values));
  return { conditions, values };
}

function behind({ order, after }: Partial<Pick<RowQuery, "order" | "after">>, values: unknown[]): string[] {
  if (!after || !order) return [];
  const sequence = `$${values.push(after.sequence)}::bigint`;
  if (order === "newest") return [`sequence < ${sequence}`];
  const time = `$${values.push(after.lastUpdated.toISOString())}::timestamptz`;
  if (order === "-lastUpdated") return [`(last_updated, sequence) < (${time}, ${sequence})`];
  // The first condition is what an index can start from.
  return [`last_updated >= ${time}`, `(last_updated > ${time} or sequence < ${sequence})`];
}
