/** What waits for an operator: quarantined messages and deliveries that used up their attempts, and how to run them again. */
import type { Door } from "@ward/access";
import { newTraceId, WardError, type Clock, type Database, type Principal } from "@ward/core";
import type { Vault } from "@ward/vault";
import { functionAct, messageAct } from "./acts.ts";
import type { Events, InboundMessage, JobsPort, ReplayOutcome, WaitingEvent } from "./contract.ts";
import { deliveryJob } from "./delivery-job.ts";
import { reopenDelivery } from "./event-store.ts";
import { identifyMessage } from "./inbox.ts";
import type { Messages } from "./messages.ts";
import { openMessage, resolveFiled } from "./quarantine.ts";

export interface WaitingEventsOptions {
  readonly door: Door;
  readonly vault: Vault;
  readonly database: Database;
  readonly clock: Clock;
  readonly jobs: JobsPort;
  readonly messages: Messages;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function createEvents(options: WaitingEventsOptions): Events {
  return {
    list: () => listWaiting(options.database),
    async replay(id, by) {
      if (!UUID.test(id)) throw new WardError("not-found", { what: "event" });
      const message = await openMessage(options.vault, options.database, id);
      if (message !== undefined) return await replayMessage(options, id, message, by);
      return await replayDelivery(options, id, by);
    },
  };
}

export async function listWaiting(database: Database): Promise<readonly WaitingEvent[]> {
  return await database.query<WaitingEvent>(
    `select id::text, 'message' as kind, function, reason, at, attempts
       from runtime.quarantine where state = 'waiting'
      union all
     select id::text, 'delivery', function, coalesce(reason, 'internal'), at, attempts
       from runtime.delivery where state = 'failed'
      order by at`,
  );
}

async function replayMessage(
  { door, vault, database, clock, messages }: WaitingEventsOptions,
  id: string,
  message: InboundMessage,
  by: { readonly principal: Principal; readonly traceId?: string },
): Promise<ReplayOutcome> {
  const traceId = by.traceId ?? newTraceId();
  const { key } = identifyMessage(vault, message);
  const caller = { principal: by.principal, purpose: "HOPERAT", traceId } as const;
  await door.note(caller, messageAct("hl7.replay", key), { decision: "allow", outcome: "success" });
  // The message keeps its sender as the one on whose behalf the function acts; the trace leads to who replayed it.
  const verdict = await messages.receive({ ...message, traceId });
  if (verdict.ack !== "AA") return { id, kind: "message", outcome: "failed", verdict };
  await database.transaction((tx) => resolveFiled(vault, tx, id, clock.now()));
  return { id, kind: "message", outcome: "filed", verdict };
}

async function replayDelivery(
  { door, database, clock, jobs }: WaitingEventsOptions,
  id: string,
  by: { readonly principal: Principal; readonly traceId?: string },
): Promise<ReplayOutcome> {
  const caller = { principal: by.principal, purpose: "HOPERAT", traceId: by.traceId ?? newTraceId() } as const;
  await database.transaction(async (tx) => {
    const delivery = await reopenDelivery(tx, id, clock.now());
    if (delivery === undefined) throw new WardError("not-found", { what: "event" });
    const act = functionAct("event.replay", delivery.function);
    await door.note(caller, act, { decision: "allow", outcome: "success" }, tx);
    await jobs.enqueue(tx, deliveryJob(delivery.eventId, delivery.function));
  });
  return { id, kind: "delivery", outcome: "queued" };
}
