/**
 * Commits of many sessions as one: what a commit costs is a wait for the disk and a round trip, not its rows. While one
 * is under way the next collects whoever comes (docs/decisions/0031-shared-transactions.md).
 *
 * INVARIANT: a session's rows become durable together or not at all, and one session's failure is nobody else's. A commit
 * of many that the database refused, as a whole and for certain, is done again one by one; where nobody can tell whether
 * it happened, none is done again, and all hear the failure.
 */
import { asWardError, type Database, type InsertAtCommit } from "@ward/core";

export type Insert = readonly [insert: InsertAtCommit, rows: readonly unknown[]];

export interface Commit {
  readonly inserts: readonly Insert[];
  /** Run when it is durable. */
  readonly actions: readonly (() => void)[];
}

/** Under way at once: while one waits for the disk, or is large, the next one's rows are written. */
const LANES = 2;
/** Fewer than so many wait for the commit under way rather than begin another: they then share more. */
const CROWD = 8;
const COMMITS_MAX = 64;
/** A large transaction has little to gain from company, and would keep it waiting. */
const ROWS_MAX = 400;

interface Waiting {
  readonly commit: Commit;
  readonly rows: number;
  readonly resolve: () => void;
  readonly fail: (error: unknown) => void;
}

/** Resolves when the commit is durable, and its actions ran. */
export function createSharedCommits(
  database: Pick<Database, "transaction" | "transactionOfMany">,
): (commit: Commit) => Promise<void> {
  const waiting: Waiting[] = [];
  let busy = 0;
  let scheduled = false;

  return (commit) =>
    new Promise<void>((resolve, fail) => {
      let rows = 0;
      for (const [, each] of commit.inserts) rows += each.length;
      const one: Waiting = { commit, rows, resolve, fail };
      if (commit.inserts.length === 0) return settle(one);
      waiting.push(one);
      schedule();
    });

  /** After what has already arrived was looked at, so that what came together goes together. */
  function schedule(): void {
    if (scheduled || !mayBegin()) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      while (mayBegin()) void drain(takeBatch());
    });
  }

  function mayBegin(): boolean {
    return waiting.length > 0 && (busy === 0 || (busy < LANES && waiting.length >= CROWD));
  }

  function takeBatch(): readonly Waiting[] {
    let count = 0;
    let rows = 0;
    while (count < waiting.length && count < COMMITS_MAX) {
      rows += waiting[count]?.rows ?? 0;
      if (count > 0 && rows > ROWS_MAX) break;
      count++;
    }
    return waiting.splice(0, count);
  }

  async function drain(batch: readonly Waiting[]): Promise<void> {
    busy++;
    try {
      await database.transactionOfMany(async (tx) => {
        for (const { commit } of batch) for (const [insert, rows] of commit.inserts) tx.insertAtCommit(insert, rows);
      });
      for (const each of batch) settle(each);
    } catch (error) {
      if (isUncertain(error)) for (const { fail } of batch) fail(error);
      // Each by itself from here on, so that one that waits for a lock keeps nobody else; the lane is free for others.
      else for (const each of batch) void commitAlone(each);
    } finally {
      busy--;
      schedule();
    }
  }

  async function commitAlone(one: Waiting): Promise<void> {
    const work = database.transaction(async (tx) => {
      for (const [insert, rows] of one.commit.inserts) tx.insertAtCommit(insert, rows);
    });
    await work.then(() => settle(one), one.fail);
  }
}

/** An action that throws is for its own session to hear of, and nobody else's. */
function settle({ commit, resolve, fail }: Waiting): void {
  try {
    for (const action of commit.actions) action();
    resolve();
  } catch (error) {
    fail(error);
  }
}

/** The connection broke, and with it the answer. */
function isUncertain(error: unknown): boolean {
  return asWardError(error).code === "database-unavailable" || (error as { readonly code?: unknown }).code === "driver";
}
