/**
 * Delivers events to their subscribers: at least once, each attempt recorded. That an event is delivered commits with
 * what the subscriber wrote; between a subscriber's egress and that commit a crash makes it run again.
 */
import type { Door } from "@ward/access";
import { WardError, type Clock, type Database, type ErrorCode } from "@ward/core";
import type { Vault } from "@ward/vault";
import { eventAct, functionCaller } from "./acts.ts";
import { openSubject, traceOf } from "./cloud-event.ts";
import { DELIVERY_ATTEMPTS_MAX, readDeliveryJob } from "./delivery-job.ts";
import { loadDelivery, markAttempt, markDelivered, type Delivery } from "./event-store.ts";
import type { Invoker } from "./invoker.ts";

export interface DeliveriesOptions {
  readonly door: Door;
  readonly vault: Vault;
  readonly database: Database;
  readonly clock: Clock;
  readonly invoker: (name: string) => Invoker | undefined;
}

/** The task `deliver-event`. Throws to be tried again. */
export async function deliverEvent(options: DeliveriesOptions, payload: unknown): Promise<void> {
  const { eventId, function: name } = readDeliveryJob(payload);
  const { vault, door, clock, database } = options;
  const delivery = await loadDelivery(database, eventId, name);
  // A job may run again after its delivery committed: the worker was killed before it could say so.
  if (delivery === undefined || delivery.state === "delivered") return;
  const invoker = options.invoker(name);
  const { event } = delivery;
  if (invoker === undefined) {
    await database.transaction(async (tx) => {
      await markAttempt(tx, delivery.id, { reason: "not-found", at: clock.now(), attemptsMax: 0 });
    });
    return;
  }
  const onBehalfOf = { kind: "function", id: delivery.emitter } as const;
  const caller = functionCaller(invoker.release, traceOf(event), onBehalfOf);
  const subjectId = openSubject(vault, event);
  const facts = subjectId === undefined ? {} : { subjectId };
  const outcome = await invoker.invoke({
    payload: { kind: "event", event },
    traceId: traceOf(event),
    onBehalfOf,
    ...facts,
    after: async (tx) => {
      markDelivered(tx, delivery.id, clock.now());
      const result = { decision: "allow", outcome: "success", ...facts } as const;
      await door.note(caller, eventAct("event.deliver", event.type), result, tx);
    },
  });
  if (outcome.kind !== "failed") return;
  const isLast = await recordFailure(options, delivery, invoker, outcome.code);
  if (!isLast) throw new WardError(outcome.code, { function: name });
}

async function recordFailure(
  { database, door, vault, clock }: DeliveriesOptions,
  delivery: Delivery,
  invoker: Invoker,
  reason: ErrorCode,
): Promise<boolean> {
  const { event } = delivery;
  const subjectId = openSubject(vault, event);
  const caller = functionCaller(invoker.release, traceOf(event), { kind: "function", id: delivery.emitter });
  return await database.transaction(async (tx) => {
    const attempt = { reason, at: clock.now(), attemptsMax: DELIVERY_ATTEMPTS_MAX };
    const isLast = await markAttempt(tx, delivery.id, attempt);
    const result = { decision: "allow", outcome: "failure", reason } as const;
    const facts = subjectId === undefined ? {} : { subjectId };
    await door.note(caller, eventAct("event.deliver", event.type), { ...result, ...facts }, tx);
    return isLast;
  });
}
