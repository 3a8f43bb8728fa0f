/**
 * The one door (design, rule 1): authorize → meter → act → record. Identity was established by whoever made the
 * `Caller`; nothing in here believes what a request says about itself. The record is durable before a result is
 * released, and where it can't be written there is no result (45 CFR 164.312(a)(1), (b); 164.502(b)).
 */
import { principalName, WardError, type Caller, type Clock, type Database } from "@ward/core";
import type { Ledger } from "@ward/ledger";
import type { Act, Door } from "./contract.ts";
import {
  checkCaller,
  createEntryWriter,
  orRecordUnavailable,
  recordDurably,
  type ActResult,
  type EntryTags,
} from "./entries.ts";
import { createMeter, type Meter } from "./meter.ts";
import type { Decision } from "./policies/decision-memory.ts";
import type { PolicyEngine } from "./policies/policy-engine.ts";
import { boundRefusals } from "./refusals.ts";
import { OwnPlace, PlaceWithin } from "./session-place.ts";
import { runSession, type SessionTools } from "./session.ts";
import { createUnitsOfWork } from "./unit-of-work.ts";

export interface DoorOptions {
  readonly database: Database;
  readonly ledger: Ledger;
  readonly policies: PolicyEngine;
  readonly tags: EntryTags;
  /** Per principal and node. */
  readonly quotas: { readonly actsPerMinute: number };
  readonly clock: Clock;
  /** Sessions that hold a transaction of their own at once. MUST be less than the database's short connections. */
  readonly sessionsMax?: number;
}

const SESSIONS_MAX = 8;

export function createDoor(options: DoorOptions): Door {
  const { database, ledger, policies, clock } = options;
  const entries = createEntryWriter(options);
  const meter = createMeter(options.quotas.actsPerMinute, clock);
  const units = createUnitsOfWork(database, options.sessionsMax ?? SESSIONS_MAX);
  const refusals = boundRefusals(async (caller, act, refusal) => {
    const result = { policies: [], ...refusal, decision: "deny", outcome: "refused" } as const;
    await recordDurably(ledger, [await entries.ofAct(caller, act, result)]);
  }, clock);
  const tools: SessionTools = {
    ledger,
    entries,
    authorize,
    decideRecords: policies.decideRecords,
    looksAtRecords: policies.looksAtRecords,
  };

  return {
    session(caller, work, within) {
      const place = within === undefined ? new OwnPlace(ledger, units.open()) : new PlaceWithin(ledger, within);
      return runSession(tools, place, caller, work);
    },

    async permit(caller, act, facts = {}, within) {
      checkCaller(caller);
      const decision = await authorize(caller, act, facts);
      const entry = await entries.ofAct(caller, act, {
        ...facts,
        decision: "allow",
        outcome: "success",
        policies: decision.policies,
      });
      if (within === undefined) await recordDurably(ledger, [entry]);
      else await orRecordUnavailable(ledger.append(within, [entry]));
    },

    async decide(caller, act, found) {
      checkCaller(caller);
      const decision = found === undefined ? policies.decide(caller, act) : { isAllowed: false, policies: [] };
      if (decision.isAllowed) return decision.policies;
      await refusals.note(caller, act, { reason: found ?? "access-denied", policies: decision.policies });
      throw new WardError("access-denied", { action: act.action, purpose: caller.purpose });
    },

    async refuse(caller, act, refusal) {
      checkCaller(caller);
      await refusals.note(caller, act, refusal);
    },

    flush: () => refusals.flush(),

    async note(caller, act, result, within) {
      checkCaller(caller);
      const entry = await entries.ofAct(caller, act, { policies: [], ...result });
      if (within === undefined) await recordDurably(ledger, [entry]);
      else await orRecordUnavailable(ledger.append(within, [entry]));
    },
  };

  function authorize(caller: Caller, act: Act, facts: Partial<ActResult> = {}): Decision | Promise<never> {
    const decision = policies.decide(caller, act);
    const principal = principalName(caller.principal);
    // Refused acts are metered too: they cost a durable entry each.
    const metered = meter.take(principal);
    return metered === "ok" && decision.isAllowed ? decision : refuse(caller, act, facts, decision, metered);
  }

  async function refuse(
    caller: Caller,
    act: Act,
    facts: Partial<ActResult>,
    decision: Decision,
    metered: ReturnType<Meter["take"]>,
  ): Promise<never> {
    const reason = metered === "ok" ? "access-denied" : "quota-exceeded";
    if (metered !== "exceeded-again") {
      const refused = { decision: "deny", outcome: "refused", reason } as const;
      const deciding = metered === "ok" ? decision.policies : [];
      try {
        await recordDurably(ledger, [await entries.ofAct(caller, act, { ...facts, ...refused, policies: deciding })]);
      } catch (error) {
        if (metered === "exceeded") meter.forgetRefusal(principalName(caller.principal));
        throw error;
      }
    }
    throw new WardError(reason, { action: act.action, purpose: caller.purpose });
  }
}
