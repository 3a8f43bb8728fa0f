/** W3C Trace Context: the id that ties a request, its log line and its ledger entries together. */
import { newTraceId } from "@ward/core";

/** The trace id of a `traceparent` header, or a new one where there is none or it is malformed. */
export function traceIdOf(traceparent: string | undefined): string {
  if (traceparent === undefined) return newTraceId();
  const match = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/.exec(traceparent);
  const [, version, traceId, parentId] = match ?? [];
  const valid =
    traceId !== undefined && version !== "ff" && /[1-9a-f]/.test(traceId) && /[1-9a-f]/.test(parentId ?? "");
  return valid ? traceId : newTraceId();
}
