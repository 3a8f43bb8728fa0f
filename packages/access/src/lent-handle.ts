/**
 * Handles to PHI, lent for one callback. A handle yields rows only while it is lent: a query that is still under way
 * when the callback returns gives its rows to nobody, and is a bug that fails the act. Otherwise a forgotten `await`
 * would carry records out behind the entry that counts them.
 */
import { assert, type Sql, type Transaction } from "@ward/core";
import type { RecordReader, RecordWriter } from "./contract.ts";

/** What a handle tells beyond its statements. */
export interface Surroundings {
  readonly maySee: RecordReader["maySee"];
  isShared(): boolean;
  onEnd(action: () => void): void;
}

export interface Lent<Handle> {
  readonly handle: Handle;
  /** Whether a statement that may write was run through it. */
  hasWritten(): boolean;
  /** Ends the loan, waits for queries under way, and tells whether there were any. */
  close(): Promise<{ readonly wasBusy: boolean }>;
}

const CLOSED = "a handle is used only inside the callback that lent it, and its queries are awaited there";

export function lendReader(tx: Transaction, { maySee }: Surroundings): Lent<RecordReader> {
  const { lent, sql, isOpen } = lendSql(tx, (text) => {
    assert(isRead(text), "a reader runs a single select; whatever writes needs a writer");
  });
  return { ...lent, handle: { sql, maySee: whileOpen(isOpen, maySee) } };
}

export function lendWriter(tx: Transaction, { maySee, isShared, onEnd }: Surroundings): Lent<RecordWriter> {
  const { lent, sql, isOpen, markWritten } = lendSql(tx, () => undefined);
  const transaction: Transaction = {
    ...sql,
    inTransaction: true,
    onCommit(action) {
      assert(isOpen(), CLOSED);
      tx.onCommit(action);
    },
    send(text, values) {
      assert(isOpen(), CLOSED);
      markWritten();
      tx.send(text, values);
    },
    insertAtCommit(insert, rows) {
      assert(isOpen(), CLOSED);
      markWritten();
      tx.insertAtCommit(insert, rows);
    },
  };
  const handle: RecordWriter = {
    sql: transaction,
    tx: transaction,
    maySee: whileOpen(isOpen, maySee),
    get isShared() {
      return isShared();
    },
    onEnd: whileOpen(isOpen, onEnd),
  };
  return { ...lent, handle };
}

function whileOpen<Given, Answer>(isOpen: () => boolean, work: (given: Given) => Answer): (given: Given) => Answer {
  return (given) => {
    assert(isOpen(), CLOSED);
    return work(given);
  };
}

function lendSql(tx: Transaction, check: (text: string) => void) {
  let open = true;
  let wrote = false;
  const underWay = new Set<Promise<unknown>>();
  const sql: Sql = {
    async query<Row>(text: string, values?: readonly unknown[]) {
      assert(open, CLOSED);
      check(text);
      wrote ||= !isRead(text);
      const query = tx.query<Row>(text, values);
      underWay.add(query);
      try {
        const rows = await query;
        assert(open, CLOSED);
        return rows;
      } finally {
        underWay.delete(query);
      }
    },
  };
  const lent = {
    hasWritten: () => wrote,
    async close() {
      open = false;
      const wasBusy = underWay.size > 0;
      await Promise.allSettled(underWay);
      return { wasBusy };
    },
  };
  return { lent, sql, isOpen: () => open, markWritten: () => void (wrote = true) };
}

/**
 * A guard against mistakes, not a parser: `select`, or `with` whose parts do not write. A function that writes MUST NOT
 * be called through a `select`.
 */
function isRead(text: string): boolean {
  if (!/^\s*(?:select|with)\b/i.test(text) || /;\s*\S/.test(text)) return false;
  return !/(?:\(|\))\s*(?:insert\s+into|update|delete\s+from|merge\s+into)\b/i.test(text);
}
