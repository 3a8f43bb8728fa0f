/** From a question to its entries, each by an index of its own, none by reading the whole log. */
import { type AuditEntry, CHANGE_ACTIONS, type Database, type Sql } from "@ward/core";
import { readMinimumIndex } from "../retention/minimum-index.ts";
import { belongsTo, type Question } from "./question.ts";

/** An entry at its place, with the bytes that its leaf is the hash of. */
export interface FoundEntry {
  readonly index: number;
  readonly entry: AuditEntry;
  readonly body: string;
}

export interface Found {
  readonly entries: readonly FoundEntry[];
  /** Whether there were more than were asked for. */
  readonly hasMore: boolean;
}

interface Row {
  readonly index: bigint;
  readonly body: Buffer;
}

/** Clocks of two nodes may differ, and an entry waits for its place: nobody is so late. */
const SLACK_MS = 15 * 60_000;
const AROUND_MAX = 20_000;

/** Entries below `size`, in order. */
export async function findAnswer(database: Database, question: Question, size: number, limit: number): Promise<Found> {
  if (question.kind !== "who-touched" && question.kind !== "accounting") {
    return await findWithin(database, question, size, limit);
  }
  return await database.transaction(async (tx) => {
    // A patient's entries lie scattered over the whole log: read one after another, each waits for the disk. A bitmap
    // knows all places first, so that the server reads many at once.
    await tx.query(
      "select set_config('enable_indexscan', 'off', true), set_config('effective_io_concurrency', '64', true)",
    );
    return await findWithin(tx, question, size, limit);
  });
}

async function findWithin(sql: Sql, question: Question, size: number, limit: number): Promise<Found> {
  const begins = await readMinimumIndex(sql);
  const since = "since" in question && question.since !== undefined ? await indexBefore(sql, question.since) : 0;
  const first = Math.max(since, begins);
  const range: Range = { first, size, limit: limit + 1 };
  const none: ReadonlySet<string> = new Set();
  const found = (await findOwn(sql, question, range)).map(readRow);
  const own = found.slice(0, limit).filter(({ entry }) => belongsTo(question, entry, none));
  const hasMore = found.length > limit;
  if (question.kind !== "who-touched" && question.kind !== "accounting") return { entries: own, hasMore };
  const traces = new Set(own.map(({ entry }) => entry.trace));
  const around = await sql.query<Row>(
    `select index, body from ledger.entry
      where subject is null and trace = any($1::text[]) and index >= $4 and index < $2 order by trace, index limit $3`,
    [[...traces], size, AROUND_MAX + 1, begins],
  );
  return {
    entries: [...own, ...around.slice(0, AROUND_MAX).map(readRow)].toSorted((one, other) => one.index - other.index),
    hasMore: hasMore || around.length > AROUND_MAX,
  };
}

interface Range {
  readonly first: number;
  readonly size: number;
  readonly limit: number;
}

async function findOwn(sql: Sql, question: Question, { first, size, limit }: Range): Promise<readonly Row[]> {
  const ask = async (where: string, ...values: readonly unknown[]): Promise<readonly Row[]> =>
    await sql.query<Row>(
      `select index, body from ledger.entry where ${where} and index >= $1 and index < $2 order by index limit $3`,
      [first, size, limit, ...values],
    );
  switch (question.kind) {
    case "who-touched":
    case "accounting":
      return await ask("subject = $4", question.subject);
    case "what-did": {
      const acted = await ask("principal = $4", question.principal);
      if (!question.principal.startsWith("person:")) return acted;
      const caused = await ask("ledger.is_for_person(body) and ledger.on_behalf_of(body) = $4", question.principal);
      return inOrder([...acted, ...caused]).slice(0, limit);
    }
    case "why":
      return await ask("trace = $4", question.trace);
    case "refused":
      return await ask("ledger.is_refused(body)");
    case "changes": {
      // Each action has its own run in the index; one query over all of them would read the log backwards instead.
      const each = await Promise.all(CHANGE_ACTIONS.map(async (action) => await ask("action = $4", action)));
      return inOrder(each.flat()).slice(0, limit);
    }
  }
}

/** An index below which no entry has a time of `since` or later. */
export async function indexBefore(sql: Sql, since: string): Promise<number> {
  const [row] = await sql.query<{ size: bigint }>(
    "select size from ledger.checkpoint where created_at < $1 order by created_at desc limit 1",
    [new Date(new Date(since).getTime() - SLACK_MS).toISOString()],
  );
  return Number(row?.size ?? 0n);
}

function inOrder(rows: readonly Row[]): readonly Row[] {
  const unique = new Map(rows.map((row) => [row.index, row]));
  return [...unique.values()].toSorted((one, other) => Number(one.index - other.index));
}

function readRow({ index, body }: Row): FoundEntry {
  const text = body.toString("utf8");
  return { index: Number(index), body: text, entry: JSON.parse(text) as AuditEntry };
}
