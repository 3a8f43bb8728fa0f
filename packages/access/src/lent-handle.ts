/**
 * Handles to PHI, lent for one callback. A handle yields rows only while it is lent: a query that is still under way
 * when the callback returns gives its rows to nobody, and is a bug that fails the act. Otherwise a forgotten `await`
 * would carry records out behind the entry that counts them.
 */
import { assert, type InsertAtCommit, type Sql, type Transaction } from "@ward/core";
import type { RecordReader, RecordWriter } from "./contract.ts";

/** What a handle is made of, and what it tells beyond its statements. */
export interface Surroundings {
  /** For selects. */
  readonly sql: Sql;
  readonly tx: Transaction;
  readonly maySee: RecordReader["maySee"];
  readonly looksAtRecords: boolean;
  readonly isShared: () => boolean;
  readonly onEnd: (action: () => void) => void;
}

export interface Lent<Handle> {
  readonly handle: Handle;
  /** Whether a statement that may write was run through it. */
  hasWritten(): boolean;
  /** Ends the loan, waits for queries under way, and tells whether there were any. */
  close(): Promise<{ readonly wasBusy: boolean }>;
}

const CLOSED = "a handle is used only inside the callback that lent it, and its queries are awaited there";

export function lendReader({ sql, maySee, looksAtRecords }: Surroundings): Lent<RecordReader> {
  const loan = openLoan();
  return { ...loan, handle: { sql: loan.lendSql(sql, refuseWrites), maySee: loan.whileOpen(maySee), looksAtRecords } };
}

export function lendWriter({ sql, tx, maySee, looksAtRecords, isShared, onEnd }: Surroundings): Lent<RecordWriter> {
  const loan = openLoan();
  const writing = <Given extends unknown[]>(work: (...given: Given) => void) =>
    loan.whileOpen((...given: Given) => {
      loan.markWritten();
      work(...given);
    });
  const handle: RecordWriter = {
    sql: loan.lendSql(sql, refuseWrites),
    tx: {
      ...loan.lendSql(tx, (text) => (isRead(text) ? undefined : loan.markWritten())),
      inTransaction: true,
      onCommit: loan.whileOpen((action: () => void) => tx.onCommit(action)),
      send: writing((text: string, values?: readonly unknown[]) => tx.send(text, values)),
      insertAtCommit: writing((insert: InsertAtCommit, rows: readonly unknown[]) => tx.insertAtCommit(insert, rows)),
    },
    maySee: loan.whileOpen(maySee),
    looksAtRecords,
    get isShared() {
      return isShared();
    },
    onEnd: loan.whileOpen(onEnd),
  };
  return { ...loan, handle };
}

function openLoan() {
  let open = true;
  let wrote = false;
  const underWay = new Set<Promise<unknown>>();
  return {
    hasWritten: () => wrote,
    markWritten: () => void (wrote = true),
    async close() {
      open = false;
      const wasBusy = underWay.size > 0;
      await Promise.allSettled(underWay);
      return { wasBusy };
    },
    whileOpen<Given extends unknown[], Answer>(work: (...given: Given) => Answer): (...given: Given) => Answer {
      return (...given) => {
        assert(open, CLOSED);
        return work(...given);
      };
    },
    lendSql(source: Sql, check: (text: string) => void): Sql {
      return {
        async query<Row>(text: string, values?: readonly unknown[]) {
          assert(open, CLOSED);
          check(text);
          const query = source.query<Row>(text, values);
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
    },
  };
}

function refuseWrites(text: string): void {
  assert(isRead(text), "a reader runs a single select; whatever writes needs a writer's transaction");
}

/**
 * A guard against mistakes, not a parser: `select`, or `with` whose parts do not write. A function that writes MUST NOT
 * be called through a `select`.
 */
function isRead(text: string): boolean {
  if (!/^\s*(?:select|with)\b/i.test(text) || /;\s*\S/.test(text)) return false;
  return !/(?:\(|\))\s*(?:insert\s+into|update|delete\s+from|merge\s+into)\b/i.test(text);
}
