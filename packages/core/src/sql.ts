/**
 * The SQL port. Rooms that keep state in PostgreSQL write SQL against these types and never import a driver, so that
 * one transaction can span record, audit entry and event (design, rule 4). `@ward/postgres` implements it.
 */

/** One statement on one connection. Values are bound, never spliced. `bigint` columns come back as `bigint`, `bytea` as `Buffer`, `jsonb` parsed, `timestamptz` as `Date`. */
export interface Sql {
  query<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

/** An open transaction. MUST NOT be used after the callback that lent it returned. */
export interface Transaction extends Sql {
  readonly inTransaction: true;
  /** Runs after a successful commit, never after a rollback; failures in it are the caller's to handle. */
  onCommit(action: () => void): void;
  /**
   * A statement whose result nobody needs. It goes out ahead of the next one, or of the commit, in the same round trip.
   * Its failure is the failure of what it went with, and the transaction cannot commit.
   */
  send(text: string, values?: readonly unknown[]): void;
  /** Rows that the commit inserts in its own round trip, so that they are there if and only if it succeeds. */
  insertAtCommit(insert: InsertAtCommit, rows: readonly unknown[]): void;
}

/** The same object each time: its rows are collected over the transaction and inserted by one statement. */
export interface InsertAtCommit {
  /** `$1` is the array of all rows, in the order they were given, unless `values` makes something else of them. */
  readonly text: string;
  /** The statement's values for all rows together. */
  readonly values?: (rows: readonly unknown[]) => readonly unknown[];
  /** The error with which the commit then fails, told the SQLSTATE. */
  readonly failure: (state: string) => Error;
}

export interface TransactionHandle {
  readonly tx: Transaction;
  commit(): Promise<void>;
  rollback(): Promise<void>;
}

export interface Database extends Sql {
  /**
   * One `select` on its own. It may share a round trip, and so a connection's time, with others' reads; a failure of one
   * is the failure of that one alone. MUST NOT be used for what writes, locks or lasts.
   */
  readonly read: Sql["query"];
  /** Commits when `work` resolves, rolls back when it throws. Durable (`synchronous_commit = on`) when it returns. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /**
   * As `transaction`, for writes of several callers that commit together: fails, instead of keeping all of them
   * waiting, where a lock is not free within a tenth of a second.
   */
  transactionOfMany<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /**
   * A transaction held open across an invocation (its unit of work). Drawn from a pool of its own, so that held
   * transactions can never starve the short ones that record refusals. The caller MUST commit or roll back.
   */
  begin(): Promise<TransactionHandle>;
}
