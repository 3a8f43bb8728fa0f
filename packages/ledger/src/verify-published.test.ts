/** Somebody owns the database, or the database and the signing key, or the store: what was published tells. */
import assert from "node:assert/strict";
import { chmod, cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { systemClock } from "@ward/core";
import { startTestDatabase, type TestDatabase } from "@ward/postgres/testing";
import { makeEntries, makeSigner, ORIGIN } from "./fixtures.ts";
import { type AuditLog, createLedger } from "./ledger.ts";
import { checkpointText, signNote } from "./note.ts";
import { openDirectoryStore } from "./publication/directory-store.ts";
import { bundlePath, historyPath, tilePath } from "./publication/layout.ts";
import type { LedgerStore } from "./publication/ledger-store.ts";
import { publishStep } from "./publication/publish-step.ts";
import { sequenceBatch } from "./sequencer.ts";
import { GrowingTree, type Tile } from "./tile.ts";
import { EMPTY_ROOT, hashLeaf } from "./tree.ts";
import { type LedgerProblem, type LedgerVerdict, verifyLedger } from "./verify-ledger.ts";

let db: TestDatabase;
let log: AuditLog;
let folder: string;
const signer = makeSigner();

/** 600 entries over three checkpoints, 100, 300 and 600, each published; then 40 that are not yet. */
before(async () => {
  db = await startTestDatabase();
  folder = await mkdtemp(join(tmpdir(), "ward-verify-"));
  log = createLedger({ database: db.database, clock: systemClock, signer });
  const store = await openDirectoryStore(join(folder, "store"));
  for (const [first, count, publishes] of [
    [0, 100, true],
    [100, 200, true],
    [300, 300, true],
    [600, 40, false],
  ] as const) {
    await log.record(makeEntries(count, first));
    await sequenceBatch({ database: db.database, clock: systemClock, signer }, { wait: true });
    if (publishes) await publishStep({ database: db.database, clock: systemClock, signer, store }, true);
  }
  await db.pool.query("alter table ledger.entry drop constraint entry_pkey, drop constraint entry_index_check");
});
after(async () => {
  await db.close();
  await rm(folder, { recursive: true });
});

interface Attack {
  /** Run past the triggers. */
  readonly sql?: string;
  /** Then all that is drawn from the bodies is made anew, and checkpoints of these sizes are signed with the log's key. */
  readonly signAnew?: readonly number[];
  readonly onStore?: (path: (object: string) => string) => Promise<unknown>;
}

async function verifyAfter({ sql, signAnew, onStore }: Attack): Promise<LedgerVerdict> {
  const tables = ["entry", "tile", "checkpoint"];
  const root = await mkdtemp(join(folder, "copy-"));
  await cp(join(folder, "store"), root, { recursive: true });
  await db.pool.query(tables.map((table) => `create table public.${table} as table ledger.${table};`).join("\n"));
  try {
    const store: LedgerStore = { ...(await openDirectoryStore(root)), place: join(folder, "store") };
    if (sql !== undefined)
      await db.pool.query(`set session_replication_role = replica; ${sql}; set session_replication_role = origin`);
    if (signAnew) await launder(signAnew);
    await onStore?.((object) => join(root, object));
    return await verifyLedger(db.database, { publicKey: signer.publicKey, origin: ORIGIN, store });
  } finally {
    await db.pool.query(
      `set session_replication_role = replica;
       ${tables.map((table) => `truncate ledger.${table}; insert into ledger.${table} table public.${table}; drop table public.${table};`).join("\n")}
       set session_replication_role = origin`,
    );
  }
}

/** What a database administrator with the stolen key does to cover their tracks. */
async function launder(sizes: readonly number[]): Promise<void> {
  const rows = await db.database.query<{ body: Buffer }>("select body from ledger.entry order by index");
  const tree = new GrowingTree();
  const tiles: Tile[] = [];
  const notes: (readonly [size: number, root: Buffer, note: string])[] = [];
  for (const { body } of rows) {
    tiles.push(...tree.add(hashLeaf(body)));
    if (!sizes.includes(tree.size)) continue;
    const checkpoint = { origin: ORIGIN, size: tree.size, root: tree.root() };
    notes.push([tree.size, Buffer.from(checkpoint.root), signNote(checkpointText(checkpoint), signer)]);
  }
  tiles.push(...tree.partialTiles());
  const client = await db.pool.connect();
  try {
    await client.query("set session_replication_role = replica");
    await client.query("update ledger.entry set leaf_hash = sha256('\\x00'::bytea || body)");
    await client.query("truncate ledger.tile, ledger.checkpoint");
    for (const { level, index, hashes } of tiles) {
      const values = [level, index, hashes.length, Buffer.concat(hashes)];
      await client.query("insert into ledger.tile values ($1, $2, $3, $4)", values);
    }
    for (const note of notes) await client.query("insert into ledger.checkpoint values ($1, $2, $3, now())", [...note]);
    await client.query("set session_replication_role = origin");
  } finally {
    client.release();
  }
}

const ALTER = `set body = convert_to(replace(convert_from(body, 'UTF8'), '"decision":"allow"', '"decision":"deny"'), 'UTF8')`;
const ALL = [100, 300, 600, 640];
const flip = async (path: string, at = 0): Promise<void> => {
  const bytes = await readFile(path);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await chmod(path, 0o600);
  await writeFile(path, bytes);
};

const ATTACKS: readonly (readonly [what: string, attack: Attack, problem: LedgerProblem])[] = [
  [
    "a body altered, with everything drawn from it",
    {
      sql: `update ledger.entry ${ALTER} where index = 123; update ledger.entry set leaf_hash = sha256('\\x00'::bytea || body);
            update ledger.tile set hashes = overlay(hashes placing (select leaf_hash from ledger.entry where index = 123) from 123 * 32 + 1)
             where level = 0 and index = 0`,
    },
    { kind: "entry-altered", index: 123 },
  ],
  [
    "a body altered, and all signed anew with the stolen key",
    { sql: `update ledger.entry ${ALTER} where index = 123`, signAnew: ALL },
    { kind: "entry-altered", index: 123 },
  ],
  [
    "the same, with no checkpoint left but the last",
    { sql: `update ledger.entry ${ALTER} where index in (599, 255)`, signAnew: [640] },
    { kind: "entry-altered", index: 255 },
  ],
  [
    "an entry taken out, and all signed anew",
    {
      sql: "delete from ledger.entry where index = 17; update ledger.entry set index = index - 1 where index > 17",
      signAnew: [639],
    },
    { kind: "entry-missing", index: 17 },
  ],
  [
    "an entry put in, and all signed anew",
    {
      sql: `update ledger.entry set index = -index - 2 where index >= 45; update ledger.entry set index = -index - 1 where index < 0;
            insert into ledger.entry select 45, leaf_hash, convert_to(replace(convert_from(body, 'UTF8'), 'TREAT', 'HPAYMT'), 'UTF8'), subject, principal, action, trace from ledger.entry where index = 44`,
      signAnew: [641],
    },
    { kind: "entry-inserted", index: 45 },
  ],
  [
    "two entries exchanged, and all signed anew",
    {
      sql: "update ledger.entry set index = -110 where index = 110; update ledger.entry set index = 110 where index = 140; update ledger.entry set index = 140 where index = -110",
      signAnew: ALL,
    },
    { kind: "entry-reordered", index: 110, belongsAt: 140 },
  ],
  [
    "the log cut short, and signed anew",
    { sql: "delete from ledger.entry where index >= 590", signAnew: [590] },
    { kind: "entry-missing", index: 590 },
  ],
  [
    "everything removed",
    { sql: "truncate ledger.entry, ledger.tile, ledger.checkpoint" },
    { kind: "entry-missing", index: 0 },
  ],
  [
    "a published bundle altered",
    { onStore: async (path) => await flip(path(bundlePath(0)), 1_000) },
    { kind: "published-altered", index: 2, path: bundlePath(0) },
  ],
  [
    "a published tile altered",
    { onStore: async (path) => await flip(path(tilePath(0, 1)), 40) },
    { kind: "published-altered", index: 257, path: tilePath(0, 1) },
  ],
  [
    "a published partial tile altered",
    { onStore: async (path) => await flip(path(tilePath(0, 2, 88)), 40) },
    { kind: "published-altered", index: 513, path: tilePath(0, 2, 88) },
  ],
  [
    "a published tile of the second level altered",
    { onStore: async (path) => await flip(path(tilePath(1, 0, 2)), 40) },
    { kind: "published-altered", index: 0, path: tilePath(1, 0, 2) },
  ],
  [
    "a former partial tile altered",
    { onStore: async (path) => await flip(path(tilePath(1, 0, 1)), 3) },
    { kind: "published-altered", index: 0, path: tilePath(1, 0, 1) },
  ],
  [
    "a published bundle cut short",
    { onStore: async (path) => (await chmod(path(bundlePath(1)), 0o600), await writeFile(path(bundlePath(1)), "")) },
    { kind: "published-altered", index: 256, path: bundlePath(1) },
  ],
  [
    "a published tile removed",
    { onStore: async (path) => await rm(path(tilePath(0, 0))) },
    { kind: "published-missing", index: 0, path: tilePath(0, 0) },
  ],
  [
    "a published bundle removed",
    { onStore: async (path) => await rm(path(bundlePath(2, 88))) },
    { kind: "published-missing", index: 512, path: bundlePath(2, 88) },
  ],
  [
    "a kept checkpoint that another key signed",
    {
      onStore: async (path) => {
        const note = signNote(checkpointText({ origin: ORIGIN, size: 300, root: EMPTY_ROOT }), makeSigner());
        await chmod(path(historyPath(300)), 0o600);
        await writeFile(path(historyPath(300)), note);
      },
    },
    { kind: "published-forged", index: 300, path: historyPath(300) },
  ],
  [
    "a kept checkpoint in another's place",
    { onStore: async (path) => await cp(path(historyPath(100)), path(historyPath(101))) },
    { kind: "published-forged", index: 101, path: historyPath(101) },
  ],
  [
    "a kept checkpoint of another history, signed with the stolen key",
    {
      onStore: async (path) =>
        await writeFile(
          path(historyPath(200).replace("200", "201")),
          signNote(checkpointText({ origin: ORIGIN, size: 201, root: EMPTY_ROOT }), signer),
        ),
    },
    { kind: "root-mismatch", index: 100, size: 201 },
  ],
  [
    "the published checkpoint altered",
    { onStore: async (path) => await flip(path("checkpoint"), 30) },
    { kind: "published-forged", index: 0, path: "checkpoint" },
  ],
  [
    "the store emptied",
    {
      onStore: async (path) =>
        await Promise.all(
          ["checkpoint", "tile", "history"].map(async (each) => await rm(path(each), { recursive: true })),
        ),
    },
    { kind: "published-missing", index: 600, path: "checkpoint" },
  ],
  [
    "the published checkpoint put back, and the database with it",
    {
      sql: "delete from ledger.entry where index >= 300",
      signAnew: [100, 300],
      onStore: async (path) => await cp(path(historyPath(300)), path("checkpoint"), { force: true }),
    },
    { kind: "entry-missing", index: 300 },
  ],
];

test("an untouched log verifies against what was published, and says how far that reaches", async () => {
  const verdict = await verifyAfter({});
  assert.ok(verdict.ok, JSON.stringify(verdict));
  assert.deepEqual([verdict.entries, verdict.checkpoint?.size, verdict.published], [640, 640, 600]);
});

for (const [what, attack, problem] of ATTACKS) {
  test(`finds ${what}`, async () => {
    assert.deepEqual(await verifyAfter(attack), { ok: false, problem });
  });
}

test("what was not yet published can be rewritten with the key, and the verdict's reach says so", async () => {
  const verdict = await verifyAfter({ sql: `update ledger.entry ${ALTER} where index = 620`, signAnew: ALL });
  assert.ok(verdict.ok && verdict.published === 600);
});

test("verifies while the log grows and is published, tile borders included", async () => {
  const live = await openDirectoryStore(join(folder, "live"));
  const sequencer = log.startSequencer({ intervalMs: 1 });
  const publisher = log.startPublisher(live, { intervalMs: 1, historyIntervalMs: 0 });
  await publisher.flush();
  for (let round = 0; round < 12; round += 1) {
    const [verdict] = await Promise.all([
      verifyLedger(db.database, { publicKey: signer.publicKey, origin: ORIGIN, store: live }),
      log.record(makeEntries(100, 10_000 + round * 100)),
    ]);
    assert.ok(verdict.ok, JSON.stringify(verdict));
  }
  await sequencer.flush();
  await publisher.flush();
  await sequencer.stop();
  await publisher.stop();
  const verdict = await verifyLedger(db.database, { publicKey: signer.publicKey, origin: ORIGIN, store: live });
  assert.ok(verdict.ok && verdict.entries === 1_840 && verdict.published === 1_840, JSON.stringify(verdict));
});
