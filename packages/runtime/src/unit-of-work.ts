/**
 * The unit of work of one invocation: one transaction, opened at the first write, in which everything the invocation
 * changes commits together or not at all (design, rule 4). Calls that use it run one after the other, since they
 * share one connection.
 *
 * INVARIANT: after `seal` nothing joins it; a unit of work that holds a half-done call can't be committed.
 */
import { WardError, type Database, type Transaction, type TransactionHandle } from "@ward/core";

export class UnitOfWork {
  readonly #database: Database;
  #opening: Promise<TransactionHandle> | undefined;
  #line: Promise<unknown> = Promise.resolve();
  #sealed = false;
  #doomed = false;
  #ended = false;

  constructor(database: Database) {
    this.#database = database;
  }

  get isOpen(): boolean {
    return this.#opening !== undefined;
  }

  /** A call that may write in several steps: its own savepoint, so that a handler may catch its failure and go on. */
  write<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#inLine(async (tx) => {
      tx.send("savepoint binding_call");
      const deferred: (() => void)[] = [];
      try {
        const value = await work(withDeferredCommit(tx, deferred));
        tx.send("release savepoint binding_call");
        for (const action of deferred) action();
        return value;
      } catch (error) {
        await tx.query("rollback to savepoint binding_call").catch(() => this.#doom());
        throw error;
      }
    });
  }

  /** A call that writes nothing before it can be refused: no savepoint; any other failure dooms the unit of work. */
  append<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.#inLine((tx) => this.#dooming(() => work(tx)));
  }

  /** A read. It sees what the invocation wrote; where nothing is written it needs no transaction and waits for none. */
  read<T>(work: (within: Transaction | undefined) => Promise<T>): Promise<T> {
    if (this.#sealed) return Promise.reject(ended());
    if (!this.isOpen) return work(undefined);
    return this.#inLine((tx) => this.#dooming(() => work(tx)));
  }

  /** Refuses further calls and waits for those under way. */
  async seal(): Promise<void> {
    this.#sealed = true;
    await this.#line.catch(() => undefined);
  }

  /** Runs `last` in the transaction and commits. Throws where the transaction was doomed; the caller then abandons it. */
  async commit(last: (tx: Transaction) => Promise<void>): Promise<void> {
    const handle = await this.#open();
    if (this.#doomed) throw new WardError("internal", { why: "a call left the unit of work unusable" });
    await last(handle.tx);
    this.#ended = true;
    await handle.commit();
  }

  /** Rolls back what was not committed. */
  async abandon(): Promise<void> {
    this.#sealed = true;
    if (this.#opening === undefined || this.#ended) return;
    this.#ended = true;
    const handle = await this.#opening.catch(() => undefined);
    await handle?.rollback();
  }

  #open(): Promise<TransactionHandle> {
    this.#opening ??= this.#database.begin();
    return this.#opening;
  }

  #inLine<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    if (this.#sealed) return Promise.reject(ended());
    const opening = this.#open();
    const turn = this.#line.then(
      async () => work((await opening).tx),
      async () => work((await opening).tx),
    );
    this.#line = turn;
    return turn;
  }

  /** PostgreSQL refuses everything after a failed statement, and `COMMIT` then rolls back without an error. */
  async #dooming<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof WardError) || error.kind.fault !== "caller") this.#doom();
      throw error;
    }
  }

  #doom(): void {
    this.#doomed = true;
  }
}

function ended(): WardError {
  return new WardError("invalid-request", { why: "the invocation has ended" });
}

/** What a call wanted to do at or after the commit counts only if its savepoint is kept. */
function withDeferredCommit(tx: Transaction, deferred: (() => void)[]): Transaction {
  return {
    inTransaction: true,
    query: (text, values) => tx.query(text, values),
    send: (text, values) => tx.send(text, values),
    insertAtCommit: (insert, rows) => {
      deferred.push(() => tx.insertAtCommit(insert, rows));
    },
    onCommit: (action) => {
      deferred.push(() => tx.onCommit(action));
    },
  };
}
