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
import { assert, asWardError, type AuditEntry, type Caller, type Transaction } from "@ward/core";
import type { Ledger } from "@ward/ledger";
import type { Act, ActOutcome, Acts, SeenRecord } from "./contract.ts";
import { orRecordUnavailable, recordDurably, type EntryWriter } from "./entries.ts";
import { lendReader, lendWriter, type Lent, type Surroundings } from "./lent-handle.ts";
import type { Decision } from "./policies/policy-engine.ts";
import type { UnitOfWork } from "./unit-of-work.ts";

export interface SessionTools {
  readonly ledger: Ledger;
  readonly entries: EntryWriter;
  /** Decides and meters. Records a refusal durably, then throws it. */
  authorize(caller: Caller, act: Act): Promise<Decision>;
  decideRecords(caller: Caller, act: Act): (record: SeenRecord) => boolean;
  readonly looksAtRecords: boolean;
}

type Kind = "read" | "write";

/** Where a session's acts happen and how their entries become durable. */
interface Place extends Omit<Surroundings, "maySee" | "looksAtRecords"> {
  /** Called with an act's entries before its value is released. */
  keep(kind: Kind, entries: readonly AuditEntry[]): Promise<void>;
  /** Makes it impossible for the transaction to commit. */
  doom(why: unknown): Promise<void>;
}

export async function runOwnSession<T>(
  tools: SessionTools,
  unit: UnitOfWork,
  caller: Caller,
  work: (acts: Acts) => Promise<T>,
): Promise<T> {
  const released: { readonly kind: Kind; readonly entries: readonly AuditEntry[] }[] = [];
  const ends: (() => void)[] = [];
  let doomed: { readonly why: unknown } | undefined;
  const place: Place = {
    sql: unit.sql,
    tx: unit.tx,
    isShared: () => unit.isShared(),
    onEnd: (action) => void ends.push(action),
    async keep(kind, entries) {
      await orRecordUnavailable(tools.ledger.append(unit.entries, entries));
      released.push({ kind, entries });
    },
    async doom(why) {
      doomed ??= { why };
    },
  };
  try {
    const value = await runActs(tools, place, caller, work);
    if (doomed !== undefined) throw doomed.why;
    await unit.commit();
    return value;
  } catch (error) {
    await unit.rollback();
    const undone = released.flatMap(({ kind, entries }) => (kind === "read" ? entries : entries.map(asFailed(error))));
    if (undone.length > 0) await recordDurably(tools.ledger, undone);
    throw error;
  } finally {
    for (const end of ends) end();
  }
}

export async function runSessionWithin<T>(
  tools: SessionTools,
  within: Transaction,
  caller: Caller,
  work: (acts: Acts) => Promise<T>,
): Promise<T> {
  const ends: (() => void)[] = [];
  const place: Place = {
    sql: within,
    tx: within,
    isShared: () => false,
    onEnd: (action) => void ends.push(action),
    async keep(kind, entries) {
      if (kind === "read") await recordDurably(tools.ledger, entries);
      else await orRecordUnavailable(tools.ledger.append(within, entries));
    },
    async doom() {
      // A failed statement aborts a PostgreSQL transaction: whoever holds it can no longer commit it.
      await within.query("select 1 / 0").catch(() => undefined);
    },
  };
  try {
    return await runActs(tools, place, caller, work);
  } finally {
    for (const end of ends) end();
  }
}

/** Lends the acts to `work`, and takes them back: none starts or yields a value after `work` returned. */
async function runActs<T>(
  tools: SessionTools,
  place: Place,
  caller: Caller,
  work: (acts: Acts) => Promise<T>,
): Promise<T> {
  let open = true;
  const underWay = new Set<Promise<unknown>>();
  const isOpen = () => assert(open, "a session's acts are used, and awaited, only inside its callback");
  const track = <V>(act: Promise<V>): Promise<V> => {
    underWay.add(act);
    const forget = () => underWay.delete(act);
    act.then(forget, forget);
    return act;
  };
  const acts: Acts = {
    read: (act, use) => track(runAct(tools, place, caller, act, "read", lendReader, use, isOpen)),
    write: (act, use) => track(runAct(tools, place, caller, act, "write", lendWriter, use, isOpen)),
  };
  let wasBusy: boolean;
  let value: T;
  try {
    value = await work(acts);
  } finally {
    open = false;
    wasBusy = underWay.size > 0;
    await Promise.allSettled(underWay);
  }
  assert(!wasBusy, "a session's callback awaits every act that it starts");
  return value;
}

async function runAct<V, Handle>(
  tools: SessionTools,
  place: Place,
  caller: Caller,
  act: Act,
  kind: Kind,
  lend: (surroundings: Surroundings) => Lent<Handle>,
  use: (handle: Handle) => Promise<ActOutcome<V>>,
  isOpen: () => void,
): Promise<V> {
  isOpen();
  const decision = await tools.authorize(caller, act);
  isOpen();
  const { looksAtRecords } = tools;
  const lent = lend({ ...place, maySee: tools.decideRecords(caller, act), looksAtRecords });
  const recordFailure = async (error: unknown): Promise<void> => {
    const failed = { decision: "allow", outcome: "failure", reason: asWardError(error).code } as const;
    const { policies } = decision;
    await recordDurably(tools.ledger, [await tools.entries.ofAct(caller, act, { ...failed, policies })]);
  };
  let entries: readonly AuditEntry[];
  let outcome: ActOutcome<V>;
  try {
    outcome = await useAndReturn(lent, use);
    const { touched } = outcome;
    entries =
      kind === "read"
        ? await tools.entries.ofRead(caller, act, decision, touched)
        : await tools.entries.ofWrite(caller, act, decision, touched);
  } catch (error) {
    if (lent.hasWritten()) await place.doom(error);
    await recordFailure(error);
    throw error;
  }
  try {
    await place.keep(kind, entries);
  } catch (error) {
    if (kind === "write" || lent.hasWritten()) await place.doom(error);
    // Where only this act's entry was refused, that it was tried can still be told; the error counts, not this entry.
    await recordFailure(error).catch(() => undefined);
    throw error;
  }
  isOpen();
  return outcome.value;
}

async function useAndReturn<V, Handle>(
  lent: Lent<Handle>,
  use: (handle: Handle) => Promise<ActOutcome<V>>,
): Promise<ActOutcome<V>> {
  let outcome: ActOutcome<V>;
  let wasBusy = false;
  try {
    outcome = await use(lent.handle);
  } finally {
    ({ wasBusy } = await lent.close());
  }
  assert(!wasBusy, "an act's callback awaits every query that it starts");
  return outcome;
}

function asFailed(error: unknown): (entry: AuditEntry) => AuditEntry {
  return (entry) => ({ ...entry, outcome: "failure", reason: asWardError(error).code });
}
