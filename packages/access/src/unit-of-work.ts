/**
 * A session's own transaction. Most sessions need none: they read, and what they write can wait for the commit. Such a
 * session reads on connections that it shares (`Database.read`), and its rows go into the tables in one commit with those
 * of other sessions (`shared-commits.ts`, docs/decisions/0031-shared-transactions.md). The first statement that locks,
 * writes at once, or must see what the session wrote, opens a transaction that is the session's alone, and what it wrote
 * before goes in there first.
 *
 * INVARIANT: what a session reads is what others committed and what it wrote itself, and nothing else.
 */
import { type Database, type InsertAtCommit, type Sql, type Transaction } from "@ward/core";
import { createSharedCommits, type Commit } from "./shared-commits.ts";

export interface UnitOfWork {
  /** For selects of the session's acts. */
  readonly sql: Sql;
  readonly tx: Transaction;
  /** For the entries of the acts, which nobody in the session reads. */
  readonly entries: Transaction;
  /** No transaction of its own is open, nor bound to be. */
  isShared(): boolean;
  /** Resolves when everything is durable. */
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

/**
 * At most `max` sessions hold a transaction at once. Refusals and failures are recorded on another connection while a
 * session holds its own; if sessions could take all connections, each would wait for one that none gives back.
 */
export function createUnitsOfWork(database: Database, max: number): { open(): UnitOfWork } {
  const gate = createGate(max);
  const commitTogether = createSharedCommits({
    transactionOfMany: async (work) => await database.transactionOfMany(work),
    transaction: async (work) => await gate(() => database.transaction(work)),
  });
  return { open: () => openUnit({ database, gate, commitTogether }) };
}

interface UnitTools {
  readonly database: Database;
  readonly gate: Gate;
  readonly commitTogether: (commit: Commit) => Promise<void>;
}

type Insert = readonly [insert: InsertAtCommit, rows: readonly unknown[]];

function openUnit({ database, gate, commitTogether }: UnitTools): UnitOfWork {
  const own = createOwnTransaction(database, gate);
  const actions: (() => void)[] = [];
  const recorded: Insert[] = [];
  /** What the acts wrote before a transaction was there. */
  let written: Insert[] = [];
  let sent: (readonly [text: string, values: readonly unknown[] | undefined])[] = [];
  const onCommit = (action: () => void): void => void actions.push(action);
  const isShared = (): boolean => !own.isOpen() && sent.length === 0;

  const open = async (): Promise<Transaction> => {
    const tx = await own.open();
    const [inserts, statements] = [written, sent];
    [written, sent] = [[], []];
    for (const [text, values] of statements) tx.send(text, values);
    for (const [insert, rows] of inserts) await insertNow(tx, insert, rows);
    return tx;
  };
  const tx: Transaction = {
    inTransaction: true,
    query: async (text, values) => await (await open()).query(text, values),
    send: (text, values) => void sent.push([text, values]),
    insertAtCommit: (insert, rows) => void written.push([insert, rows]),
    onCommit,
  };

  return {
    tx,
    sql: {
      query: async (text, values) =>
        isShared() && written.length === 0 ? await database.read(text, values) : await tx.query(text, values),
    },
    entries: { ...tx, insertAtCommit: (insert, rows) => void recorded.push([insert, rows]) },
    isShared,
    async commit() {
      const inserts = [...written, ...recorded];
      if (isShared()) {
        if (inserts.length > 0) await commitTogether({ inserts });
      } else {
        const last = await own.open();
        for (const [text, values] of sent) last.send(text, values);
        for (const [insert, rows] of inserts) last.insertAtCommit(insert, rows);
        await own.commit();
      }
      for (const action of actions) action();
    },
    rollback: async () => await own.rollback(),
  };
}

async function insertNow(tx: Transaction, insert: InsertAtCommit, rows: readonly unknown[]): Promise<void> {
  try {
    await tx.query(insert.text, insert.values?.(rows) ?? [rows]);
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    throw typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) ? insert.failure(code) : error;
  }
}

/** `Database.transaction`, opened by whoever comes first and ended by the session. */
function createOwnTransaction(database: Database, gate: Gate) {
  let end: { readonly resolve: () => void; readonly reject: (why: unknown) => void } | undefined;
  let done: Promise<void> | undefined;
  let lent: Promise<Transaction> | undefined;
  return {
    isOpen: () => lent !== undefined,
    async open(): Promise<Transaction> {
      lent ??= new Promise((lend, fail) => {
        done = gate(() =>
          database.transaction((tx) => {
            const ended = new Promise<void>((resolve, reject) => (end = { resolve, reject }));
            lend(tx);
            return ended;
          }),
        );
        done.catch(fail);
      });
      return await lent;
    },
    async commit(): Promise<void> {
      end?.resolve();
      await done;
    },
    async rollback(): Promise<void> {
      end?.reject(new Error("rolled back"));
      // Whatever the driver says: what did not commit did not happen.
      await done?.catch(() => undefined);
    },
  };
}

type Gate = <T>(work: () => Promise<T>) => Promise<T>;

function createGate(max: number): Gate {
  let free = max;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((enter) => waiting.push(enter));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    }
  };
}
