/**
 * W3C Trace Context trace ids: what ties a request, its log lines and its ledger entries together. One of ours begins
 * with the second in which it was made, so that entries of one time lie side by side in the ledger's index by trace
 * (docs/decisions/0066-trace-ids-begin-with-the-time.md). The other twelve bytes are random; Level 2 asks for the last
 * seven.
 */
import { systemClock, type Clock } from "./clock.ts";

const SECONDS_DIGITS = 8;

/** 32 hexadecimal digits in lower case. */
export function newTraceId(clock: Clock = systemClock): string {
  const seconds = Math.floor(clock.now().getTime() / 1000) % 2 ** 32;
  const uuid = crypto.randomUUID();
  // Without the groups in which version and variant stand.
  return seconds.toString(16).padStart(SECONDS_DIGITS, "0") + uuid.slice(0, 8) + uuid.slice(9, 13) + uuid.slice(24);
}
