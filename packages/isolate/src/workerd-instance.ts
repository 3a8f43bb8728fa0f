/**
 * One instance: a slot that became workerd for one release, and its supervisor. workerd enforces no limit itself, so
 * deadline and memory are held here, from outside, by the one means that always works: the process is killed.
 *
 * INVARIANT: once `ending` is set, no call succeeds; every call in flight is rejected with a reason that says whether
 * it was at fault.
 */
import { writeFile } from "node:fs/promises";
import type { Server } from "node:http";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { WardError, type ErrorCode, type InvokeRequest, type InvokeResponse } from "@ward/core";
import type { Instance, OutboundHandler } from "@ward/runtime";
import { InSocket, type Answer } from "./in-socket.ts";
import { BUSY_POLL_MS, IDLE_POLL_MS, OVER_LIMIT_POLLS, readResidentMb } from "./memory.ts";
import { listenOut } from "./out-socket.ts";
import { parseAnswer } from "./parse-answer.ts";
import type { Slot } from "./slot.ts";

type Ending = Awaited<Instance["exited"]>;

export interface InstanceLimits {
  /** The kernel refuses more; undefined where it can't count. */
  readonly dataMb: number | undefined;
  /** The supervisor kills above. */
  readonly residentMb: number;
  readonly startTimeoutMs: number;
}

/** What V8 and the allocator say before they abort. Only searched for, never kept or passed on: stderr may hold PHI. */
const OUT_OF_MEMORY = /out of memory|Cannot allocate memory/;
const OVERLAP_CHARS = 32;

export class WorkerdInstance implements Instance {
  readonly pid: number;
  readonly startedInMs: number;
  readonly exited: Promise<Ending>;
  readonly #slot: Slot;
  readonly #inSocket: InSocket;
  readonly #limits: InstanceLimits;
  readonly #inFlight = new Set<(error: WardError) => void>();
  #ending: Ending | undefined;
  #isOutOfMemory = false;
  #poll: NodeJS.Timeout | undefined;
  #polledAt = performance.now();
  /** How many polls in a row found too much. */
  #overLimit = 0;

  /**
   * `since` is when the caller began. `first` is the answer to `GET /manifest`, the sign of life. Throws
   * `function-unavailable`; the slot is then gone.
   */
  static async start(
    slot: Slot,
    config: Buffer,
    outbound: OutboundHandler,
    limits: InstanceLimits,
    since: number,
  ): Promise<{ readonly instance: WorkerdInstance; readonly first: Answer }> {
    let outSocket: Server | undefined;
    const inSocket = new InSocket(slot.inSocket);
    const deadline = setTimeout(() => slot.kill(), limits.startTimeoutMs);
    try {
      await writeFile(join(slot.directory, "config"), config, { mode: 0o644 });
      outSocket = await listenOut(join(slot.directory, "out.sock"), outbound);
      slot.go(limits.dataMb);
      const first = await inSocket.call("GET", "/manifest");
      return { instance: new WorkerdInstance(slot, inSocket, outSocket, limits, since), first };
    } catch (error) {
      slot.kill();
      await slot.released;
      closeSockets(inSocket, outSocket);
      throw error instanceof WardError ? error : new WardError("function-unavailable", { phase: "start" });
    } finally {
      clearTimeout(deadline);
    }
  }

  private constructor(slot: Slot, inSocket: InSocket, outSocket: Server, limits: InstanceLimits, since: number) {
    this.#slot = slot;
    this.#inSocket = inSocket;
    this.#limits = limits;
    this.pid = slot.pid;
    this.startedInMs = performance.now() - since;
    this.#watchStderr();
    this.exited = slot.released.then(() => {
      const ending = (this.#ending ??= this.#isOutOfMemory ? "memory" : "crashed");
      clearTimeout(this.#poll);
      this.#rejectInFlight(ending);
      closeSockets(inSocket, outSocket);
      return ending;
    });
    this.#scheduleMemoryCheck();
  }

  async invoke(request: InvokeRequest): Promise<InvokeResponse> {
    if (this.#ending !== undefined) throw new WardError("function-unavailable", { ending: this.#ending });
    const response = await new Promise<InvokeResponse>((resolve, reject) => {
      const settle = (then: () => void): void => {
        clearTimeout(deadline);
        this.#inFlight.delete(fail);
        then();
      };
      const fail = (error: WardError): void => settle(() => reject(error));
      const deadline = setTimeout(() => {
        fail(new WardError("function-timeout", { timeoutMs: request.timeoutMs }));
        this.#end("timeout");
      }, request.timeoutMs);
      this.#inFlight.add(fail);
      if (this.#inFlight.size === 1) this.#scheduleMemoryCheck();
      this.#inSocket
        .call("POST", "/invoke", JSON.stringify(request))
        .then((answer) => settle(() => resolve(parseAnswer(answer))))
        .catch((error: unknown) => {
          // Of a dead process `exited` knows the reason and rejects every call; a live one that hangs up is broken.
          if (error instanceof WardError) fail(error);
          else this.#slot.kill();
        });
    });
    if (!response.ok && response.error.code === "function-memory") {
      this.#end("memory");
      throw new WardError("function-memory");
    }
    return response;
  }

  memoryMb(): number {
    return this.#ending === undefined ? readResidentMb(this.pid) : 0;
  }

  async stop(): Promise<void> {
    this.#end("stopped");
    await this.exited;
  }

  /** The first reason stands. */
  #end(ending: Ending): void {
    if (this.#ending !== undefined) return;
    this.#ending = ending;
    this.#slot.kill();
    this.#rejectInFlight(ending);
  }

  /** Whose memory it was can't be told, so all are told; a timeout was one call's, and it has been told already. */
  #rejectInFlight(ending: Ending): void {
    const code: ErrorCode = ending === "memory" ? "function-memory" : "function-unavailable";
    for (const reject of this.#inFlight) reject(new WardError(code, { ending }));
  }

  /** Counts from the last check, so that a quick succession of calls can't put it off. */
  #scheduleMemoryCheck(): void {
    clearTimeout(this.#poll);
    if (this.#ending !== undefined) return;
    const intervalMs = this.#inFlight.size > 0 || this.#overLimit > 0 ? BUSY_POLL_MS : IDLE_POLL_MS;
    const check = (): void => {
      this.#polledAt = performance.now();
      this.#overLimit = readResidentMb(this.pid) > this.#limits.residentMb ? this.#overLimit + 1 : 0;
      if (this.#overLimit >= OVER_LIMIT_POLLS) this.#end("memory");
      this.#scheduleMemoryCheck();
    };
    this.#poll = setTimeout(check, Math.max(0, this.#polledAt + intervalMs - performance.now())).unref();
  }

  #watchStderr(): void {
    let tail = "";
    this.#slot.child.stderr?.on("data", (chunk: Buffer) => {
      if (this.#isOutOfMemory) return;
      const text = tail + chunk.toString("latin1");
      this.#isOutOfMemory = OUT_OF_MEMORY.test(text);
      tail = text.slice(-OVERLAP_CHARS);
    });
  }
}

function closeSockets(inSocket: InSocket, outSocket: Server | undefined): void {
  inSocket.close();
  outSocket?.close();
  outSocket?.closeAllConnections();
}
