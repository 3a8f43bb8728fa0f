/** The publisher stopped at each of its writes, before and after it took hold, and the process killed at any moment. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync, sign } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { systemClock } from "@ward/core";
import { startTestDatabase, type TestDatabase } from "@ward/postgres/testing";
import type { CheckpointSigner } from "../src/contract.ts";
import { makeEntries, ORIGIN } from "../src/fixtures.ts";
import { createLedger } from "../src/ledger.ts";
import { openCheckpoint } from "../src/note.ts";
import { openDirectoryStore } from "../src/publication/directory-store.ts";
import { bundlePath, decodeBundle, sizeOfHistoryPath, tilePath } from "../src/publication/layout.ts";
import type { LedgerStore } from "../src/publication/ledger-store.ts";
import { publishStep } from "../src/publication/publish-step.ts";
import { sequenceBatch } from "../src/sequencer.ts";
import { GrowingTree, splitHashes } from "../src/tile.ts";
import { hashLeaf, isEqual } from "../src/tree.ts";

const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const pem = privateKey.export({ format: "pem", type: "pkcs8" }).toString();
const signer: CheckpointSigner = {
  name: ORIGIN,
  publicKey: publicKey.export({ format: "der", type: "spki" }).subarray(-32),
  sign: (message) => sign(null, message, privateKey),
};

let db: TestDatabase;
let folder: string;
let store: LedgerStore;
before(async () => {
  db = await startTestDatabase();
});
beforeEach(async () => {
  await db.pool.query(
    `set session_replication_role = replica;
     truncate ledger.entry, ledger.tile, ledger.checkpoint, ledger.pending, ledger.publication;
     set session_replication_role = origin`,
  );
  if (folder) await rm(folder, { recursive: true });
  folder = await mkdtemp(join(tmpdir(), "ward-publisher-fault-"));
  store = await openDirectoryStore(folder);
});
after(async () => {
  await rm(folder, { recursive: true });
  await db.close();
});

async function place(count: number, first: number): Promise<void> {
  const log = createLedger({ database: db.database, clock: systemClock, signer });
  await log.record(makeEntries(count, first));
  while ((await sequenceBatch({ database: db.database, clock: systemClock, signer }, { wait: true })) > 0);
}

async function publishAll(into: LedgerStore): Promise<void> {
  const parts = { database: db.database, clock: systemClock, signer, store: into };
  while ((await publishStep(parts, true))?.more === true);
}

/** What a stranger with the store and the public key can check: answers the entries. */
async function readStore(): Promise<readonly string[]> {
  const checkpoint = openCheckpoint(String(Buffer.from((await store.get("checkpoint")) ?? [])), signer, ORIGIN);
  if (!checkpoint) return [];
  const [full, width] = [Math.floor(checkpoint.size / 256), checkpoint.size % 256];
  const tree = new GrowingTree();
  const roots = new Map<number, Uint8Array>();
  const bodies: string[] = [];
  for (let at = 0; at < full + (width > 0 ? 1 : 0); at += 1) {
    const size = at < full ? 256 : width;
    const bundle = decodeBundle((await store.get(bundlePath(at, size))) ?? Buffer.of(1));
    const hashes = splitHashes((await store.get(tilePath(0, at, size))) ?? Buffer.of());
    assert.equal(bundle?.length, size, `bundle ${at}`);
    for (const [place, body] of bundle.entries()) {
      assert.ok(isEqual(hashLeaf(body), hashes[place] ?? Buffer.of()));
      tree.add(hashLeaf(body));
      roots.set(tree.size, tree.root());
      bodies.push(Buffer.from(body).toString());
    }
  }
  assert.ok(isEqual(tree.root(), checkpoint.root));
  for await (const { path } of store.list("history/")) {
    const size = sizeOfHistoryPath(path) ?? -1;
    const kept = openCheckpoint(String(Buffer.from((await store.get(path)) ?? [])), signer, ORIGIN);
    // A checkpoint is kept before it is published: the last one may be ahead by one killed step.
    if (kept && size > checkpoint.size) continue;
    assert.ok(kept && isEqual(kept.root, roots.get(size) ?? Buffer.of()), path);
  }
  return bodies;
}

/** Fails the `at`-th write; `after`: it took hold, but nobody heard of it. Answers false where there are not so many. */
async function breakWrite(at: number, when: "before" | "after"): Promise<boolean> {
  let count = 0;
  let broke = false;
  const around = async (write: () => Promise<void>): Promise<void> => {
    count += 1;
    // Whatever the process would do afterwards does not happen either.
    if (count > at || (count === at && when === "before")) {
      broke = true;
      throw new Error("killed here");
    }
    await write();
    if (count === at) {
      broke = true;
      throw new Error("killed here");
    }
  };
  const breaking: LedgerStore = {
    ...store,
    put: async (path, bytes) => await around(async () => await store.put(path, bytes)),
    replaceCheckpoint: async (note) => await around(async () => await store.replaceCheckpoint(note)),
    removePartials: async (path) => await around(async () => await store.removePartials(path)),
  };
  await publishAll(breaking).catch((error: Error) => assert.equal(error.message, "killed here"));
  return broke;
}

for (const when of ["before", "after"] as const) {
  test(`a publication killed ${when} any of its writes shows a whole log at every moment, and the next completes it`, async () => {
    let written = 0;
    for (let at = 1; ; at += 1) {
      // Over a tile's border each time.
      await place(300, written);
      written += 300;
      const shown = (await readStore()).length;
      const broke = await breakWrite(at, when);
      const now = await readStore();
      assert.ok(now.length === shown || now.length === written, `${now.length} shown`);
      if (!broke) break;
      if (at % 3 === 0) await publishAll(store);
    }
    await publishAll(store);
    const rows = await db.database.query<{ body: Buffer }>("select body from ledger.entry order by index");
    assert.deepEqual(
      await readStore(),
      rows.map(({ body }) => body.toString()),
    );
    assert.ok(written >= 300 * 5);
  });
}

test("kill -9 of a node that publishes leaves a whole log in the store, and the next node completes it", async () => {
  const script = fileURLToPath(new URL("appending-node.ts", import.meta.url));
  for (let round = 0; round < 5; round += 1) {
    const first = round * 1_000_000;
    const args = [script, JSON.stringify(db.connection), pem, String(first), folder];
    const child: ChildProcess = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    assert.ok(child.stdout);
    for await (const line of createInterface({ input: child.stdout })) {
      if (Number(line) >= first + 200 + round * 60) child.kill("SIGKILL");
    }
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    const shown = await readStore();
    while ((await sequenceBatch({ database: db.database, clock: systemClock, signer }, { wait: true })) > 0);
    await publishAll(store);
    const all = await readStore();
    assert.deepEqual(all.slice(0, shown.length), shown);
    const [row] = await db.database.query<{ entries: bigint }>("select count(*) as entries from ledger.entry");
    assert.equal(all.length, Number(row?.entries));
  }
});

test("two nodes fight for the lead, one is killed while it may have it, and the other goes on", async () => {
  const script = fileURLToPath(new URL("appending-node.ts", import.meta.url));
  const start = (first: number): { child: ChildProcess; acknowledged: AsyncIterator<string> } => {
    const args = [script, JSON.stringify(db.connection), pem, String(first), folder];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    return { child, acknowledged: createInterface({ input: child.stdout })[Symbol.asyncIterator]() };
  };
  const until = async ({ acknowledged }: ReturnType<typeof start>, number: number): Promise<void> => {
    for (;;) {
      const { done, value } = await acknowledged.next();
      assert.ok(done !== true, "the node still runs");
      if (Number(value) >= number) return;
    }
  };
  const [one, other] = [start(1_000_000), start(2_000_000)];
  await Promise.all([until(one, 1_000_200), until(other, 2_000_200)]);
  one.child.kill("SIGKILL");
  await once(one.child, "exit");
  await until(other, 2_000_500);
  other.child.kill("SIGKILL");
  await once(other.child, "exit");
  while ((await sequenceBatch({ database: db.database, clock: systemClock, signer }, { wait: true })) > 0);
  await publishAll(store);
  const traces = (await readStore()).map((body) => (JSON.parse(body) as { trace: string }).trace);
  assert.equal(new Set(traces).size, traces.length, "no entry has two places");
  for (const [first, end] of [
    [1_000_000, 1_000_200],
    [2_000_000, 2_000_500],
  ] as const) {
    for (let number = first; number < end; number += 1) {
      assert.ok(traces.includes(number.toString(16).padStart(32, "0")), `entry ${number} was acknowledged`);
    }
  }
});
