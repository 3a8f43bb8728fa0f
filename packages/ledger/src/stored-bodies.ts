/**
 * Bodies of consecutive entries, read as one value: the server joins them, so that nothing is paid for each row. They go
 * out in PostgreSQL's `escape` form, which leaves alone what entries are made of (canonical JSON in ASCII), cannot fail
 * whatever somebody put there, and costs half of `bytea`. What is not plain text of so many lines is read row by row.
 */
import type { Sql } from "@ward/core";
import { sha256 } from "./tree.ts";

/** SQL over rows of `ledger.entry`: canonical JSON holds no newline. */
export const JOINED_BODIES = "string_agg(encode(body, 'escape'), chr(10) order by index)";

const NEWLINE = 10;

/** Entry `at` is bytes[starts[at]] up to bytes[starts[at + 1] - 1]; the byte before each is free. */
export interface BodyRun {
  readonly bytes: Buffer;
  readonly starts: readonly number[];
}

/** Undefined where the text is not so many lines, or had bytes to escape. */
export function splitBodies(text: string, entries: number): BodyRun | undefined {
  if (text.includes("\\")) return undefined;
  const bytes = Buffer.from(`\n${text}\n`, "latin1");
  const starts = [1];
  let start = 1;
  for (let entry = 0; entry < entries; entry += 1) {
    const end = bytes.indexOf(NEWLINE, start);
    if (end < 0) return undefined;
    start = end + 1;
    starts.push(start);
  }
  return start === bytes.length ? { bytes, starts } : undefined;
}

export function bodyAt({ bytes, starts }: BodyRun, at: number): Buffer {
  return bytes.subarray(starts[at], (starts[at + 1] ?? 0) - 1);
}

/** RFC 6962's leaf prefix takes the place of the byte before the body: no copy for each entry. */
export function leafAt({ bytes, starts }: BodyRun, at: number): Buffer {
  const start = starts[at] ?? 0;
  bytes[start - 1] = 0;
  return sha256(bytes.subarray(start - 1, (starts[at + 1] ?? 0) - 1));
}

/** Bodies of entries `first` up to `end`, without gap; undefined where there is one. */
export async function readBodies(sql: Sql, first: number, end: number): Promise<BodyRun | undefined> {
  const [row] = await sql.query<{ entries: number; first: bigint | null; last: bigint | null; bodies: string | null }>(
    `select count(*)::integer as entries, min(index) as first, max(index) as last, ${JOINED_BODIES} as bodies
       from ledger.entry where index >= $1 and index < $2`,
    [first, end],
  );
  const isWhole = row?.entries === end - first && (end === first || Number(row.first) === first);
  if (!isWhole || (end > first && Number(row.last) !== end - 1)) return undefined;
  return splitBodies(row.bodies ?? "", row.entries) ?? (await readRows(sql, first, end));
}

async function readRows(sql: Sql, first: number, end: number): Promise<BodyRun> {
  const rows = await sql.query<{ body: Buffer }>(
    "select body from ledger.entry where index >= $1 and index < $2 order by index",
    [first, end],
  );
  const starts = [1];
  for (const { body } of rows) starts.push((starts.at(-1) ?? 1) + body.length + 1);
  const bytes = Buffer.concat([Buffer.of(0), ...rows.flatMap(({ body }) => [body, Buffer.of(0)])]);
  return { bytes, starts };
}
