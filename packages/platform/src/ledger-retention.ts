/**
 * Retention of the ledger as an operator uses it, and the monthly job that verifies it: the whole log is recomputed and
 * compared with what was published, and an entry says how that ended (45 CFR 164.312(b), 164.316(b)(2)(i)).
 */
import { systemClock } from "@ward/core";
import { openRetention, verify, type Retention } from "@ward/ledger";
import type { CronJob, JobTask } from "@ward/postgres";
import type { NodeEvent } from "./contract.ts";
import type { Foundation } from "./foundation.ts";
import { platformEntry } from "./platform-entry.ts";

export const RETENTION_TASK = "ledger-retention";

/** At night, early in the month; one node of many does it. */
export const RETENTION_CRON: CronJob = { task: RETENTION_TASK, match: "17 3 1 * *" };

const LATE_DAYS = 32;
/** Holds and prunings that may lie between two looks. */
const LOOK_BACK = 100;

type Parts = Pick<Foundation, "database" | "ledger" | "ledgerStore" | "vault">;

export function retentionOf({ database, ledger, ledgerStore }: Parts): Retention {
  const entry = () => platformEntry("service:operator", "Ledger");
  return openRetention({ database, ledger, clock: systemClock, store: ledgerStore, entry });
}

/** A log that is not whole is recorded and told, not tried again: a second look finds the same. */
export function retentionTask(
  { database, ledger, ledgerStore, vault }: Parts,
  tell: (event: NodeEvent) => void,
): JobTask {
  return async () => {
    const { publicKey, name, former = [] } = vault.ledgerSigner;
    const verdict = await verify(database, { publicKey, origin: name, former, store: ledgerStore });
    const result = verdict.ok
      ? ({ outcome: "success", item: `verified/${verdict.minimum ?? 0}-${verdict.entries}` } as const)
      : ({ outcome: "failure", reason: "internal", item: `not-verified/${verdict.problem.kind}` } as const);
    const entry = platformEntry("service:platform", "Ledger");
    await ledger.record([{ ...entry, action: "ledger.retention", ...result }]);
    if (!verdict.ok) tell({ kind: "failure", code: "internal", where: `ledger retention: ${verdict.problem.kind}` });
  };
}

/** A node that was off when the month began looks when it starts, after `LATE_DAYS` without a look. */
export async function catchUpRetention({ ledger, database, jobs }: Foundation): Promise<void> {
  const newest = await ledger.entries({ action: "ledger.retention", newestFirst: true, limit: LOOK_BACK });
  const looked = newest.find(({ entry }) => /^(not-)?verified\//.test(entry.item ?? ""));
  const [first] = looked === undefined ? await ledger.entries({ limit: 1 }) : [];
  const since = (looked ?? first)?.entry.time;
  if (since === undefined || systemClock.now().getTime() - Date.parse(since) < LATE_DAYS * 86_400_000) return;
  await database.transaction(
    async (tx) => await jobs.enqueue(tx, { task: RETENTION_TASK, payload: {}, key: RETENTION_TASK, maxAttempts: 3 }),
  );
}
