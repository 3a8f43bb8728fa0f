/**
 * Entries of the sampled class: acts without end that touch no record, as health checks. The first of a minute leaves an
 * entry, nobody waits for it, and one that cannot be written is dropped. INVARIANT: an act of the required class cannot
 * come through here, whoever asks.
 */
import { assert, auditClassOf, type AuditEntry, type Clock } from "@ward/core";
import type { Ledger } from "./contract.ts";

export interface SampledEntries {
  /** Returns at once. */
  note(entry: AuditEntry): void;
  /** Resolves when nothing is being written any more. */
  settled(): Promise<void>;
}

const EVERY_MS = 60_000;

export function sampleEntries(ledger: Pick<Ledger, "record">, clock: Clock): SampledEntries {
  const last = new Map<string, number>();
  let writing: Promise<void> = Promise.resolve();
  return {
    note(entry) {
      assert(auditClassOf(entry.action) === "sampled", "an act that waits for its entry is never sampled");
      const now = clock.now().getTime();
      const key = `${entry.action} ${entry.outcome}`;
      const before = last.get(key);
      if (before !== undefined && Math.abs(now - before) < EVERY_MS) return;
      last.set(key, now);
      writing = Promise.allSettled([writing, ledger.record([entry])]).then(() => undefined);
    },
    settled: () => writing,
  };
}
