/** The job that delivers one event to one subscriber, where the first delivery failed or was not made. Its payload holds identifiers only. */
import { WardError } from "@ward/core";
import type { JobRequest } from "./contract.ts";

export const DELIVERY_TASK = "deliver-event";

/**
 * Attempts that fail by the function are counted with the delivery; those that a killed node did not survive are
 * counted by the queue alone, so that it must allow more of them.
 */
export const DELIVERY_ATTEMPTS_MAX = 10;
const JOB_ATTEMPTS_MAX = 25;

export function deliveryJob(eventId: string, name: string, runAt?: Date): JobRequest {
  const payload = { eventId, function: name };
  return { task: DELIVERY_TASK, payload, maxAttempts: JOB_ATTEMPTS_MAX, ...(runAt === undefined ? {} : { runAt }) };
}

export function readDeliveryJob(payload: unknown): { readonly eventId: string; readonly function: string } {
  const { eventId, function: name } = (payload ?? {}) as Record<string, unknown>;
  if (typeof eventId !== "string" || typeof name !== "string") throw new WardError("internal", { why: "job payload" });
  return { eventId, function: name };
}
