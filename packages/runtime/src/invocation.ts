/**
 * One invocation: an unguessable id, the identity under which it acts and its unit of work. The id names it on its
 * function's own socket only; after its end the id is dead.
 */
import { randomUUID } from "node:crypto";
import type { Caller, Database, Principal } from "@ward/core";
import { functionCaller } from "./acts.ts";
import type { FunctionRelease } from "./contract.ts";
import { UnitOfWork } from "./unit-of-work.ts";

/** Made once: by default each abort makes an exception of its own, which costs more than the abort. */
const ENDED = new Error("the invocation has ended");

export interface InvocationStart {
  readonly release: FunctionRelease;
  readonly traceId: string;
  readonly onBehalfOf: Principal;
  /** Patient whom the trigger is about. */
  readonly subjectId?: string;
}

export class Invocation {
  readonly id = randomUUID();
  readonly release: FunctionRelease;
  readonly caller: Caller;
  readonly unitOfWork: UnitOfWork;
  /** Patients whose values the function may hold: the egress proxy screens for each. */
  readonly subjects = new Set<string>();
  readonly #filed = new Map<string, number>();
  #ending: AbortController | undefined;
  #hasEnded = false;
  readonly #underWay = new Set<Promise<unknown>>();
  #hasActed = false;

  constructor(start: InvocationStart, database: Database) {
    this.release = start.release;
    this.caller = functionCaller(start.release, start.traceId, start.onBehalfOf);
    this.unitOfWork = new UnitOfWork(database);
    if (start.subjectId !== undefined) this.subjects.add(start.subjectId);
  }

  /** Aborts when the invocation ends: what is still on its way out is cut. */
  get ending(): AbortSignal {
    this.#ending ??= new AbortController();
    if (this.#hasEnded) this.#ending.abort(ENDED);
    return this.#ending.signal;
  }

  /** Whether it wrote, emitted or sent, so that running it again could do so twice. */
  get hasActed(): boolean {
    return this.#hasActed;
  }

  get filed(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#filed);
  }

  markActed(): void {
    this.#hasActed = true;
  }

  countFiled(resourceType: string): void {
    this.#filed.set(resourceType, (this.#filed.get(resourceType) ?? 0) + 1);
  }

  /** Makes the end of the invocation wait for a call. */
  async track<T>(call: Promise<T>): Promise<T> {
    this.#underWay.add(call);
    try {
      return await call;
    } finally {
      this.#underWay.delete(call);
    }
  }

  /** Cuts what is on its way out, refuses further calls and waits for those under way. */
  async end(): Promise<void> {
    this.#hasEnded = true;
    this.#ending?.abort(ENDED);
    await this.unitOfWork.seal();
    await Promise.allSettled(this.#underWay);
  }
}

/** The running invocations of a node. */
export class RunningInvocations {
  readonly #running = new Map<string, Invocation>();
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  start(start: InvocationStart): Invocation {
    const invocation = new Invocation(start, this.#database);
    this.#running.set(invocation.id, invocation);
    return invocation;
  }

  find(id: string): Invocation | undefined {
    return this.#running.get(id);
  }

  /** The id is dead from here on; resolves when no call of the invocation is under way. */
  async end(invocation: Invocation): Promise<void> {
    this.#running.delete(invocation.id);
    await invocation.end();
  }
}
