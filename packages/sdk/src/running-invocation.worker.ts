/**
 * Which invocation a piece of code runs for. An instance runs several at once, so this follows each one's promises.
 * Everything that leaves the instance names its invocation; a request that names none is refused by the node.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { INVOCATION_HEADER, type LogCall } from "@ward/core";

export interface RunningInvocation {
  readonly id: string;
  /** Log lines that are still here. */
  readonly lines: LogCall[];
  /** Started and not awaited, as log lines; to be settled before the invocation ends. */
  readonly unfinished: Set<Promise<unknown>>;
}

/** The service binding to the out-socket, in origin form. */
export interface DoorBinding {
  fetch(url: string, init: { method: string; headers: Record<string, string>; body: string }): Promise<Response>;
}

const running = new AsyncLocalStorage<RunningInvocation>();
const fetchOutside = globalThis.fetch;

export function runInvocation<Result>(invocation: RunningInvocation, work: () => Result): Result {
  return running.run(invocation, work);
}

/** `fetch` that names the invocation, and no other than the running one. */
export function fetchFor(id: string | undefined, input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const request = new Request(input, init);
  if (id === undefined) request.headers.delete(INVOCATION_HEADER);
  else request.headers.set(INVOCATION_HEADER, id);
  return fetchOutside(request);
}

/** Replaces the global `fetch`, so that libraries reach granted hosts as well. */
export function nameInvocationInFetch(): void {
  globalThis.fetch = async (input, init) => fetchFor(running.getStore()?.id, input, init);
}
