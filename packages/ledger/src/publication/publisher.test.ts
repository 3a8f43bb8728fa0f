/** Publication against a real database and a real directory; what is there must be what the tree says, file by file. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, beforeEach, test } from "node:test";
import { type Clock, systemClock } from "@ward/core";
import { startTestDatabase, type TestDatabase } from "@ward/postgres/testing";
import { makeEntries, makeEntry, makeSigner, ORIGIN } from "../fixtures.ts";
import { type AuditLog, createLedger } from "../ledger.ts";
import { checkpointText, openCheckpoint, signNote } from "../note.ts";
import { sequenceBatch } from "../sequencer.ts";
import { GrowingTree, type Tile } from "../tile.ts";
import { hashLeaf } from "../tree.ts";
import { openDirectoryStore } from "./directory-store.ts";
import { bundlePath, encodeBundle, historyPath, tilePath } from "./layout.ts";
import type { LedgerStore } from "./ledger-store.ts";
import type { Publisher, PublisherOptions } from "./publisher.ts";

let db: TestDatabase;
let log: AuditLog;
let folder: string;
let store: LedgerStore;
const signer = makeSigner();
const publishers: Publisher[] = [];

beforeEach(async () => {
  db ??= await startTestDatabase();
  await db.pool.query(
    `set session_replication_role = replica;
     truncate ledger.entry, ledger.tile, ledger.checkpoint, ledger.pending, ledger.publication;
     set session_replication_role = origin`,
  );
  folder = await mkdtemp(join(tmpdir(), "ward-publisher-"));
  store = await openDirectoryStore(folder);
  log = createLedger({ database: db.database, clock: systemClock, signer });
});
afterEach(async () => {
  for (const publisher of publishers.splice(0)) await publisher.stop();
  await rm(folder, { recursive: true, force: true });
});
after(async () => await db?.close());

async function place(count: number, first: number, clock: Clock = systemClock): Promise<void> {
  await log.record(makeEntries(count, first));
  while ((await sequenceBatch({ database: db.database, clock, signer }, { wait: true })) > 0);
}

function publisherOf(options: PublisherOptions = {}, into: LedgerStore = store): Publisher {
  const publisher = log.startPublisher(into, options);
  publishers.push(publisher);
  return publisher;
}

async function publish(into: LedgerStore = store): Promise<void> {
  const publisher = publisherOf({}, into);
  await publisher.flush();
  await publisher.stop();
}

/** Every object that a log of these entries consists of, computed from the entries alone. */
async function expectedObjects(size: number): Promise<Map<string, Buffer>> {
  const rows = await db.database.query<{ body: Buffer }>(
    "select body from ledger.entry where index < $1 order by index",
    [size],
  );
  const bodies = rows.map(({ body }) => body);
  const objects = new Map<string, Buffer>();
  const tree = new GrowingTree();
  const keep = ({ level, index, hashes }: Tile): unknown =>
    objects.set(tilePath(level, index, hashes.length), Buffer.concat(hashes));
  for (const body of bodies) tree.add(hashLeaf(body)).forEach(keep);
  tree.partialTiles().forEach(keep);
  for (let at = 0; at < bodies.length; at += 256) {
    const bundle = bodies.slice(at, at + 256);
    objects.set(bundlePath(at / 256, bundle.length), encodeBundle(bundle));
  }
  return objects;
}

async function storedObjects(): Promise<Map<string, Buffer>> {
  const objects = new Map<string, Buffer>();
  for await (const { path } of store.list("tile/")) objects.set(path, Buffer.from((await store.get(path)) ?? []));
  return objects;
}

async function assertPublished(size: number): Promise<void> {
  const note = await readFile(join(folder, "checkpoint"), "utf8");
  assert.equal(openCheckpoint(note, signer, ORIGIN)?.size, size);
  const [stored, expected] = [await storedObjects(), await expectedObjects(size)];
  for (const [path, bytes] of expected) assert.ok(stored.get(path)?.equals(bytes), path);
  // Besides: the partial tiles of former checkpoints, until their full tile is there.
  for (const [path, bytes] of stored) {
    if (expected.has(path)) continue;
    const [folderOf = "", width] = path.split(".p/");
    const now = [...expected].find(([name]) => name.startsWith(`${folderOf}.p/`));
    assert.ok(width !== undefined && now && now[1].subarray(0, bytes.length).equals(bytes), `${path} is too much`);
  }
}

test("an empty log publishes nothing", async () => {
  await publish();
  assert.equal(await store.get("checkpoint"), undefined);
});

test("publishes exactly the tiles, bundles and checkpoints of the tree, and drops partial tiles that became full", async () => {
  let size = 0;
  for (const count of [1, 99, 156, 1, 255, 257, 300]) {
    await place(count, size);
    size += count;
    await publish();
    await assertPublished(size);
    assert.ok(await store.get(historyPath(size)));
  }
});

test("a log that is over its second level of tiles is published whole in one go", async () => {
  await place(66_000, 0);
  await publish();
  await assertPublished(66_000);
});

test("publishes by itself soon after a checkpoint, and every checkpoint into the history where told so", async () => {
  publisherOf({ intervalMs: 1, historyIntervalMs: 0 });
  const sequencer = log.startSequencer({ intervalMs: 5 });
  for (let number = 0; number < 5; number += 1) {
    await log.record([makeEntry(number)]);
    while ((await store.get(historyPath(number + 1))) === undefined) await new Promise((wake) => setTimeout(wake, 5));
  }
  await sequencer.stop();
});

test("keeps the first checkpoint there is, though the node looked before and found none", async () => {
  const publisher = publisherOf();
  await publisher.flush();
  await place(5, 0);
  while ((await store.get(historyPath(5))) === undefined) await new Promise((wake) => setTimeout(wake, 5));
});

test("a restarted node goes on where the store is, whatever the database says of it", async () => {
  await place(300, 0);
  await publish();
  await db.database.query("update ledger.publication set size = 3");
  await place(10, 300);
  await publish();
  await assertPublished(310);
});

const ATTACKS: readonly (readonly [what: string, attack: string, reason: string])[] = [
  [
    "a body altered after the last publication",
    "update ledger.entry set body = 'x' where index = 310",
    "entries-altered",
  ],
  ["an entry removed after the last publication", "delete from ledger.entry where index = 310", "entry-missing"],
  [
    "a tile altered that was published",
    "update ledger.tile set hashes = set_byte(hashes, 0, get_byte(hashes, 0) # 1) where (level, index) = (0, 1)",
    "published-differs",
  ],
  [
    "a checkpoint that the log did not sign",
    "update ledger.checkpoint set note = replace(note, ' ', '  ')",
    "checkpoint-forged",
  ],
  [
    "a database put back to before the publication",
    "delete from ledger.checkpoint; delete from ledger.entry",
    "published-ahead",
  ],
];
for (const [what, attack, reason] of ATTACKS) {
  test(`refuses to publish on ${what}`, async () => {
    await place(300, 0);
    await publish();
    await place(20, 300);
    await db.pool.query(`set session_replication_role = replica; ${attack}; set session_replication_role = origin`);
    const publisher = publisherOf();
    await assert.rejects(
      publisher.flush(),
      (error: { detail?: { reason?: string } }) => error.detail?.reason === reason,
    );
    await publisher.stop();
    assert.equal(openCheckpoint(String(Buffer.from((await store.get("checkpoint")) ?? [])), signer, ORIGIN)?.size, 300);
  });
}

test("refuses to publish a log that was rewritten and signed anew with the stolen key, at the same size or a greater", async () => {
  await place(300, 0);
  await publish();
  for (const count of [300, 320]) {
    await db.pool.query(
      `set session_replication_role = replica;
       truncate ledger.entry, ledger.tile, ledger.checkpoint, ledger.pending; set session_replication_role = origin`,
    );
    await place(count, 5_000);
    await assert.rejects(
      publish(),
      (error: { detail?: { reason?: string } }) => error.detail?.reason === "published-differs",
    );
  }
});

test("refuses to begin again in a store that held the log and is empty", async () => {
  await place(5, 0);
  await publish();
  await rm(folder, { recursive: true });
  store = await openDirectoryStore(folder);
  await place(5, 5);
  await assert.rejects(
    publish(),
    (error: { detail?: { reason?: string } }) => error.detail?.reason === "published-missing",
  );
});

test("refuses to go on from a checkpoint in the store that another key signed", async () => {
  await place(5, 0);
  const last = await log.checkpoint();
  assert.ok(last);
  await store.replaceCheckpoint(Buffer.from(signNote(checkpointText(last), makeSigner())));
  await assert.rejects(publish(), { code: "record-unavailable" });
});

test("acts go on while the store fails, stop with the reason after the lag, and go on when it has caught up", async () => {
  let now = 0;
  let fails = false;
  const failing: LedgerStore = {
    ...store,
    put: async (path, bytes) => await (fails ? Promise.reject(new Error("no store")) : store.put(path, bytes)),
  };
  const errors: unknown[] = [];
  await place(10, 0);
  const publisher = publisherOf(
    { maxLagMs: 60_000, elapsedMs: () => now, onError: (error) => errors.push(error) },
    failing,
  );
  await publisher.flush();
  fails = true;
  await place(10, 10);
  await assert.rejects(publisher.flush(), /no store/);
  now = 60_000;
  assert.equal(publisher.lagMs(), 60_000);
  await place(10, 20);
  now = 60_001;
  const refused = {
    code: "record-unavailable",
    detail: { reason: "publication-lag", lagMs: 60_001, maxLagMs: 60_000 },
  };
  await assert.rejects(log.record([makeEntry(30)]), refused);
  await assert.rejects(
    db.database.transaction(async (tx) => await log.append(tx, [makeEntry(30)])),
    refused,
  );
  await log.record([makeEntry(30, { decision: "deny", outcome: "refused", policies: [] })]);
  await log.record([makeEntry(31, { action: "node.start" })]);
  fails = false;
  await publisher.flush();
  assert.equal(publisher.lagMs(), 0);
  await place(10, 32);
  await publisher.flush();
  await assertPublished(42);
});

test("a node that comes up behind counts the time since the first checkpoint that was not published", async () => {
  await place(10, 0);
  await publish();
  const longAgo = new Date(Date.now() - 3_600_000);
  await place(10, 10, { now: () => longAgo });
  const failing: LedgerStore = { ...store, put: async () => await Promise.reject(new Error("no store")) };
  const publisher = publisherOf({ maxLagMs: 60_000 }, failing);
  await assert.rejects(publisher.flush());
  assert.ok(publisher.lagMs() >= 3_600_000);
  await assert.rejects(log.record([makeEntry(20)]), { code: "record-unavailable" });
});

test("a clock that goes backwards neither stops acts nor hides an entry", async () => {
  let now = Date.now();
  const clock = { now: () => new Date((now -= 3_600_000)) };
  const publisher = publisherOf({ maxLagMs: 1_000_000 });
  for (let round = 0; round < 5; round += 1) {
    await place(100, round * 100, clock);
    await publisher.flush();
    assert.equal(publisher.lagMs(), 0);
  }
  await assertPublished(500);
});

test("two nodes that publish into one store at once publish one log", async () => {
  const other = createLedger({ database: db.database, clock: systemClock, signer });
  const both = [log, other].map((each) => each.startPublisher(store, { intervalMs: 1, historyIntervalMs: 0 }));
  publishers.push(...both);
  const sequencers = [log, other].map((each) => each.startSequencer({ intervalMs: 1 }));
  for (let round = 0; round < 40; round += 1) {
    await Promise.all([log.record(makeEntries(3, round * 10)), other.record(makeEntries(4, round * 10 + 5))]);
  }
  await Promise.all(sequencers.map(async (sequencer) => await sequencer.flush()));
  await Promise.all(both.map(async (publisher) => await publisher.flush()));
  await Promise.all(sequencers.map(async (sequencer) => await sequencer.stop()));
  await assertPublished(280);
  for (const publisher of both) assert.equal(publisher.lagMs(), 0);
});
