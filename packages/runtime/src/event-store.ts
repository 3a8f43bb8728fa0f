/** Events and their deliveries in PostgreSQL. Every row is an identifier, an opaque token, a code or a time. */
import type { CloudEvent, Sql, Transaction } from "@ward/core";

export interface Delivery {
  readonly id: string;
  readonly state: "pending" | "delivered" | "failed";
  readonly attempts: number;
  readonly emitter: string;
  readonly event: CloudEvent;
}

export interface FirstDelivery {
  readonly id: string;
  readonly function: string;
  /** How long nobody but the node that commits it may begin it, from the statement on. */
  readonly reservedMs: number;
}

/** Stores an event with its pending deliveries. */
export function storeEvent(
  tx: Transaction,
  event: CloudEvent,
  emitter: string,
  deliveries: readonly FirstDelivery[],
): void {
  tx.send(
    `with event as (
       insert into runtime.event (id, type, source, at, subject_token, link, traceparent, emitter)
       values ($1, $2, $3, $4, $5, $6, $7, $8) returning id, at
     )
     insert into runtime.delivery (id, event_id, function, at, orphaned_at)
     select delivery.id, event.id, delivery.function, event.at, clock_timestamp() + delivery.reserved
       from event, unnest($9::uuid[], $10::text[], $11::interval[]) as delivery (id, function, reserved)`,
    [
      event.id,
      event.type,
      event.source,
      event.time,
      event.subject ?? null,
      event.data.link ?? null,
      event.traceparent,
      emitter,
      deliveries.map(({ id }) => id),
      deliveries.map(({ function: name }) => name),
      deliveries.map(({ reservedMs }) => `${reservedMs} milliseconds`),
    ],
  );
}

interface DeliveryRow {
  readonly id: string;
  readonly state: Delivery["state"];
  readonly attempts: number;
  readonly emitter: string;
  readonly event_id: string;
  readonly type: string;
  readonly source: string;
  readonly time: Date;
  readonly subject_token: string | null;
  readonly link: string | null;
  readonly traceparent: string;
}

export async function loadDelivery(sql: Sql, eventId: string, name: string): Promise<Delivery | undefined> {
  const [row] = await sql.query<DeliveryRow>(
    `select delivery.id, delivery.state, delivery.attempts, event.emitter, event.id as event_id, event.type,
            event.source, event.at as time, event.subject_token, event.link, event.traceparent
       from runtime.delivery join runtime.event on event.id = delivery.event_id
      where delivery.event_id = $1 and delivery.function = $2`,
    [eventId, name],
  );
  if (row === undefined) return undefined;
  const event: CloudEvent = {
    specversion: "1.0",
    id: row.event_id,
    source: row.source,
    type: row.type,
    time: row.time.toISOString(),
    ...(row.subject_token === null ? {} : { subject: row.subject_token }),
    datacontenttype: "application/json",
    data: row.link === null ? {} : { link: row.link },
    traceparent: row.traceparent,
  };
  return { id: row.id, state: row.state, attempts: row.attempts, emitter: row.emitter, event };
}

export function markDelivered(tx: Transaction, id: string, at: Date): void {
  tx.send(
    `update runtime.delivery
        set state = 'delivered', attempts = attempts + 1, reason = null, at = $2, orphaned_at = null
      where id = $1`,
    [id, at],
  );
}

/** Counts an attempt that failed; the last one makes the delivery wait for an operator. Answers whether it was the last. */
export async function markAttempt(
  tx: Transaction,
  id: string,
  attempt: { readonly reason: string; readonly at: Date; readonly attemptsMax: number },
): Promise<boolean> {
  const [row] = await tx.query<{ state: Delivery["state"] }>(
    `update runtime.delivery
        set attempts = attempts + 1, reason = $2, at = $3, orphaned_at = null,
            state = case when attempts + 1 >= $4 then 'failed' else 'pending' end
      where id = $1 and state <> 'delivered' returning state`,
    [id, attempt.reason, attempt.at, attempt.attemptsMax],
  );
  return row?.state !== "pending";
}

/** Gives a failed delivery its attempts back. Undefined where no such delivery waits. */
export async function reopenDelivery(
  tx: Transaction,
  id: string,
  at: Date,
): Promise<{ readonly eventId: string; readonly function: string } | undefined> {
  const [row] = await tx.query<{ eventId: string; function: string }>(
    `update runtime.delivery set state = 'pending', attempts = 0, at = $2
      where id = $1 and state = 'failed' returning event_id as "eventId", function`,
    [id, at],
  );
  return row;
}

/** Takes deliveries that nobody made in the time reserved for it: the caller gives each a job in the same transaction. */
export async function takeOrphans(
  tx: Transaction,
  countMax: number,
): Promise<readonly { readonly eventId: string; readonly function: string }[]> {
  return await tx.query<{ eventId: string; function: string }>(
    `with orphan as (
       select id from runtime.delivery where orphaned_at < clock_timestamp() order by orphaned_at limit $1
          for update skip locked
     )
     update runtime.delivery set orphaned_at = null from orphan where delivery.id = orphan.id
     returning delivery.event_id::text as "eventId", delivery.function`,
    [countMax],
  );
}
