/**
 * A token bucket per principal: so many acts a minute, refilled evenly, in this process. Several nodes on one database
 * each give the whole quota; it is a brake on a runaway function or a stolen token, not an account.
 *
 * The first act refused in a principal's minute is recorded; the others of that minute are refused without an entry,
 * since a flood of refusals would otherwise become a flood of durable writes.
 */
import type { Clock } from "@ward/core";

export interface Meter {
  take(principal: string): "ok" | "exceeded" | "exceeded-again";
  /** Undoes `exceeded` where its entry could not be written: the next refusal is to be recorded. */
  forgetRefusal(principal: string): void;
}

interface Bucket {
  tokens: number;
  at: number;
  refusedAt: number | undefined;
}

const WINDOW_MS = 60_000;
const BUCKETS_MAX = 20_000;

export function createMeter(actsPerMinute: number, clock: Clock): Meter {
  const buckets = new Map<string, Bucket>();
  return {
    take(principal) {
      const now = clock.now().getTime();
      const bucket = buckets.get(principal) ?? add(principal, now);
      // A clock set back must not drain or fill a bucket.
      const elapsedMs = Math.max(0, now - bucket.at);
      bucket.tokens = Math.min(actsPerMinute, bucket.tokens + (elapsedMs * actsPerMinute) / WINDOW_MS);
      bucket.at = now;
      if (bucket.tokens >= 1) {
        bucket.tokens -= 1;
        return "ok";
      }
      if (bucket.refusedAt !== undefined && Math.abs(now - bucket.refusedAt) < WINDOW_MS) return "exceeded-again";
      bucket.refusedAt = now;
      return "exceeded";
    },
    forgetRefusal(principal) {
      const bucket = buckets.get(principal);
      if (bucket !== undefined) bucket.refusedAt = undefined;
    },
  };

  function add(principal: string, now: number): Bucket {
    if (buckets.size >= BUCKETS_MAX) dropIdle(now);
    const bucket: Bucket = { tokens: actsPerMinute, at: now, refusedAt: undefined };
    buckets.set(principal, bucket);
    return bucket;
  }

  /** A bucket left alone for a window is full again, and so the same as none. */
  function dropIdle(now: number): void {
    for (const [principal, { at }] of buckets) {
      if (Math.abs(now - at) >= WINDOW_MS) buckets.delete(principal);
    }
  }
}
