/**
 * Bodies of consecutive entries, read as one value: the server joins them, so that nothing is paid for each row. What is
 * not so many lines is read row by row.
 */
import type { Sql } from "@ward/core";
import { sha256 } from "./tree.ts";

/** SQL over rows of `ledger.entry`: each body behind a newline, which canonical JSON does not hold. */
export const JOINED_BODIES = "'\\x0a'::bytea || string_agg(body, '\\x0a'::bytea order by index)";

const NEWLINE = 10;

/** Entry `at` is bytes[starts[at]] up to bytes[starts[at + 1] - 1]; the byte before each is free. */
export interface BodyRun {
  readonly bytes: Buffer;
  readonly starts: readonly number[];
}

/** `bytes`: as `JOINED_BODIES` makes them. Undefined where these are not so many lines. */
export function splitBodies(bytes: Buffer | null, entries: number): BodyRun | undefined {
  if (bytes === null) return entries === 0 ? { bytes: Buffer.of(), starts: [1] } : undefined;
  const starts: number[] = [];
  for (let at = 0; at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) {
    if (starts.length === entries) return undefined;
    starts.push(at + 1);
  }
  if (starts.length < entries) return undefined;
  starts.push(bytes.length + 1);
  return { bytes, starts };
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
  const [row] = await sql.query<{ entries: number; first: bigint | null; last: bigint | null; bodies: Buffer | null }>(
    `select count(*)::integer as entries, min(index) as first, max(index) as last, ${JOINED_BODIES} as bodies
       from ledger.entry where index >= $1 and index < $2`,
    [first, end],
  );
  const isWhole = row?.entries === end - first && (end === first || Number(row.first) === first);
  if (!isWhole || (end > first && Number(row.last) !== end - 1)) return undefined;
  return splitBodies(row.bodies, row.entries) ?? (await readRows(sql, first, end));
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
