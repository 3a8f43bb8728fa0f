/**
 * Sessions: acts on PHI and the entries that record them (45 CFR 164.312(b)).
 *
 * INVARIANT: no value of an act leaves a session without a durable entry.
 * - In a session of its own an act's entries are appended before its value goes to `work`, and the session returns after
 *   the commit that holds them, alone or with other sessions' (`unit-of-work.ts`). Where it rolls back after `work`
 *   already held values, those acts are recorded separately: reads as they were, writes as failed.
 * - In a caller's transaction (`within`) a read is recorded durably before its value is released, since that transaction
 *   may still roll back. A write and its entries share its fate; so a write's value MUST hold nothing that its caller
 *   did not send, and what it discloses beyond that MUST be a `read`.
 * - An act whose callback fails after it wrote, or whose entry is refused, makes its transaction unable to commit, even
 *   where the error is swallowed: half an act, or an act without entry, must not become durable.
 */
import { assert, asWardError, type AuditEntry, type Caller } from "@ward/core";
import type { Ledger } from "@ward/ledger";
import type { Act, ActOutcome, Acts, SeenRecord } from "./contract.ts";
import { asRecordUnavailable, checkCaller, recordDurably, type EntryWriter } from "./entries.ts";
import { HandleLoan, lendReader, lendWriter, type Sight, type Surroundings } from "./lent-handle.ts";
import { Loan } from "./loan.ts";
import type { Decision } from "./policies/decision-memory.ts";
import type { SessionPlace } from "./session-place.ts";

export interface SessionTools {
  readonly ledger: Ledger;
  readonly entries: EntryWriter;
  /** Decides and meters, at once where the act may be done. Records a refusal durably, then throws it. */
  authorize(caller: Caller, act: Act): Decision | Promise<never>;
  decideRecords(caller: Caller, act: Act): (record: SeenRecord) => boolean;
  readonly looksAtRecords: boolean;
}

const CLOSED = "a session's acts are used, and awaited, only inside its callback";

/** A session while its acts are lent. */
interface OpenSession {
  readonly tools: SessionTools;
  readonly place: SessionPlace;
  readonly caller: Caller;
  readonly loan: Loan;
}

/** Lends the acts to `work`, and takes them back: none starts or yields a value after `work` returned. */
export async function runSession<T>(
  tools: SessionTools,
  place: SessionPlace,
  caller: Caller,
  work: (acts: Acts) => Promise<T>,
): Promise<T> {
  const loan = new Loan(CLOSED);
  const session = { tools, place, caller, loan };
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
  kind: "read" | "write",
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
      const { touched } = outcome;
      const made =
        kind === "read"
          ? tools.entries.ofRead(caller, act, decision, touched)
          : tools.entries.ofWrite(caller, act, decision, touched);
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
