import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync, sign } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { type Database, systemClock, type Transaction } from "@ward/core";
import { startTestDatabase, type TestDatabase } from "@ward/postgres/testing";
import type { CheckpointSigner } from "../src/contract.ts";
import { makeEntries, ORIGIN } from "../src/fixtures.ts";
import { createLedger } from "../src/ledger.ts";
import { sequenceBatch } from "../src/sequencer.ts";
import { verifyLedger } from "../src/verify-ledger.ts";

const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const pem = privateKey.export({ format: "pem", type: "pkcs8" }).toString();
const signer: CheckpointSigner = {
  name: ORIGIN,
  publicKey: publicKey.export({ format: "der", type: "spki" }).subarray(-32),
  sign: (message) => sign(null, message, privateKey),
};

let db: TestDatabase;
before(async () => {
  db = await startTestDatabase();
});
after(async () => await db.close());

async function tracesVerified(): Promise<readonly string[]> {
  while ((await sequenceBatch({ database: db.database, clock: systemClock, signer }, { wait: true })) > 0);
  const verdict = await verifyLedger(db.database, { publicKey: signer.publicKey, origin: ORIGIN });
  assert.ok(verdict.ok, JSON.stringify(verdict));
  const rows = await db.database.query<{ trace: string }>("select trace from ledger.entry order by index");
  assert.equal(rows.length, verdict.entries);
  return rows.map(({ trace }) => trace);
}

/** Breaks the step's `at`-th statement, before or after it ran. Answers false where there are not so many. */
async function breakStatement(at: number, when: "before" | "after"): Promise<boolean> {
  let count = 0;
  let broke = false;
  const database: Database = {
    ...db.database,
    transaction: async (work) =>
      await db.database.transaction(async (tx) => {
        const breaking: Transaction = {
          ...tx,
          async query<Row>(text: string, values?: readonly unknown[]) {
            broke ||= ++count === at;
            if (count === at && when === "before") throw new Error("broken here");
            const rows = await tx.query<Row>(text, values);
            if (count === at) throw new Error("broken here");
            return rows;
          },
          send(text, values) {
            broke ||= ++count === at;
            if (count === at && when === "before") throw new Error("broken here");
            tx.send(text, values);
            if (count === at) throw new Error("broken here");
          },
        };
        return await work(breaking);
      }),
  };
  await sequenceBatch({ database, clock: systemClock, signer }, { wait: true }).catch((error: Error) => {
    assert.equal(error.message, "broken here");
  });
  return broke;
}

test("a step broken at any of its statements leaves nothing behind, and the next one loses and doubles nothing", async () => {
  const log = createLedger({ database: db.database, clock: systemClock, signer });
  const start = (await tracesVerified()).length;
  let written = 0;
  for (const when of ["before", "after"] as const) {
    for (let at = 1; ; at += 1) {
      await log.record(makeEntries(30, start + written));
      written += 30;
      const size = (await log.checkpoint())?.size ?? 0;
      if (!(await breakStatement(at, when))) break;
      assert.equal((await log.checkpoint())?.size ?? 0, size);
    }
  }
  const traces = await tracesVerified();
  assert.equal(traces.length, start + written);
  assert.equal(new Set(traces).size, traces.length);
});

test("eight sequencers at once give each entry one place and each place one entry", async () => {
  const { length: start } = await tracesVerified();
  const logs = Array.from({ length: 8 }, () => createLedger({ database: db.database, clock: systemClock, signer }));
  const sequencers = logs.map((log) => log.startSequencer({ intervalMs: 1 }));
  await Promise.all(
    logs.map(async (log, at) => {
      for (let batch = 0; batch < 10; batch += 1) {
        await log.record(makeEntries(7, 1_000_000 + at * 1_000 + batch * 10));
        await sequencers[at]?.flush();
      }
    }),
  );
  await Promise.all(sequencers.map(async (sequencer) => await sequencer.stop()));
  const traces = await tracesVerified();
  assert.equal(traces.length, start + 8 * 10 * 7);
  assert.equal(new Set(traces).size, traces.length);
});

test("kill -9 of a node that appends and sequences loses no acknowledged entry", async () => {
  const script = fileURLToPath(new URL("appending-node.ts", import.meta.url));
  for (let round = 0; round < 4; round += 1) {
    const first = 10_000_000 + round * 1_000_000;
    const child: ChildProcess = spawn(process.execPath, [script, JSON.stringify(db.connection), pem, String(first)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    assert.ok(child.stdout);
    let acknowledged = first;
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged = Number(line);
      // After some batches, wherever the next one happens to be.
      if (acknowledged >= first + 100 + round * 20) child.kill("SIGKILL");
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    const traces = new Set(await tracesVerified());
    for (let number = first; number < acknowledged; number += 1) {
      assert.ok(traces.has(number.toString(16).padStart(32, "0")), `entry ${number} was acknowledged`);
    }
  }
  const traces = await tracesVerified();
  assert.equal(new Set(traces).size, traces.length);
});

test("loses no acknowledged entry where the server drops every connection", async () => {
  const log = createLedger({ database: db.database, clock: systemClock, signer });
  const sequencer = log.startSequencer({ intervalMs: 1 });
  const acknowledged: number[] = [];
  for (let number = 50_000_000; number < 50_000_200; number += 1) {
    await log.record(makeEntries(1, number)).then(
      () => acknowledged.push(number),
      (error: { code: string }) => assert.equal(error.code, "record-unavailable"),
    );
    if (number % 20 === 0) {
      await db.database
        .query(
          "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend'",
        )
        .catch(() => undefined);
    }
  }
  await sequencer.stop();
  const traces = new Set(await tracesVerified());
  assert.ok(acknowledged.length > 100);
  for (const number of acknowledged) assert.ok(traces.has(number.toString(16).padStart(32, "0")), `entry ${number}`);
});
