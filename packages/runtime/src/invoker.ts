/**
 * Runs one invocation from trigger to recorded outcome: a place, an instance, a unit of work, then commit or rollback.
 *
 * INVARIANT: a result is released only after the unit of work and the entry `function.invoke` are durable. An
 * invocation that touched nothing costs that one entry (one group-committed write); one that wrote or has something to
 * record at its end costs one commit, which carries the entry.
 */
import type { Door } from "@ward/access";
import {
  asWardError,
  ERROR_KINDS,
  newTraceId,
  REJECT_REASONS,
  WardError,
  type ErrorCode,
  type InvokeResponse,
  type LogCall,
  type Principal,
  type RejectReason,
  type Transaction,
  type TriggerPayload,
} from "@ward/core";
import { functionAct, functionCaller } from "./acts.ts";
import type { FunctionFaultLine, FunctionRelease, InstanceHost, OutboundHandler } from "./contract.ts";
import { faultLine } from "./fault-line.ts";
import { InstancePool, type StopReason } from "./instances.ts";
import type { Invocation, RunningInvocations } from "./invocation.ts";
import type { PendingRecords } from "./pending-records.ts";

export interface Trigger {
  readonly payload: TriggerPayload;
  readonly traceId: string;
  readonly onBehalfOf: Principal;
  readonly subjectId?: string;
  /** Policies that let the caller invoke. */
  readonly allowedBy?: readonly string[];
  /** Runs in the unit of work before the function does; `stop` means that there is nothing to do. */
  readonly before?: (tx: Transaction) => Promise<"go" | "stop">;
  /** Runs in the unit of work after the function succeeded; commits with what it wrote. */
  readonly after?: (tx: Transaction) => Promise<void>;
}

export type InvocationOutcome =
  | { readonly kind: "done"; readonly result: unknown; readonly filed: Readonly<Record<string, number>> }
  | { readonly kind: "failed"; readonly code: ErrorCode; readonly reject?: RejectReason }
  | { readonly kind: "stopped" };

export interface InvokerOptions {
  readonly host: InstanceHost;
  readonly door: Door;
  readonly running: RunningInvocations;
  readonly records: PendingRecords;
  readonly outbound: (release: FunctionRelease) => OutboundHandler;
  readonly idleMs: number;
  /** Writes a line that came with an answer. Rejects where it is none. */
  readonly log: (invocation: Invocation, line: LogCall) => Promise<void>;
  readonly onFault?: ((line: FunctionFaultLine) => void) | undefined;
}

const STOP_REASONS: Readonly<Record<StopReason, ErrorCode>> = {
  timeout: "function-timeout",
  memory: "function-memory",
  crashed: "function-failed",
};

/** After these the process is dead or being killed; after any other failure it lives and takes the next invocation. */
const GONE: ReadonlySet<ErrorCode> = new Set(["function-timeout", "function-memory", "function-unavailable"]);

/** Runs the invocations of one function release. */
export class Invoker {
  readonly release: FunctionRelease;
  readonly #options: InvokerOptions;
  readonly #pool: InstancePool;
  #invocations = 0;
  #failures = 0;

  constructor(release: FunctionRelease, options: InvokerOptions) {
    this.release = release;
    this.#options = options;
    this.#pool = new InstancePool({
      release,
      host: options.host,
      outbound: options.outbound(release),
      idleMs: options.idleMs,
      onStopped: (reason) => options.records.add(this.#recordStop(reason)),
    });
  }

  get counts(): { readonly instances: number; readonly invocations: number; readonly failures: number } {
    return { instances: this.#pool.instances, invocations: this.#invocations, failures: this.#failures };
  }

  /** Never throws for what a function did; throws only where the outcome could not be made durable. */
  async invoke(trigger: Trigger): Promise<InvocationOutcome> {
    this.#invocations += 1;
    const outcome = await this.#inPlace(trigger);
    if (outcome.kind === "failed") this.#failures += 1;
    return outcome;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #inPlace(trigger: Trigger): Promise<InvocationOutcome> {
    try {
      return await this.#pool.withPlace(async () => {
        const first = await this.#attempt(trigger, { mayRepeat: true });
        // A process killed for another invocation's sake took this one with it; that is not this one's failure.
        return first.again ? (await this.#attempt(trigger, { mayRepeat: false })).outcome : first.outcome;
      });
    } catch (error) {
      const { code } = asWardError(error);
      if (code !== "function-overloaded" && code !== "function-unavailable") throw error;
      await this.#recordFailure(trigger, code);
      return { kind: "failed", code };
    }
  }

  async #attempt(
    trigger: Trigger,
    { mayRepeat }: { readonly mayRepeat: boolean },
  ): Promise<{ readonly outcome: InvocationOutcome; readonly again: boolean }> {
    const instance = await this.#pool.instance();
    const { running } = this.#options;
    const invocation = running.start({ release: this.release, ...trigger });
    try {
      if (trigger.before !== undefined && (await invocation.unitOfWork.append(trigger.before)) === "stop") {
        return { outcome: { kind: "stopped" }, again: false };
      }
      const { timeoutMs } = this.release.manifest.limits;
      const { payload, traceId } = trigger;
      const response = await instance
        .invoke({ invocation: invocation.id, traceId, timeoutMs, payload })
        .catch((error: unknown) => {
          if (GONE.has(asWardError(error).code)) this.#pool.discard(instance);
          throw error;
        });
      // A line that is refused fails nothing.
      for (const line of response.log ?? []) await this.#options.log(invocation, line).catch(() => undefined);
      await running.end(invocation);
      return { outcome: await this.#conclude(trigger, invocation, response), again: false };
    } catch (error) {
      if (error instanceof CommitUnheard) throw error.failure;
      const { code } = asWardError(error);
      const again = mayRepeat && code === "function-unavailable" && !invocation.hasActed;
      if (!again) await this.#recordFailure(trigger, code);
      return { outcome: { kind: "failed", code }, again };
    } finally {
      await running.end(invocation);
      await invocation.unitOfWork.abandon();
    }
  }

  async #conclude(trigger: Trigger, invocation: Invocation, response: InvokeResponse): Promise<InvocationOutcome> {
    if (response.ok !== true) {
      const failed = readFault(response);
      if (response.ok === false) this.#options.onFault?.(faultLine(this.release, trigger.traceId, response.error));
      await this.#recordFailure(trigger, failed.code);
      return failed;
    }
    const { door } = this.#options;
    const act = functionAct("function.invoke", this.release.manifest.name);
    const recorded = { decision: "allow", outcome: "success", policies: trigger.allowedBy ?? [] } as const;
    if (invocation.unitOfWork.isOpen || trigger.after !== undefined) {
      const committing = invocation.unitOfWork.commit(async (tx) => {
        await door.note(invocation.caller, act, recorded, tx);
        await trigger.after?.(tx);
      });
      await committing.catch((error: unknown) => {
        throw asWardError(error).code === "database-unavailable" ? new CommitUnheard(error) : error;
      });
    } else {
      await door.note(invocation.caller, act, recorded);
    }
    return { kind: "done", result: response.result, filed: invocation.filed };
  }

  async #recordFailure(trigger: Trigger, reason: ErrorCode): Promise<void> {
    const caller = functionCaller(this.release, trigger.traceId, trigger.onBehalfOf);
    const act = functionAct("function.invoke", this.release.manifest.name);
    const policies = trigger.allowedBy ?? [];
    await this.#options.door.note(caller, act, { decision: "allow", outcome: "failure", reason, policies });
  }

  async #recordStop(reason: StopReason): Promise<void> {
    const caller = functionCaller(this.release, newTraceId());
    const act = functionAct("function.stop", this.release.manifest.name);
    const result = { decision: "allow", outcome: "failure", reason: STOP_REASONS[reason] } as const;
    await this.#options.door.note(caller, act, result);
  }
}

/**
 * The connection broke at the commit, and whether it happened is not known: calling that a failure would put a message
 * that is filed into quarantine, and a lie into the ledger.
 */
class CommitUnheard extends Error {
  readonly failure: unknown;

  constructor(failure: unknown) {
    super("the commit was not heard of");
    this.failure = failure;
  }
}

/** What an isolate says of its own failure is untrusted: only codes of the closed tables pass. */
function readFault(response: InvokeResponse): Extract<InvocationOutcome, { kind: "failed" }> {
  const fault = response.ok === false ? response.error : undefined;
  const code = fault?.code !== undefined && Object.hasOwn(ERROR_KINDS, fault.code) ? fault.code : "function-failed";
  const reject = fault?.reject;
  return reject !== undefined && Object.hasOwn(REJECT_REASONS, reject)
    ? { kind: "failed", code, reject }
    : { kind: "failed", code };
}

/** The failure of an HTTP-triggered function as its caller may see it: a function's own lack of power is its own failure. */
export function failureForCaller(code: ErrorCode): WardError {
  const passes = ERROR_KINDS[code].fault !== "caller" || PASSED_TO_CALLERS.has(code);
  return new WardError(passes ? code : "function-failed");
}

const PASSED_TO_CALLERS: ReadonlySet<ErrorCode> = new Set([
  "not-found",
  "gone",
  "version-conflict",
  "duplicate",
  "multiple-matches",
  "invalid-resource",
  "quota-exceeded",
]);
