/** Where sessions happen: what `session.ts` promises of entries and transactions, kept in each of the two places. */
import { asWardError, type AuditEntry, type Transaction } from "@ward/core";
import type { Ledger } from "@ward/ledger";
import { recordDurably } from "./entries.ts";
import type { Surroundings } from "./lent-handle.ts";
import { withAdded, type ShortList } from "./short-list.ts";
import type { UnitOfWork } from "./unit-of-work.ts";

type Kind = "read" | "write";

/** Where a session's acts happen, how their entries become durable, and what becomes of them at its end. */
export interface SessionPlace extends Surroundings {
  /** Called with an act's entries before its value is released. Throws what the ledger throws. */
  keep(kind: Kind, entries: readonly AuditEntry[]): Promise<void>;
  /** The entries are kept, and the value is released. */
  kept(kind: Kind, entries: readonly AuditEntry[]): void;
  /** Makes it impossible for the transaction to commit. */
  doom(why: unknown): Promise<void>;
  /** Resolves when all that the session is to make durable is so. */
  commit(): Promise<void>;
  /** Undoes what did not commit, and records what was released nevertheless. */
  undo(error: unknown): Promise<void>;
  /** The session has ended. */
  end(): void;
}

/** A session with a unit of work of its own. */
export class OwnPlace implements SessionPlace {
  readonly sql: Surroundings["sql"];
  readonly #ledger: Ledger;
  readonly #unit: UnitOfWork;
  #released: ShortList<{ readonly kind: Kind; readonly entries: readonly AuditEntry[] }>;
  #ends: ShortList<() => void>;
  #doomed: { readonly why: unknown } | undefined;

  constructor(ledger: Ledger, unit: UnitOfWork) {
    this.sql = unit.sql;
    this.#ledger = ledger;
    this.#unit = unit;
  }

  get tx(): Transaction {
    return this.#unit.tx;
  }

  isShared(): boolean {
    return this.#unit.isShared();
  }

  onEnd(action: () => void): void {
    this.#ends = withAdded(this.#ends, action);
  }

  keep(_kind: Kind, entries: readonly AuditEntry[]): Promise<void> {
    return this.#ledger.append(this.#unit.entries, entries);
  }

  kept(kind: Kind, entries: readonly AuditEntry[]): void {
    this.#released = withAdded(this.#released, { kind, entries });
  }

  async doom(why: unknown): Promise<void> {
    this.#doomed ??= { why };
  }

  commit(): Promise<void> {
    if (this.#doomed !== undefined) throw this.#doomed.why;
    return this.#unit.commit();
  }

  async undo(error: unknown): Promise<void> {
    await this.#unit.rollback();
    const undone = this.#released?.flatMap(({ kind, entries }) =>
      kind === "read" ? entries : entries.map(asFailed(error)),
    );
    if (undone !== undefined && undone.length > 0) await recordDurably(this.#ledger, undone);
  }

  end(): void {
    this.#ends?.forEach((action) => action());
  }
}

/** A session in a transaction that its caller holds, and ends. */
export class PlaceWithin implements SessionPlace {
  readonly sql: Surroundings["sql"];
  readonly tx: Transaction;
  readonly #ledger: Ledger;
  #ends: ShortList<() => void>;

  constructor(ledger: Ledger, within: Transaction) {
    this.sql = within;
    this.tx = within;
    this.#ledger = ledger;
  }

  isShared(): boolean {
    return false;
  }

  onEnd(action: () => void): void {
    this.#ends = withAdded(this.#ends, action);
  }

  keep(kind: Kind, entries: readonly AuditEntry[]): Promise<void> {
    return kind === "read" ? this.#ledger.record(entries) : this.#ledger.append(this.tx, entries);
  }

  kept(): void {
    // The ledger holds a read's entries, and the caller's transaction a write's.
  }

  async doom(): Promise<void> {
    // A failed statement aborts a PostgreSQL transaction: whoever holds it can no longer commit it.
    await this.tx.query("select 1 / 0").catch(() => undefined);
  }

  async commit(): Promise<void> {
    // That is for whoever holds the transaction.
  }

  async undo(): Promise<void> {
    // As is this.
  }

  end(): void {
    this.#ends?.forEach((action) => action());
  }
}

function asFailed(error: unknown): (entry: AuditEntry) => AuditEntry {
  return (entry) => ({ ...entry, outcome: "failure", reason: asWardError(error).code });
}
