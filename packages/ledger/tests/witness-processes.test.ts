/** A log and a witness in two processes, the witness killed and started again, and a log that was rewritten. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { systemClock } from "@ward/core";
import { startTestDatabase, type TestDatabase } from "@ward/postgres/testing";
import { makeEntries, makeSigner, ORIGIN } from "../src/fixtures.ts";
import { type AuditLog, createLedger } from "../src/ledger.ts";
import { openCheckpoint, verifierKey } from "../src/note.ts";
import { openDirectoryStore } from "../src/publication/directory-store.ts";
import { historyPath } from "../src/publication/layout.ts";
import { publishStep } from "../src/publication/publish-step.ts";
import { sequenceBatch } from "../src/sequencer.ts";
import { openCosignature, parseCosignatureVerifierKey } from "../src/witness/cosignature.ts";
import { addCheckpoint, cosignWith, type WitnessAddress } from "../src/witness/witness-client.ts";

let db: TestDatabase;
let log: AuditLog;
let folder: string;
const signer = makeSigner();
const children = new Set<ChildProcess>();

before(async () => {
  db = await startTestDatabase();
  log = createLedger({ database: db.database, clock: systemClock, signer });
  folder = await mkdtemp(join(tmpdir(), "ward-witnesses-"));
});
after(async () => {
  for (const child of children) await kill(child);
  await db.close();
  await rm(folder, { recursive: true });
});

async function startWitness(port = 0): Promise<WitnessAddress & { readonly child: ChildProcess }> {
  const script = fileURLToPath(new URL("witness-process.ts", import.meta.url));
  const args = [script, join(folder, "witness"), verifierKey(signer), String(port)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  children.add(child);
  for await (const line of createInterface({ input: child.stdout })) {
    const told = JSON.parse(line) as { url: string; verifierKey: string };
    const key = parseCosignatureVerifierKey(told.verifierKey);
    assert.ok(key);
    return { ...key, url: told.url, child };
  }
  throw new Error("the witness said nothing");
}

async function kill(child: ChildProcess): Promise<void> {
  children.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

async function place(count: number, first: number): Promise<void> {
  await log.record(makeEntries(count, first));
  while ((await sequenceBatch({ database: db.database, clock: systemClock, signer }, { wait: true })) > 0);
}

test("a published checkpoint carries the witness's word; one that the witness could not give comes later; none for a rewritten log", async () => {
  const store = await openDirectoryStore(join(folder, "store"));
  let witness = await startWitness();
  const failures: string[] = [];
  const publish = async (): Promise<string> => {
    const cosign = cosignWith({
      database: db.database,
      witnesses: [witness],
      onFailure: (name, why) => failures.push(`${name} ${why}`),
    });
    await publishStep({ database: db.database, clock: systemClock, signer, store, cosign }, true);
    return Buffer.from((await store.get("checkpoint")) ?? []).toString("utf8");
  };
  const cosignedAt = (note: string): Date | undefined => {
    assert.ok(openCheckpoint(note, signer, ORIGIN), "it stays the log's own note");
    const [text = "", lines = ""] = note.split("\n\n");
    return lines
      .split("\n")
      .map((line) => openCosignature(line, `${text}\n`, witness))
      .find((time) => time !== undefined);
  };

  await place(300, 0);
  assert.ok(cosignedAt(await publish()));
  assert.ok(cosignedAt(Buffer.from((await store.get(historyPath(300))) ?? []).toString("utf8")), "the kept one too");
  assert.equal((await stat(join(folder, "witness", "witness-key.pem"))).mode & 0o777, 0o600);

  await kill(witness.child);
  await place(50, 300);
  assert.equal(cosignedAt(await publish()), undefined);
  assert.deepEqual(failures, ["witness.example/w1 no-answer"]);

  const name = witness.name;
  witness = await startWitness();
  assert.equal(witness.name, name);
  await place(50, 350);
  assert.ok(cosignedAt(await publish()), "it has kept its key and what it saw");
  assert.deepEqual(JSON.parse(await readFile(join(folder, "witness", "seen.json"), "utf8"))[ORIGIN].size, 400);

  // This node forgot what was cosigned, as where it was killed between the answer and its commit.
  await db.database.query("delete from ledger.cosignature");
  await place(10, 400);
  assert.ok(cosignedAt(await publish()));

  // The stolen key signs another history, shorter, as long, and longer.
  for (const count of [200, 410, 500]) {
    await db.pool.query(
      `set session_replication_role = replica;
       truncate ledger.entry, ledger.tile, ledger.checkpoint, ledger.pending, ledger.cosignature; set session_replication_role = origin`,
    );
    await place(count, 50_000);
    const last = await log.checkpoint();
    assert.ok(last);
    const lines = await cosignWith({ database: db.database, witnesses: [witness] })(last, last.note);
    assert.deepEqual(lines, []);
    const text = last.note.slice(0, last.note.indexOf("\n\n") + 1);
    const outcome = await addCheckpoint(witness, { from: 0, hashes: [], note: last.note }, text);
    assert.deepEqual(outcome, { kind: "conflict", size: 410 });
  }
});

test("the witness answers only what is its own, and outlives nonsense", async () => {
  const witness = await startWitness();
  const ask = async (path: string, init: RequestInit = {}): Promise<number> =>
    (await fetch(`${witness.url}${path}`, init)).status;
  assert.equal(await ask(""), 404);
  assert.equal(await ask("add-checkpoint"), 405);
  assert.equal(await ask("add-checkpoint", { method: "POST", body: "nonsense" }), 400);
  assert.equal(await ask("add-checkpoint", { method: "POST", body: "x".repeat(200_000) }).catch(() => 413), 413);
  assert.equal(await ask("add-checkpoint", { method: "POST", body: "old 0\n\nother.example\n0\n\n\n" }), 404);
});
