/**
 * The instances of one function release: none while nobody calls, one confined process while somebody does. It takes
 * many invocations at once, up to the function's `concurrency`; further ones wait in a short line. A process that
 * exits is replaced at the next call.
 */
import { WardError } from "@ward/core";
import type { FunctionRelease, Instance, InstanceHost, OutboundHandler } from "./contract.ts";

export type StopReason = Exclude<Awaited<Instance["exited"]>, "stopped">;

export interface InstancePoolOptions {
  readonly release: FunctionRelease;
  readonly host: InstanceHost;
  readonly outbound: OutboundHandler;
  readonly idleMs: number;
  /** A process ended that nobody stopped. */
  readonly onStopped: (reason: StopReason) => void;
}

/** How many invocations may wait, as a multiple of those that may run, and for how long. */
const WAITING_PER_RUNNING = 4;
const WAITING_LEAST = 32;
const WAIT_MAX_MS = 2_000;

interface Waiting {
  readonly enter: () => void;
  readonly timer: NodeJS.Timeout;
}

export class InstancePool {
  readonly #options: InstancePoolOptions;
  readonly #waiting = new Set<Waiting>();
  #running = 0;
  #current: Promise<Instance> | undefined;
  #ready: Instance | undefined;
  #alive = 0;
  #idle: NodeJS.Timeout | undefined;
  #closed = false;
  #drained: (() => void) | undefined;

  constructor(options: InstancePoolOptions) {
    this.#options = options;
  }

  /** Processes that run. */
  get instances(): number {
    return this.#alive;
  }

  /** Lends a place among the function's running invocations. Throws `function-overloaded`, `function-unavailable`. */
  async withPlace<T>(use: () => Promise<T>): Promise<T> {
    await this.#enter();
    try {
      return await use();
    } finally {
      this.#leave();
    }
  }

  /** The running instance, started where there is none; concurrent callers share one start. Call within a place. */
  instance(): Promise<Instance> {
    this.#current ??= this.#start();
    return this.#current;
  }

  /** Lends this instance to nobody any more: it refused an invocation because its process is gone or being killed. */
  discard(instance: Instance): void {
    if (this.#ready !== instance) return;
    this.#ready = undefined;
    this.#current = undefined;
  }

  /** Refuses further invocations, waits for those that run and stops the process. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idle);
    if (this.#running > 0) await new Promise<void>((resolve) => (this.#drained = resolve));
    await this.#stop();
  }

  async #enter(): Promise<void> {
    if (this.#closed) throw this.#unavailable();
    clearTimeout(this.#idle);
    const { concurrency } = this.#options.release.manifest.limits;
    if (this.#running < concurrency) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.size >= Math.max(WAITING_LEAST, concurrency * WAITING_PER_RUNNING)) throw this.#overloaded();
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(waiting);
        reject(this.#overloaded());
      }, WAIT_MAX_MS);
      const waiting: Waiting = { enter: resolve, timer };
      this.#waiting.add(waiting);
    });
  }

  #leave(): void {
    const [next] = this.#waiting;
    if (next !== undefined) {
      // The place passes on: `#running` stays as it is.
      this.#waiting.delete(next);
      clearTimeout(next.timer);
      next.enter();
      return;
    }
    this.#running -= 1;
    if (this.#running > 0) return;
    this.#drained?.();
    this.#idle = setTimeout(() => void this.#stop(), this.#options.idleMs);
    this.#idle.unref();
  }

  async #start(): Promise<Instance> {
    const { host, release, outbound } = this.#options;
    try {
      const instance = await host.start(release, outbound);
      this.#ready = instance;
      this.#alive += 1;
      void instance.exited.then((why) => this.#exited(instance, why));
      return instance;
    } catch (error) {
      this.#current = undefined;
      throw error;
    }
  }

  #exited(instance: Instance, why: Awaited<Instance["exited"]>): void {
    this.#alive -= 1;
    this.discard(instance);
    if (why !== "stopped") this.#options.onStopped(why);
  }

  async #stop(): Promise<void> {
    const current = this.#current;
    this.#current = undefined;
    this.#ready = undefined;
    const instance = await current?.catch(() => undefined);
    await instance?.stop();
  }

  #overloaded(): WardError {
    return new WardError("function-overloaded", { function: this.#options.release.manifest.name });
  }

  #unavailable(): WardError {
    return new WardError("function-unavailable", { function: this.#options.release.manifest.name });
  }
}
