import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { systemClock } from "@ward/core";
import { createLedger, openDirectoryStore, type AuditLog } from "@ward/ledger";
import { startTestDatabase, type TestDatabase } from "@ward/postgres/testing";
import { openTestVault } from "@ward/vault/testing";
import type { NodeEvent } from "./contract.ts";
import type { Foundation } from "./foundation.ts";
import { catchUpRetention, RETENTION_CRON, RETENTION_TASK, retentionOf, retentionTask } from "./ledger-retention.ts";

let postgres: TestDatabase;
let folder: string;
let ledger: AuditLog;
let foundation: Foundation;
const told: NodeEvent[] = [];

before(async () => {
  postgres = await startTestDatabase();
  folder = await mkdtemp(join(tmpdir(), "ward-retention-"));
  const { database, jobs } = postgres;
  const vault = await openTestVault(database);
  ledger = createLedger({ database, clock: systemClock, signer: vault.ledgerSigner });
  const ledgerStore = await openDirectoryStore(folder);
  foundation = { database, jobs, ledger, ledgerStore, vault } as unknown as Foundation;
});
after(async () => {
  await postgres.close();
  await rm(folder, { recursive: true });
});

async function last(): Promise<readonly (string | undefined)[]> {
  const sequencer = ledger.startSequencer({ intervalMs: 1_000 });
  await sequencer.flush();
  await sequencer.stop();
  const [found] = await ledger.entries({ action: "ledger.retention", newestFirst: true, limit: 1 });
  return [found?.entry.principal, found?.entry.item, found?.entry.outcome, found?.entry.reason];
}

/** As the worker of a node does when the month begins. */
async function runJob(): Promise<void> {
  const worker = await foundation.jobs.startWorker({
    tasks: { [RETENTION_TASK]: retentionTask(foundation, (event) => told.push(event)) },
    cron: [RETENTION_CRON],
  });
  await foundation.database.transaction(
    async (tx) => await foundation.jobs.enqueue(tx, { task: RETENTION_TASK, payload: {} }),
  );
  for (let waiting = 1n; waiting > 0n;) {
    const [row] = await foundation.database.query<{ waiting: bigint }>(
      "select count(*) as waiting from graphile_worker.jobs where attempts < max_attempts",
    );
    waiting = row?.waiting ?? 0n;
    await new Promise((wake) => setTimeout(wake, 10));
  }
  await worker.stop();
}

describe("the monthly look at the ledger", () => {
  test("verifies the whole log and records that it did", async () => {
    await retentionOf(foundation).hold("case-17");
    assert.deepEqual(await last(), ["service:operator", "hold/case-17", "success", undefined]);
    await runJob();
    assert.deepEqual(await last(), ["service:platform", "verified/0-1", "success", undefined]);
    assert.deepEqual(told, []);
  });

  test("is made up for by a node that was off at the time, and not before", async () => {
    const waiting = async (): Promise<number> => {
      const rows = await foundation.database.query("select from graphile_worker.jobs where attempts < max_attempts");
      return rows.length;
    };
    await catchUpRetention(foundation);
    assert.equal(await waiting(), 0);
    const long = new Date(Date.now() - 33 * 86_400_000).toISOString();
    const late = {
      ...foundation,
      ledger: {
        ...ledger,
        entries: async (filter: Parameters<AuditLog["entries"]>[0]) =>
          (await ledger.entries(filter)).map((found) => ({ ...found, entry: { ...found.entry, time: long } })),
      },
    };
    await catchUpRetention(late);
    await catchUpRetention(late);
    assert.equal(await waiting(), 1);
    await foundation.database.query("select graphile_worker.remove_job($1)", [RETENTION_TASK]);
  });

  test("records and tells that the log is not whole, once", async () => {
    await postgres.pool.query(
      `alter table ledger.entry disable trigger user;
       update ledger.entry set body = convert_to(replace(convert_from(body, 'UTF8'), 'case-17', 'case-71'), 'UTF8');
       alter table ledger.entry enable trigger user`,
    );
    await runJob();
    assert.deepEqual(await last(), ["service:platform", "not-verified/entry-altered", "failure", "internal"]);
    assert.deepEqual(told, [{ kind: "failure", code: "internal", where: "ledger retention: entry-altered" }]);
  });
});
