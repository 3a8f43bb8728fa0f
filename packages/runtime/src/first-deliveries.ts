/**
 * The first delivery of an event is made by the node that committed it, as soon as it committed, without the job queue
 * (decision 0037). What fails becomes a job in the transaction that records the failure; what is not made in the time
 * reserved for it, because the node died or is overrun, becomes a job of whoever looks next.
 *
 * INVARIANT: a delivery is in exactly one of these hands, or is tried twice: `orphaned_at` is set until it was tried or
 * has a job, and a node begins none whose reserved time may have passed.
 */
import { asWardError, type CloudEvent, type ErrorCode, type Transaction } from "@ward/core";
import { randomUUID } from "node:crypto";
import type { JobsPort } from "./contract.ts";
import { attemptDelivery, type DeliveriesOptions, type PendingDelivery } from "./deliveries.ts";
import { deliveryJob } from "./delivery-job.ts";
import { storeEvent, takeOrphans, type FirstDelivery } from "./event-store.ts";
import type { Invoker } from "./invoker.ts";

export interface FirstDeliveriesOptions extends DeliveriesOptions {
  readonly jobs: JobsPort;
  /** Names of the functions that an event of this type triggers. */
  readonly subscribers: (type: string) => readonly string[];
  /** Told of a first delivery that failed. */
  readonly onFailure?: ((code: ErrorCode) => void) | undefined;
}

interface Waiting extends PendingDelivery {
  readonly invoker: Invoker;
  /** On the monotonic clock. */
  readonly beginBy: number;
}

/** At once on this node, as the job worker has it. */
const CONCURRENCY = 8;
/** Beyond this many the rest is left to become jobs, so that a flood of events does not fill memory. */
const WAITING_MAX = 1_000;
/** From the commit to the beginning of a delivery, at most. */
const WAIT_MAX_MS = 10_000;
const RETRY_MS = 3_000;
const LOOK_MS = 2_000;
const ORPHANS_MAX = 500;

export class FirstDeliveries {
  readonly #options: FirstDeliveriesOptions;
  readonly #waiting: Waiting[] = [];
  readonly #running = new Set<Promise<void>>();
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(options: FirstDeliveriesOptions) {
    this.#options = options;
    this.#timer = setInterval(() => {
      // Where the database is away, whoever works with it says so; the orphans wait.
      this.#looking = this.adoptOrphans().catch(() => undefined);
    }, LOOK_MS).unref();
  }

  /** Stores an event and its deliveries in the transaction, and delivers after the commit. */
  emit(tx: Transaction, event: CloudEvent, emitter: Invoker): void {
    const subscribers = this.#options.subscribers(event.type).flatMap((name) => {
      const invoker = this.#options.invoker(name);
      return invoker === undefined ? [] : [{ id: randomUUID(), invoker }];
    });
    // The emitter may run on before it commits; the subscriber may take its time too.
    const reserved = (invoker: Invoker): number => timeoutOf(emitter) + WAIT_MAX_MS + timeoutOf(invoker);
    const { name } = emitter.release.manifest;
    const deliveries = subscribers.map(({ id, invoker }): FirstDelivery => {
      return { id, function: invoker.release.manifest.name, reservedMs: reserved(invoker) };
    });
    storeEvent(tx, event, name, deliveries);
    tx.onCommit(() => {
      const beginBy = performance.now() + WAIT_MAX_MS;
      for (const { id, invoker } of subscribers) {
        if (this.#waiting.length < WAITING_MAX) this.#waiting.push({ id, event, emitter: name, invoker, beginBy });
      }
      this.#begin();
    });
  }

  /** Makes jobs of the deliveries that nobody made in time; answers how many. */
  async adoptOrphans(): Promise<number> {
    const { database, jobs } = this.#options;
    return await database.transaction(async (tx) => {
      const orphans = await takeOrphans(tx, ORPHANS_MAX);
      for (const { eventId, function: name } of orphans) await jobs.enqueue(tx, deliveryJob(eventId, name));
      return orphans.length;
    });
  }

  /** Resolves when none waits or runs. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Begins no more and waits for those that run; the others become jobs when their time has passed. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#waiting.length = 0;
    await this.settled();
    await this.#looking;
  }

  #begin(): void {
    while (!this.#closed && this.#running.size < CONCURRENCY) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      if (performance.now() > next.beginBy) continue;
      const running = this.#deliver(next).finally(() => {
        this.#running.delete(running);
        this.#begin();
      });
      this.#running.add(running);
    }
  }

  /** Never rejects: what could not be recorded is not done, and becomes a job. */
  async #deliver({ invoker, ...delivery }: Waiting): Promise<void> {
    const { jobs, clock, onFailure } = this.#options;
    const { name } = invoker.release.manifest;
    try {
      const attempt = await attemptDelivery(this.#options, delivery, invoker, async (tx) => {
        const runAt = new Date(clock.now().getTime() + RETRY_MS);
        await jobs.enqueue(tx, deliveryJob(delivery.event.id, name, runAt));
      });
      if (attempt.kind === "failed") onFailure?.(attempt.code);
    } catch (error) {
      onFailure?.(asWardError(error).code);
    }
  }
}

function timeoutOf(invoker: Invoker): number {
  return invoker.release.manifest.limits.timeoutMs;
}
