/**
 * Sessions: acts on PHI and the entries that record them (45 CFR 164.312(b)).
 *
 * INVARIANT: no value of an act leaves a session without a durable entry.
 * - In a session of its own an act's entries are appended before its value goes to `work`, and the session returns after
 *   the commit that holds them, alone or with other sessions' (`unit-of-work.ts`). Where it rolls back after `work` already held values, those acts are recorded separately:
 *   reads as they were, writes as failed.
 * - In a caller's transaction (`within`) a read is recorded durably before its value is released, since that transaction
 *   may still roll back. A write and its entries share its fate; so a write's value MUST hold nothing that its caller
 *   did not send, and what it discloses beyond that MUST be a `read`.
 * - An act whose callback fails after it wrote, or whose entry is refused, makes its transaction unable to commit, even
 *   where the error is swallowed: half an act, or an act without entry, must not become durable.
 */
import { asWardError, assert, type AuditEntry, type Caller, type Transaction } from "@ward/core";
import type { Ledger } from "@ward/ledger";
import type { Act, ActOutcome, Acts, SeenRecord } from "./contract.ts";
import { asRecordUnavailable, checkCaller, recordDurably, type EntryWriter } from "./entries.ts";
import { HandleLoan, lendReader, lendWriter, type Sight, type Surroundings } from "./lent-handle.ts";
import { Loan } from "./loan.ts";
import type { Decision } from "./policies/decision-memory.ts";
import { withAdded, type ShortList } from "./short-list.ts";
import type { UnitOfWork } from "./unit-of-work.ts";

export interface SessionTools {
  readonly ledger: Ledger;
  readonly entries: EntryWriter;
  /** Decides and meters, at once where the act may be done. Records a refusal durably, then throws it. */
  authorize(caller: Caller, act: Act): Decision | Promise<never>;
  decideRecords(caller: Caller, act: Act): (record: SeenRecord) => boolean;
  readonly looksAtRecords: boolean;
}

type Kind = "read" | "write";

/** Where a session's acts happen, how their entries become durable, and what becomes of them at its end. */
interface Place extends Surroundings {
  /** Called with an act's entries before its value is released. Throws what the ledger throws. */
  keep(kind: Kind, entries: readonly AuditEntry[]): Promise<void>;
  /** The entries are kept, and the value is released. */
  kept(kind: Kind, entries: readonly AuditEntry[]): void;
  /** Makes it impossible for the transaction to commit. */
  doom(why: unknown): Promise<void>;
  /** Resolves when all that the session is to make durable is so. */
  commit(): Promise<void> | undefined;
  /** Undoes what did not commit, and records what was released nevertheless. */
  undo(error: unknown): Promise<void>;
  /** The session has ended. */
  end(): void;
}

export function runOwnSession<T>(
  tools: SessionTools,
  unit: UnitOfWork,
  caller: Caller,
  work: (acts: Acts) => Promise<T>,
): Promise<T> {
  return runSession({ tools, place: new OwnPlace(tools.ledger, unit), caller, loan: new Loan(ACTS_CLOSED) }, work);
}

export function runSessionWithin<T>(
  tools: SessionTools,
  within: Transaction,
  caller: Caller,
  work: (acts: Acts) => Promise<T>,
): Promise<T> {
  return runSession({ tools, place: new PlaceWithin(tools.ledger, within), caller, loan: new Loan(ACTS_CLOSED) }, work);
}

class OwnPlace implements Place {
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

class PlaceWithin implements Place {
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

  commit(): undefined {
    // That is for whoever holds the transaction, as is its end.
  }

  async undo(): Promise<void> {
    // As above.
  }

  end(): void {
    this.#ends?.forEach((action) => action());
  }
}

const ACTS_CLOSED = "a session's acts are used, and awaited, only inside its callback";

/** A session while its acts are lent. */
interface OpenSession {
  readonly tools: SessionTools;
  readonly place: Place;
  readonly caller: Caller;
  readonly loan: Loan;
}

/** Lends the acts to `work`, and takes them back: none starts or yields a value after `work` returned. */
async function runSession<T>(session: OpenSession, work: (acts: Acts) => Promise<T>): Promise<T> {
  const { place, caller, loan } = session;
  try {
    checkCaller(caller);
    let value: T;
    let isBusy = false;
    try {
      value = await work({
        read: (act, use) => runAct(session, act, "read", lendReader, use),
        write: (act, use) => runAct(session, act, "write", lendWriter, use),
      });
    } finally {
      isBusy = loan.close();
      if (isBusy) await loan.idle();
    }
    assert(!isBusy, "a session's callback awaits every act that it starts");
    await place.commit();
    return value;
  } catch (error) {
    await place.undo(error);
    throw error;
  } finally {
    place.end();
  }
}

/** What can be had at once is not awaited: every read and write of the node comes through here. */
async function runAct<V, Handle>(
  { tools, place, caller, loan }: OpenSession,
  act: Act,
  kind: Kind,
  lend: (loan: HandleLoan, surroundings: Surroundings, sight: Sight) => Handle,
  use: (handle: Handle) => Promise<ActOutcome<V>>,
): Promise<V> {
  loan.begin();
  try {
    const authorized = tools.authorize(caller, act);
    const decision = authorized instanceof Promise ? await authorized : authorized;
    const lent = new HandleLoan();
    const sight = { maySee: tools.decideRecords(caller, act), looksAtRecords: tools.looksAtRecords };
    const handle = lend(lent, place, sight);
    let outcome: ActOutcome<V>;
    let entries: readonly AuditEntry[];
    try {
      let isBusy = false;
      try {
        outcome = await use(handle);
      } finally {
        isBusy = lent.close();
        if (isBusy) await lent.idle();
      }
      assert(!isBusy, "an act's callback awaits every query that it starts");
      const { ofRead, ofWrite } = tools.entries;
      const made = (kind === "read" ? ofRead : ofWrite)(caller, act, decision, outcome.touched);
      entries = made instanceof Promise ? await made : made;
    } catch (error) {
      if (lent.hasWritten) await place.doom(error);
      await recordFailure(tools, caller, act, decision, error);
      throw error;
    }
    try {
      await place.keep(kind, entries);
    } catch (thrown) {
      const error = asRecordUnavailable(thrown);
      if (kind === "write" || lent.hasWritten) await place.doom(error);
      // Where only this act's entry was refused, that it was tried can still be told; the error counts, not this entry.
      await recordFailure(tools, caller, act, decision, error).catch(() => undefined);
      throw error;
    }
    place.kept(kind, entries);
    loan.checkOpen();
    return outcome.value;
  } finally {
    loan.finish();
  }
}

async function recordFailure(
  { ledger, entries }: SessionTools,
  caller: Caller,
  act: Act,
  { policies }: Decision,
  error: unknown,
): Promise<void> {
  const failed = { decision: "allow", outcome: "failure", reason: asWardError(error).code, policies } as const;
  await recordDurably(ledger, [await entries.ofAct(caller, act, failed)]);
}

function asFailed(error: unknown): (entry: AuditEntry) => AuditEntry {
  return (entry) => ({ ...entry, outcome: "failure", reason: asWardError(error).code });
}
