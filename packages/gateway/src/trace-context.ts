/** W3C Trace Context: the id that ties a request, its log line and its ledger entries together. */
import { randomUUID } from "node:crypto";

/** The trace id of a `traceparent` header, or a random one where there is none or it is malformed. */
export function traceIdOf(traceparent: string | undefined): string {
  const match = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/.exec(traceparent ?? "");
  const [, version, traceId, parentId] = match ?? [];
  const valid =
    traceId !== undefined && version !== "ff" && /[1-9a-f]/.test(traceId) && /[1-9a-f]/.test(parentId ?? "");
  return valid ? traceId : newTraceId();
}

export function newTraceId(): string {
  // 122 random bits; the runtime draws them for many ids at once.
  return randomUUID().replaceAll("-", "");
}
