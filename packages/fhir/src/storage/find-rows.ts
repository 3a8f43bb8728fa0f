/**
 * A `RowQuery` as SQL. Ids are record ids here.
 *
 * The statement decides which index is used, and hides the other conditions from the planner (`is true`, `+ 0`): a plan
 * made for each query would cost more than the query, and a plan made once knows no values. By ids; else in the
 * compartments of the subjects; else by the tokens that few records have; else along the order, past what doesn't match.
 */
import type { Sql } from "@ward/core";
import type { RecordRow, RowOrder, RowQuery, TokenGroup } from "./contract.ts";
import { COLUMNS } from "./read-records.ts";
import type { TokenFrequencies } from "./token-frequencies.ts";

/** The caller MUST open and match each. */
export async function findRows(
  sql: Sql,
  query: RowQuery,
  frequencies: TokenFrequencies,
): Promise<readonly RecordRow[]> {
  const { text, values } = await rowsOf(sql, query, frequencies, COLUMNS);
  return await sql.query<RecordRow>(text, values);
}

/** The statement for some columns of the rows, in their order. */
export async function rowsOf(
  sql: Sql,
  query: RowQuery,
  frequencies: TokenFrequencies,
  columns: string,
): Promise<{ readonly text: string; readonly values: readonly unknown[] }> {
  const { values, where, isOrdered } = await conditionsOf(sql, query, frequencies);
  const limit = values.push(query.limit);
  const order = orderBy(query.order, isOrdered);
  return { text: `select ${columns} from fhir.record where ${where} order by ${order} limit $${limit}`, values };
}

export async function countRows(
  sql: Sql,
  query: Omit<RowQuery, "order" | "after">,
  frequencies: TokenFrequencies,
): Promise<number> {
  const { values, where } = await conditionsOf(sql, query, frequencies);
  const limit = values.push(query.limit);
  const [row] = await sql.query<{ count: bigint }>(
    `select count(*) as count from (select from fhir.record where ${where} limit $${limit}) rows`,
    values,
  );
  return Number(row?.count ?? 0n);
}

/** Where rows come by an index that has the order, the order is what stops the search early; else they are sorted. */
function orderBy(order: RowOrder, isOrdered: boolean): string {
  if (order === "newest") return isOrdered ? "sequence desc" : "sequence + 0 desc";
  const time = isOrdered ? "last_updated" : "last_updated + interval '0'";
  return order === "lastUpdated" ? `${time}, sequence desc` : `${time} desc, sequence desc`;
}

interface Conditions {
  readonly values: unknown[];
  readonly where: string;
  readonly isOrdered: boolean;
}

async function conditionsOf(
  sql: Sql,
  query: Omit<RowQuery, "order"> & { readonly order?: RowOrder },
  frequencies: TokenFrequencies,
): Promise<Conditions> {
  const { types, allOf, ids, subjectIds } = query;
  const values: unknown[] = [];
  const conditions: string[] = [];
  const among = (column: string, of: string, given: readonly string[]): string =>
    given.length === 1
      ? `${column} = $${values.push(given[0])}::${of}`
      : `${column} = any($${values.push(given)}::${of}[])`;
  const holds = (how: "@>" | "&&", tokens: readonly bigint[]): string =>
    `tokens ${how} $${values.push(BigInt64Array.from(tokens))}::bigint[]`;
  const isType = (): string => among("type", "text", types);
  const hidden = (condition: string): string => `(${condition}) is true`;

  let filters: readonly TokenGroup[] = allOf;
  let isOrdered = false;
  if (ids !== undefined) {
    conditions.push(hidden("not deleted"), among("id", "uuid", ids), isType());
    if (subjectIds !== undefined) conditions.push(hidden(among("subject_id", "uuid", subjectIds)));
  } else if (subjectIds !== undefined) {
    conditions.push("not deleted", among("subject_id", "uuid", subjectIds), isType());
    isOrdered = subjectIds.length === 1 && types.length === 1 && query.order === "newest";
  } else {
    const rare = allOf.length === 0 ? [] : await frequencies.rareOf(sql, allOf);
    filters = allOf.filter((group) => !rare.includes(group));
    const singles = rare.flatMap((group) => (group.length === 1 ? group : []));
    if (singles.length > 0) conditions.push(holds("@>", singles));
    for (const group of rare) if (group.length !== 1) conditions.push(holds("&&", group));
    // A tombstone has no tokens. Said here too, it would bring in the indexes that leave tombstones out, from end to end.
    if (rare.length > 0) conditions.push(hidden(isType()));
    else conditions.push("not deleted", isType());
    // What changed since some time is mostly little: found by the time, and then sorted.
    const isRecent = query.updated?.from !== undefined && query.order === "newest";
    isOrdered = rare.length === 0 && types.length === 1 && !isRecent;
  }
  const singles = filters.flatMap((group) => (group.length === 1 ? group : []));
  if (singles.length > 0) conditions.push(hidden(holds("@>", singles)));
  for (const group of filters) if (group.length !== 1) conditions.push(hidden(holds("&&", group)));
  conditions.push(...within(query, values), ...behind(query, values));
  return { values, where: conditions.join(" and "), isOrdered };
}

function within({ updated }: Pick<RowQuery, "updated">, values: unknown[]): string[] {
  const time = (date: Date): string => `$${values.push(date.toISOString())}::timestamptz`;
  return [
    ...(updated?.from ? [`last_updated >= ${time(updated.from)}`] : []),
    ...(updated?.to ? [`last_updated < ${time(updated.to)}`] : []),
  ];
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
