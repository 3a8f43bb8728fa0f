import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, afterEach, describe, test } from "node:test";
import type { Clock } from "@ward/core";
import { startTestDatabase, type TestDatabase } from "@ward/postgres/testing";
import { exportEntries } from "../export/export-entries.ts";
import { startFeed } from "../feed/feed.ts";
import { makeEntry, makeSigner, ORIGIN } from "../fixtures.ts";
import { type AuditLog, createLedger } from "../ledger.ts";
import { openCheckpoint } from "../note.ts";
import { openDirectoryStore } from "../publication/directory-store.ts";
import type { LedgerStore } from "../publication/ledger-store.ts";
import { publishStep } from "../publication/publish-step.ts";
import { createQuestions } from "../questions/questions.ts";
import { sequenceBatch } from "../sequencer.ts";
import { hashLeaf, verifyConsistency, verifyInclusion } from "../tree.ts";
import { verifyLedger } from "../verify-ledger.ts";
import { openRetention, type Retention } from "./retention.ts";

const signer = makeSigner();
let db: TestDatabase;
let folder: string;
let store: LedgerStore;
let log: AuditLog;
let retention: Retention;
let now: Date;
const clock: Clock = { now: () => new Date(now) };
const parts = () => ({ database: db.database, clock, signer, store });

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "ward-retention-"));
});
after(async () => await rm(folder, { recursive: true }));

/** 1,000 entries of 2018, 700 of 2021, 500 of 2026, each part published; it is June 2026. */
beforeEach(async () => {
  db = await startTestDatabase();
  store = await openDirectoryStore(await mkdtemp(join(folder, "store-")));
  log = createLedger({ database: db.database, clock, signer });
  const { time: _, action: __, item: ___, ...common } = makeEntry(0, { principal: "service:operator" });
  retention = openRetention({ database: db.database, ledger: log, clock, store, entry: () => common });
  await write("2018-03-01T00:00:00.000Z", 1_000);
  await write("2021-03-01T00:00:00.000Z", 700);
  await write("2026-03-01T00:00:00.000Z", 500);
  now = new Date("2026-06-01T00:00:00.000Z");
});
afterEach(async () => await db.close());

async function write(time: string, count: number): Promise<void> {
  now = new Date(time);
  await log.record(Array.from({ length: count }, (_, at) => makeEntry(at, { time })));
  await place();
  await publishStep(parts(), true);
}

async function place(): Promise<void> {
  while ((await sequenceBatch(parts(), { wait: true })) > 0);
}

async function verify(withStore = true) {
  const options = { publicKey: signer.publicKey, origin: ORIGIN, ...(withStore && { store }) };
  return await verifyLedger(db.database, options);
}

async function storedIndexes(): Promise<readonly number[]> {
  const rows = await db.database.query<{ index: bigint }>("select index from ledger.entry order by index");
  return rows.map(({ index }) => Number(index));
}

describe("pruning", () => {
  test("takes whole bundles that are older than the retention, says so, and leaves a log that verifies", async () => {
    assert.deepEqual(await retention.prune({ isTrial: true }), { minimum: 768, pruned: 768, limit: "retention" });
    assert.equal((await storedIndexes())[0], 0);
    assert.deepEqual(await retention.prune(), { minimum: 768, pruned: 768, limit: "retention" });
    assert.equal((await storedIndexes())[0], 768);
    await place();
    const verdict = await verify();
    assert.ok(verdict.ok, JSON.stringify(verdict));
    assert.deepEqual([verdict.entries, verdict.minimum, verdict.published], [2_201, 768, 2_200]);
    const questions = createQuestions({ database: db.database, signer, clock });
    const { entries } = await questions.ask({ kind: "changes" });
    assert.deepEqual(
      entries.map(({ entry }) => [entry.action, entry.item, entry.principal]),
      [["ledger.retention", "prune/768", "service:operator"]],
    );
  });

  test("takes from the store what the specification lets go, and nothing that a later proof needs", async () => {
    const paths = async () => {
      const found: string[] = [];
      for (const folder of ["tile/", "history/"]) for await (const { path } of store.list(folder)) found.push(path);
      return found;
    };
    const before = new Set(await paths());
    await retention.prune();
    const left = new Set(await paths());
    assert.deepEqual(
      [...before].filter((path) => !left.has(path) && !path.includes(".p/")),
      ["000", "001", "002"]
        .map((tile) => `tile/0/${tile}`)
        .concat(["000", "001", "002"].map((tile) => `tile/entries/${tile}`)),
    );
    assert.ok([...left].some((path) => path.startsWith("tile/1/")));
  });

  test("refuses every older proof and gives every later one, which verify under checkpoints from before too", async () => {
    await place();
    const first = await log.checkpoint();
    const old = await log.proveConsistency(1_000, 2_200);
    await retention.prune();
    await place();
    const last = await log.checkpoint();
    assert.ok(first && last && old && last.size > first.size);
    for (const index of [0, 1, 255, 256, 767]) assert.equal(await log.proveInclusion(index), undefined);
    for (const index of [768, 769, 999, 1_000, 1_023, 1_024, 2_199, 2_200]) {
      const proven = await log.proveInclusion(index);
      assert.ok(proven, `${index}`);
      assert.ok(verifyInclusion(proven.proof, hashLeaf(proven.body), last.root), `${index}`);
    }
    for (const from of [1, 100, 256, 767]) assert.equal(await log.proveConsistency(from, last.size), undefined);
    const roots = new Map<number, Uint8Array>();
    for await (const { path } of store.list("history/")) {
      const note = Buffer.from((await store.get(path)) ?? []).toString();
      const checkpoint = openCheckpoint(note, signer, ORIGIN);
      if (checkpoint) roots.set(checkpoint.size, checkpoint.root);
    }
    for (const [size, root] of roots) {
      const proof = await log.proveConsistency(size, last.size);
      assert.ok(proof && verifyConsistency(proof, root, last.root), `${size}`);
    }
    assert.equal(roots.size, 3);
    assert.ok(await log.proveConsistency(768, 769));
  });

  test("goes on after it: entries are placed, published and verified, and it can be pruned again", async () => {
    await retention.prune();
    await write("2030-01-01T00:00:00.000Z", 900);
    const verdict = await verify();
    assert.ok(verdict.ok, JSON.stringify(verdict));
    assert.deepEqual(await retention.prune(), { minimum: 1_536, pruned: 768, limit: "retention" });
    await place();
    const again = await verify();
    assert.ok(again.ok, JSON.stringify(again));
    assert.equal(again.minimum, 1_536);
    assert.equal((await storedIndexes())[0], 1_536);
  });

  test("never reaches what the retention covers, whatever the clock of the node that wrote it said", async () => {
    for (const years of [6, 0, -1, 6.5, Number.NaN]) {
      await assert.rejects(retention.prune({ years }), { code: "invalid-request" });
    }
    assert.equal((await retention.prune({ years: 8, isTrial: true })).pruned, 768);
    assert.equal((await retention.prune({ years: 9 })).pruned, 0);
    // One that was written long ago with the time of today.
    await db.pool.query(
      `alter table ledger.entry disable trigger user;
       update ledger.entry set body = convert_to(replace(convert_from(body, 'UTF8'), '2018-03-01', '2026-05-01'), 'UTF8') where index = 300;
       alter table ledger.entry enable trigger user`,
    );
    assert.deepEqual(await retention.prune({ isTrial: true }), { minimum: 256, pruned: 256, limit: "retention" });
  });

  test("never reaches what is not published or not yet sent to a feed in use", async () => {
    await db.database.query("insert into ledger.feed (name, next_index) values ('syslog:siem', 600)");
    assert.deepEqual(await retention.prune({ isTrial: true }), { minimum: 512, pruned: 512, limit: "feed" });
    await db.database.query("update ledger.feed set updated_at = now() - interval '31 days'");
    assert.equal((await retention.prune({ isTrial: true })).limit, "retention");
    await db.database.query("update ledger.publication set size = 300");
    assert.deepEqual(await retention.prune({ isTrial: true }), { minimum: 256, pruned: 256, limit: "publication" });
  });

  test("lets a feed and an export that begin after it begin where the log does", async () => {
    await retention.prune();
    const sent: number[] = [];
    const sink = {
      deliver: async (entries: readonly { readonly index: number }[]) =>
        void sent.push(...entries.map(({ index }) => index)),
    };
    const feed = startFeed({ database: db.database, name: "late", sink, intervalMs: 5 });
    while ((sent.at(-1) ?? 0) < 2_199) await new Promise((wake) => setTimeout(wake, 5));
    await feed.stop();
    const expected = Array.from({ length: 2_200 - 768 }, (_, at) => 768 + at);
    assert.deepEqual(sent.slice(0, expected.length), expected);
    let lines = 0;
    for await (const page of exportEntries(db.database, "jsonl", ORIGIN, { size: 2_200 })) lines += page.lines.length;
    assert.equal(lines, expected.length);
  });

  test("that was killed after it was decided is finished by the next, and answers are right in between", async () => {
    const broken = openRetention({
      database: {
        ...db.database,
        transaction: async (work) =>
          await db.database.transaction(
            async (tx) =>
              await work({
                ...tx,
                query: async <Row>(text: string, values?: readonly unknown[]) =>
                  text.startsWith("delete")
                    ? await Promise.reject(new Error("killed"))
                    : await tx.query<Row>(text, values),
              }),
          ),
      },
      ledger: log,
      clock,
      store,
      entry: () => makeEntry(0),
    });
    await assert.rejects(broken.prune(), /killed/);
    await place();
    assert.equal((await storedIndexes())[0], 0);
    assert.equal(await log.proveInclusion(5), undefined);
    assert.deepEqual(
      (await log.entries({ limit: 1 })).map(({ index }) => index),
      [768],
    );
    assert.ok((await verify()).ok);
    assert.deepEqual(await retention.prune(), { minimum: 768, pruned: 0, limit: "retention" });
    assert.equal((await storedIndexes())[0], 768);
    assert.ok((await verify()).ok);
  });
});

describe("a hold", () => {
  test("keeps everything from its moment on until it is released, and both are in the log", async () => {
    await retention.hold("case-17", new Date("2018-01-01T00:00:00.000Z"));
    assert.deepEqual(await retention.prune(), { minimum: 0, pruned: 0, limit: "hold" });
    assert.deepEqual(
      (await retention.holds()).map(({ name, first }) => [name, first]),
      [["case-17", 0]],
    );
    await retention.hold("case-18", new Date("2021-02-01T00:00:00.000Z"));
    assert.equal(await retention.release("case-17"), true);
    assert.equal(await retention.release("case-17"), false);
    assert.equal((await retention.prune()).minimum, 768);
    await place();
    const entries = await log.entries({ action: "ledger.retention" });
    assert.deepEqual(
      entries.map(({ entry }) => entry.item),
      ["hold/case-17", "hold/case-18", "release/case-17", "prune/768"],
    );
  });

  test("is named once, in a form that no patient's name has", async () => {
    await retention.hold("case-17");
    for (const name of ["case-17", "Jane Doe", "", "a/b", "x".repeat(65)]) {
      await assert.rejects(retention.hold(name), { code: "invalid-request" });
    }
  });
});

describe("whoever owns the database", () => {
  test("can't take entries away and call it pruning", async () => {
    await db.pool.query(
      `update ledger.pruning set minimum = 512;
       set ledger.pruning = 'on'; delete from ledger.entry where index < 512; reset ledger.pruning`,
    );
    for (const withStore of [true, false]) {
      assert.deepEqual(await verify(withStore), { ok: false, problem: { kind: "entry-missing", index: 0 } });
    }
  });

  test("can't alter the hashes that are left of what was pruned", async () => {
    await retention.prune();
    await place();
    await db.pool.query(
      "update ledger.tile set hashes = overlay(hashes placing sha256('x') from 33 for 32) where level = 1",
    );
    const verdict = await verify();
    assert.deepEqual(verdict, { ok: false, problem: { kind: "root-mismatch", index: 768, size: 1_000 } });
  });

  test("can't have entries removed above the minimum, nor lower it, by accident", async () => {
    await retention.prune();
    for (const sql of [
      "delete from ledger.entry where index = 2000",
      "update ledger.pruning set minimum = 256",
      "delete from ledger.pruning",
      "update ledger.entry set trace = trace where index = 2000",
    ]) {
      await assert.rejects(db.pool.query(`set ledger.pruning = 'on'; ${sql}`), { code: "23001" }, sql);
    }
  });
});
