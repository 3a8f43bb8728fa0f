/**
 * Delivers one event to one subscriber: at least once, each attempt recorded. That an event is delivered commits with
 * what the subscriber wrote; between a subscriber's egress and that commit a crash makes it run again.
 */
import type { Door } from "@ward/access";
import { WardError, type Clock, type CloudEvent, type Database, type ErrorCode, type Transaction } from "@ward/core";
import type { Vault } from "@ward/vault";
import { eventAct, functionCaller } from "./acts.ts";
import { openSubject, traceOf } from "./cloud-event.ts";
import { DELIVERY_ATTEMPTS_MAX, readDeliveryJob } from "./delivery-job.ts";
import { loadDelivery, markAttempt, markDelivered } from "./event-store.ts";
import type { Invoker } from "./invoker.ts";

export interface DeliveriesOptions {
  readonly door: Door;
  readonly vault: Vault;
  readonly database: Database;
  readonly clock: Clock;
  readonly invoker: (name: string) => Invoker | undefined;
}

export interface PendingDelivery {
  readonly id: string;
  readonly emitter: string;
  readonly event: CloudEvent;
}

/** The task `deliver-event`. Throws to be tried again. */
export async function deliverEvent(options: DeliveriesOptions, payload: unknown): Promise<void> {
  const { eventId, function: name } = readDeliveryJob(payload);
  const { clock, database } = options;
  const delivery = await loadDelivery(database, eventId, name);
  // A job may run again after its delivery committed: the worker was killed before it could say so.
  if (delivery === undefined || delivery.state === "delivered") return;
  const invoker = options.invoker(name);
  if (invoker === undefined) {
    await database.transaction(async (tx) => {
      await markAttempt(tx, delivery.id, { reason: "not-found", at: clock.now(), attemptsMax: 0 });
    });
    return;
  }
  const attempt = await attemptDelivery(options, delivery, invoker);
  if (attempt.kind === "failed" && !attempt.isLast) throw new WardError(attempt.code, { function: name });
}

/** `retry` joins the transaction that records a failure after which others may follow. */
export async function attemptDelivery(
  options: DeliveriesOptions,
  delivery: PendingDelivery,
  invoker: Invoker,
  retry?: (tx: Transaction) => Promise<void>,
): Promise<
  { readonly kind: "done" } | { readonly kind: "failed"; readonly code: ErrorCode; readonly isLast: boolean }
> {
  const { vault, door, clock, database } = options;
  const { event, emitter } = delivery;
  const onBehalfOf = { kind: "function", id: emitter } as const;
  const caller = functionCaller(invoker.release, traceOf(event), onBehalfOf);
  const subjectId = openSubject(vault, event);
  const facts = subjectId === undefined ? {} : { subjectId };
  const act = eventAct("event.deliver", event.type);
  const outcome = await invoker.invoke({
    payload: { kind: "event", event },
    traceId: traceOf(event),
    onBehalfOf,
    ...facts,
    after: async (tx) => {
      markDelivered(tx, delivery.id, clock.now());
      await door.note(caller, act, { decision: "allow", outcome: "success", ...facts }, tx);
    },
  });
  if (outcome.kind !== "failed") return { kind: "done" };
  const { code } = outcome;
  const isLast = await database.transaction(async (tx) => {
    const attempt = { reason: code, at: clock.now(), attemptsMax: DELIVERY_ATTEMPTS_MAX };
    const wasLast = await markAttempt(tx, delivery.id, attempt);
    if (!wasLast) await retry?.(tx);
    await door.note(caller, act, { decision: "allow", outcome: "failure", reason: code, ...facts }, tx);
    return wasLast;
  });
  return { kind: "failed", code, isLast };
}
