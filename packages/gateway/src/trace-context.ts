/** W3C Trace Context: the id that ties a request, its log line and its ledger entries together. */
import { randomFillSync } from "node:crypto";

const ID_BYTES = 16;
/** Drawn for many ids at once. */
const drawn = Buffer.alloc(256 * ID_BYTES);
let at = drawn.length;

/** The trace id of a `traceparent` header, or a random one where there is none or it is malformed. */
export function traceIdOf(traceparent: string | undefined): string {
  if (traceparent === undefined) return newTraceId();
  const match = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/.exec(traceparent);
  const [, version, traceId, parentId] = match ?? [];
  const valid =
    traceId !== undefined && version !== "ff" && /[1-9a-f]/.test(traceId) && /[1-9a-f]/.test(parentId ?? "");
  return valid ? traceId : newTraceId();
}

export function newTraceId(): string {
  if (at === drawn.length) {
    randomFillSync(drawn);
    at = 0;
  }
  at += ID_BYTES;
  return drawn.toString("hex", at - ID_BYTES, at);
}
