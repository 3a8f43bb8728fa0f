/** Whoever owns the database alters it; the verifier must say what was done, and to which entry. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Database, systemClock } from "@ward/core";
import { startTestDatabase, type TestDatabase } from "@ward/postgres/testing";
import { makeEntries, makeEntry, makeSigner, ORIGIN } from "./fixtures.ts";
import { type AuditLog, createLedger } from "./ledger.ts";
import { checkpointText, signNote } from "./note.ts";
import { sequenceBatch } from "./sequencer.ts";
import { type LedgerProblem, type LedgerVerdict, verifyLedger } from "./verify-ledger.ts";

let db: TestDatabase;
let log: AuditLog;
const signer = makeSigner();
const attacker = makeSigner();
const parts = (): Parameters<typeof sequenceBatch>[0] => ({ database: db.database, clock: systemClock, signer });

/** 600 entries over three checkpoints: 100, 300, 600. */
before(async () => {
  db = await startTestDatabase();
  log = createLedger({ database: db.database, clock: systemClock, signer });
  for (const [first, count] of [
    [0, 100],
    [100, 200],
    [300, 300],
  ] as const) {
    await log.record(makeEntries(count, first));
    await sequenceBatch(parts(), { wait: true });
  }
  await db.pool.query(`
    alter table ledger.entry drop constraint entry_pkey, drop constraint entry_index_check;
    alter table ledger.tile drop constraint tile_check`);
});
after(async () => await db.close());

async function verify(anchors: readonly string[] = []): Promise<LedgerVerdict> {
  return await verifyLedger(db.database, { publicKey: signer.publicKey, origin: ORIGIN, anchors });
}

/** Runs the attack past the triggers, verifies, and puts everything back. */
async function verifyAfter(attack: string, anchors: readonly string[] = []): Promise<LedgerVerdict> {
  const tables = ["entry", "tile", "checkpoint"];
  await db.pool.query(tables.map((table) => `create table public.${table} as table ledger.${table};`).join("\n"));
  try {
    await db.pool.query(`set session_replication_role = replica; ${attack}; set session_replication_role = origin`);
    return await verify(anchors);
  } finally {
    await db.pool.query(
      `set session_replication_role = replica;
       ${tables.map((table) => `truncate ledger.${table}; insert into ledger.${table} table public.${table}; drop table public.${table};`).join("\n")}
       set session_replication_role = origin`,
    );
  }
}

const ALTER_BODY = `set body = convert_to(replace(convert_from(body, 'UTF8'), '"decision":"allow"', '"decision":"deny"'), 'UTF8')`;
const REHASH = `update ledger.entry set leaf_hash = sha256('\\x00'::bytea || body)`;
const MOVE_UP = "update ledger.entry set index = -index - 2 where index >=";
const TURN_BACK = "update ledger.entry set index = -index - 1 where index < 0";

const ATTACKS: readonly (readonly [what: string, attack: string, problem: LedgerProblem])[] = [
  ["a body altered", `update ledger.entry ${ALTER_BODY} where index = 123`, { kind: "entry-altered", index: 123 }],
  [
    "a body replaced by what is no text",
    "update ledger.entry set body = '\\xff005c0a'::bytea where index = 400",
    { kind: "entry-altered", index: 400 },
  ],
  [
    "a body altered with its leaf hash",
    `update ledger.entry ${ALTER_BODY} where index = 123; ${REHASH}`,
    { kind: "entry-altered", index: 123 },
  ],
  [
    "a body altered with its leaf hash and its tile",
    `update ledger.entry ${ALTER_BODY} where index = 123; ${REHASH};
     update ledger.tile set hashes = overlay(hashes placing (select leaf_hash from ledger.entry where index = 123) from 123 * 32 + 1)
      where level = 0 and index = 0`,
    { kind: "root-mismatch", index: 100, size: 300 },
  ],
  [
    "the first of two altered bodies",
    `update ledger.entry ${ALTER_BODY} where index in (599, 300)`,
    { kind: "entry-altered", index: 300 },
  ],
  ["an entry removed", "delete from ledger.entry where index = 17", { kind: "entry-missing", index: 17 }],
  [
    "an entry removed and the rest moved down",
    "delete from ledger.entry where index = 17; update ledger.entry set index = index - 1 where index > 17",
    { kind: "entry-missing", index: 17 },
  ],
  ["the last entry removed", "delete from ledger.entry where index = 599", { kind: "entry-missing", index: 599 }],
  ["everything removed", "delete from ledger.entry", { kind: "entry-missing", index: 0 }],
  [
    "two entries exchanged",
    "update ledger.entry set index = 250 - index where index in (110, 140)",
    { kind: "entry-reordered", index: 110, belongsAt: 140 },
  ],
  [
    "an entry put in another's place",
    "delete from ledger.entry where index = 400; insert into ledger.entry select 400, leaf_hash, body, subject, principal, action, trace from ledger.entry where index = 20",
    { kind: "entry-duplicated", index: 400, belongsAt: 20 },
  ],
  [
    "one index given to two entries",
    "insert into ledger.entry select 30, leaf_hash, body, subject, principal, action, trace from ledger.entry where index = 31",
    { kind: "entry-duplicated", index: 30, belongsAt: 30 },
  ],
  [
    "an entry put in between",
    `${MOVE_UP} 45; ${TURN_BACK};
     insert into ledger.entry select 45, leaf_hash, convert_to(replace(convert_from(body, 'UTF8'), 'TREAT', 'HPAYMT'), 'UTF8'), subject, principal, action, trace from ledger.entry where index = 44; ${REHASH}`,
    { kind: "entry-inserted", index: 45 },
  ],
  [
    "an entry added without a checkpoint",
    "insert into ledger.entry select 600, leaf_hash, body, subject, principal, action, trace from ledger.entry where index = 5",
    { kind: "entry-unsigned", index: 600 },
  ],
  [
    "an entry before the first",
    "insert into ledger.entry select -1, leaf_hash, body, subject, principal, action, trace from ledger.entry where index = 5",
    { kind: "entry-unsigned", index: 600 },
  ],
  [
    "a leaf hash altered",
    "update ledger.entry set leaf_hash = sha256('x') where index = 222",
    { kind: "leaf-hash-altered", index: 222 },
  ],
  [
    "a column altered",
    "update ledger.entry set subject = 'somebody-else' where index = 9",
    { kind: "column-altered", index: 9 },
  ],
  [
    "a hash in a full tile altered",
    "update ledger.tile set hashes = set_byte(hashes, 40, get_byte(hashes, 40) # 1) where level = 0 and index = 1",
    { kind: "tile-altered", index: 256, level: 0, tile: 1 },
  ],
  [
    "a hash in the partial tile altered",
    "update ledger.tile set hashes = set_byte(hashes, 40, get_byte(hashes, 40) # 1) where level = 0 and index = 2",
    { kind: "tile-altered", index: 512, level: 0, tile: 2 },
  ],
  [
    "a tile of the second level altered",
    "update ledger.tile set hashes = set_byte(hashes, 40, get_byte(hashes, 40) # 1) where level = 1",
    { kind: "tile-altered", index: 0, level: 1, tile: 0 },
  ],
  [
    "a tile removed",
    "delete from ledger.tile where level = 0 and index = 1",
    { kind: "tile-missing", index: 256, level: 0, tile: 1 },
  ],
  [
    "a hash added to the partial tile",
    "update ledger.tile set hashes = hashes || sha256('x'), width = width + 1 where level = 0 and index = 2",
    { kind: "tile-altered", index: 512, level: 0, tile: 2 },
  ],
  [
    "a tile beyond the tree",
    "insert into ledger.tile values (0, 3, 1, sha256('x'))",
    { kind: "tile-unexpected", index: 768, level: 0, tile: 3 },
  ],
  [
    "a tile of a level that the tree has not",
    "insert into ledger.tile values (2, 0, 1, sha256('x'))",
    { kind: "tile-unexpected", index: 0, level: 2, tile: 0 },
  ],
  [
    "a checkpoint's root altered",
    "update ledger.checkpoint set root = sha256('x') where size = 300",
    { kind: "checkpoint-altered", index: 300 },
  ],
  [
    "a checkpoint's size altered",
    "update ledger.checkpoint set size = 301 where size = 300",
    { kind: "checkpoint-altered", index: 301 },
  ],
  [
    "a note altered",
    "update ledger.checkpoint set note = replace(note, '300', '299') where size = 300",
    { kind: "checkpoint-forged", index: 300 },
  ],
  ["all checkpoints removed", "delete from ledger.checkpoint", { kind: "entry-unsigned", index: 0 }],
  [
    "the last checkpoint removed",
    "delete from ledger.checkpoint where size = 600",
    { kind: "entry-unsigned", index: 300 },
  ],
];

test("an untouched log verifies", async () => {
  const verdict = await verify();
  assert.ok(verdict.ok);
  assert.equal(verdict.entries, 600);
  assert.equal(verdict.checkpoint?.size, 600);
});

test("reads a log in order by the page, never row by row, whatever its entries are about", async () => {
  const fresh = await startTestDatabase();
  try {
    const other = createLedger({ database: fresh.database, clock: systemClock, signer });
    const { subject: _, resource: __, ...aboutNobody } = makeEntry(1);
    await other.record([...makeEntries(300), aboutNobody, { ...aboutNobody, action: "node.start" }, makeEntry(302)]);
    await sequenceBatch({ ...parts(), database: fresh.database }, { wait: true });
    const texts: string[] = [];
    const told: Database = {
      ...fresh.database,
      transaction: async (work) =>
        await fresh.database.transaction(
          async (tx) =>
            await work({
              ...tx,
              async query<Row>(text: string, values?: readonly unknown[]) {
                texts.push(text);
                return await tx.query<Row>(text, values);
              },
            }),
        ),
    };
    const verdict = await verifyLedger(told, { publicKey: signer.publicKey, origin: ORIGIN });
    assert.ok(verdict.ok && verdict.entries === 303);
    assert.deepEqual(
      texts.filter((text) => text.includes("json_build_array")),
      [],
    );
  } finally {
    await fresh.close();
  }
});

for (const [what, attack, problem] of ATTACKS) {
  test(`finds ${what}`, async () => {
    assert.deepEqual(await verifyAfter(attack), { ok: false, problem });
    assert.ok((await verify()).ok, "the fixture puts the log back");
  });
}

test("finds a checkpoint that another key signed", async () => {
  const last = await log.checkpoint();
  assert.ok(last);
  const note = signNote(checkpointText(last), attacker);
  const verdict = await verifyAfter(`update ledger.checkpoint set note = '${note}' where size = 600`);
  assert.deepEqual(verdict, { ok: false, problem: { kind: "checkpoint-forged", index: 600 } });
});

const CUT = `delete from ledger.entry where index >= 300; delete from ledger.checkpoint where size = 600;
  delete from ledger.tile where (level, index) = (0, 2);
  update ledger.tile set width = 300 - 256, hashes = substr(hashes, 1, 44 * 32) where (level, index) = (0, 1);
  update ledger.tile set width = 1, hashes = substr(hashes, 1, 32) where level = 1`;

test("a clean cut at an older checkpoint shows against an anchor from outside, and only against one", async () => {
  const last = await log.checkpoint();
  assert.ok(last);
  const unanchored = await verifyAfter(CUT);
  assert.ok(unanchored.ok, "without an anchor the older log is a whole log");
  assert.deepEqual(await verifyAfter(CUT, [last.note]), { ok: false, problem: { kind: "entry-missing", index: 300 } });
});

test("the sequencer signs nothing on top of an altered tree or a forged head", async () => {
  await log.record(makeEntries(1, 9_000));
  for (const attack of [
    "update ledger.tile set hashes = set_byte(hashes, 40, get_byte(hashes, 40) # 1) where level = 0 and index = 2",
    "update ledger.checkpoint set note = replace(note, ' ', '  ') where size = 600",
  ]) {
    await db.pool.query(
      "create table public.tile as table ledger.tile; create table public.head as table ledger.checkpoint",
    );
    await db.pool.query(`set session_replication_role = replica; ${attack}; set session_replication_role = origin`);
    await assert.rejects(sequenceBatch(parts(), { wait: true }));
    await db.pool.query(
      `set session_replication_role = replica;
       truncate ledger.tile; insert into ledger.tile table public.tile; drop table public.tile;
       truncate ledger.checkpoint; insert into ledger.checkpoint table public.head; drop table public.head;
       set session_replication_role = origin`,
    );
  }
  assert.equal(await sequenceBatch(parts(), { wait: true }), 1);
  assert.ok((await verify()).ok);
});
