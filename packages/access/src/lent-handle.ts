/**
 * Handles to PHI, lent for one callback. A handle yields rows only while it is lent: a query that is still under way
 * when the callback returns gives its rows to nobody, and is a bug that fails the act. Otherwise a forgotten `await`
 * would carry records out behind the entry that counts them.
 *
 * What a handle is made of is in private fields, out of its borrower's reach. It is made for every act, so it is a few
 * objects of a class and no closures.
 */
import { assert, type InsertAtCommit, type Sql, type Transaction } from "@ward/core";
import type { RecordReader, RecordWriter, SeenRecord } from "./contract.ts";
import { Loan } from "./loan.ts";
import { remembered } from "./remembered.ts";

/** What a handle is made of. */
export interface Surroundings {
  /** For selects. */
  readonly sql: Sql;
  readonly tx: Transaction;
  isShared(): boolean;
  onEnd(action: () => void): void;
}

/** What policy says of the records that a handle shows. */
export interface Sight {
  readonly maySee: RecordReader["maySee"];
  readonly looksAtRecords: boolean;
}

const CLOSED = "a handle is used only inside the callback that lent it, and its queries are awaited there";

export class HandleLoan extends Loan {
  /** Whether a statement that may write was run through the handle. */
  hasWritten = false;

  constructor() {
    super(CLOSED);
  }
}

export function lendReader(loan: HandleLoan, { sql }: Surroundings, sight: Sight): RecordReader {
  return new LentReader(loan, sql, sight);
}

export function lendWriter(loan: HandleLoan, surroundings: Surroundings, sight: Sight): RecordWriter {
  return new LentWriter(loan, surroundings, sight);
}

class LentReader implements RecordReader {
  readonly sql: Sql;
  readonly looksAtRecords: boolean;
  readonly #loan: HandleLoan;
  readonly #sight: Sight;

  constructor(loan: HandleLoan, sql: Sql, sight: Sight) {
    this.sql = new LentSql(loan, sql);
    this.looksAtRecords = sight.looksAtRecords;
    this.#loan = loan;
    this.#sight = sight;
  }

  maySee(record: SeenRecord): boolean {
    this.#loan.checkOpen();
    return this.#sight.maySee(record);
  }
}

class LentWriter extends LentReader implements RecordWriter {
  readonly tx: Transaction;
  readonly #loan: HandleLoan;
  readonly #surroundings: Surroundings;

  constructor(loan: HandleLoan, surroundings: Surroundings, sight: Sight) {
    super(loan, surroundings.sql, sight);
    this.tx = new LentTransaction(loan, surroundings.tx);
    this.#loan = loan;
    this.#surroundings = surroundings;
  }

  get isShared(): boolean {
    return this.#surroundings.isShared();
  }

  onEnd(action: () => void): void {
    this.#loan.checkOpen();
    this.#surroundings.onEnd(action);
  }
}

class LentSql implements Sql {
  readonly #loan: HandleLoan;
  readonly #source: Sql;

  constructor(loan: HandleLoan, source: Sql) {
    this.#loan = loan;
    this.#source = source;
  }

  query<Row>(text: string, values?: readonly unknown[]): Promise<readonly Row[]> {
    return queryLent(this.#loan, this.#source, "read", text, values);
  }
}

class LentTransaction implements Transaction {
  readonly inTransaction = true;
  readonly #loan: HandleLoan;
  readonly #tx: Transaction;

  constructor(loan: HandleLoan, tx: Transaction) {
    this.#loan = loan;
    this.#tx = tx;
  }

  query<Row>(text: string, values?: readonly unknown[]): Promise<readonly Row[]> {
    return queryLent(this.#loan, this.#tx, "write", text, values);
  }

  send(text: string, values?: readonly unknown[]): void {
    this.#loan.checkOpen();
    this.#loan.hasWritten = true;
    this.#tx.send(text, values);
  }

  insertAtCommit(insert: InsertAtCommit, rows: readonly unknown[]): void {
    this.#loan.checkOpen();
    this.#loan.hasWritten = true;
    this.#tx.insertAtCommit(insert, rows);
  }

  onCommit(action: () => void): void {
    this.#loan.checkOpen();
    this.#tx.onCommit(action);
  }
}

async function queryLent<Row>(
  loan: HandleLoan,
  source: Sql,
  kind: "read" | "write",
  text: string,
  values: readonly unknown[] | undefined,
): Promise<readonly Row[]> {
  loan.begin();
  try {
    const isSelect = isRead(text);
    assert(isSelect || kind === "write", "a reader runs a single select; whatever writes needs a writer's transaction");
    if (!isSelect) loan.hasWritten = true;
    const rows = await source.query<Row>(text, values);
    loan.checkOpen();
    return rows;
  } finally {
    loan.finish();
  }
}

/**
 * A guard against mistakes, not a parser: `select`, or `with` whose parts do not write. A function that writes MUST NOT
 * be called through a `select`.
 */
function looksLikeRead(text: string): boolean {
  if (!/^\s*(?:select|with)\b/i.test(text) || /;\s*\S/.test(text)) return false;
  return !/(?:\(|\))\s*(?:insert\s+into|update|delete\s+from|merge\s+into)\b/i.test(text);
}

/** The same texts come again and again, and are long. */
const isRead = remembered(1_000, looksLikeRead);
