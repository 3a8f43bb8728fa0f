import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { systemClock, WardError } from "@ward/core";
import { startTestDatabase, type TestDatabase } from "@ward/postgres/testing";
import { makeEntries, makeEntry, makeSigner, ORIGIN, pseudonym } from "./fixtures.ts";
import { type AuditLog, createLedger } from "./ledger.ts";
import { verifyConsistency, verifyInclusion, verifyProof } from "./verify.ts";
import { verifyLedger } from "./verify-ledger.ts";

let db: TestDatabase;
let log: AuditLog;
const signer = makeSigner();

before(async () => {
  db = await startTestDatabase();
  log = createLedger({ database: db.database, clock: systemClock, signer, origin: ORIGIN });
});
after(async () => await db.close());

async function verified(): Promise<number> {
  const verdict = await verifyLedger(db.database, { publicKey: signer.publicKey, origin: ORIGIN });
  assert.ok(verdict.ok, JSON.stringify(verdict));
  return verdict.entries;
}

test("an empty log verifies, has no checkpoint and proves nothing", async () => {
  assert.equal(await verified(), 0);
  assert.equal(await log.checkpoint(), undefined);
  assert.equal(await log.proveInclusion(0), undefined);
});

test("an entry stands or falls with the transaction of its act", async () => {
  const sequencer = log.startSequencer({ intervalMs: 1_000 });
  await db.database.transaction(async (tx) => await log.append(tx, [makeEntry(1)]));
  await assert.rejects(
    db.database.transaction(async (tx) => {
      await log.append(tx, [makeEntry(2)]);
      throw new Error("the act failed");
    }),
    /the act failed/,
  );
  await sequencer.flush();
  assert.deepEqual(
    (await log.entries()).map(({ entry }) => entry),
    [makeEntry(1)],
  );
  await sequencer.stop();
  assert.equal(await verified(), 1);
});

test("entries written in one call keep their order, over tile borders, and each is proven", async () => {
  const sequencer = log.startSequencer({ intervalMs: 1_000 });
  const first = await log.checkpoint();
  await log.record(makeEntries(700, 100));
  await sequencer.flush();
  await log.record(makeEntries(5, 5_000));
  await sequencer.flush();
  await sequencer.stop();
  const last = await log.checkpoint();
  assert.ok(first && last);
  assert.equal(last.size, 706);
  const placed = await log.entries({ limit: 1_000 });
  assert.deepEqual(
    placed.map(({ index, entry }) => [index, entry.trace]).slice(1, 701),
    makeEntries(700, 100).map(({ trace }, at) => [at + 1, trace]),
  );
  for (const index of [0, 1, 255, 256, 511, 512, 700, 705]) {
    const proven = await log.proveInclusion(index);
    assert.ok(proven);
    assert.equal(verifyProof(proven.text, proven.body, signer, ORIGIN)?.index, index);
    assert.equal(verifyProof(proven.text, Buffer.from("{}"), signer, ORIGIN), undefined);
    assert.ok(!verifyInclusion({ ...proven.proof, index: index + 1 }, proven.body, last.root));
  }
  const consistency = await log.proveConsistency(first.size, last.size);
  assert.ok(consistency && verifyConsistency(consistency, first.root, last.root));
  assert.equal(await log.proveInclusion(706), undefined);
  assert.equal(await log.proveConsistency(1, 707), undefined);
  assert.equal(await verified(), 706);
});

test("finds entries by patient, author, action and trace, from an index on, newest first", async () => {
  const entry = makeEntry(77_777, {
    principal: "person:dr-okafor",
    action: "fhir.read",
    subject: pseudonym("Patient/x"),
  });
  const { size } = (await log.checkpoint()) ?? { size: 0 };
  const sequencer = log.startSequencer({ intervalMs: 1_000 });
  await log.record([entry, makeEntry(77_778)]);
  await sequencer.flush();
  await sequencer.stop();
  const expected = [{ index: size, entry }];
  assert.deepEqual(await log.entries({ subjectTag: pseudonym("Patient/x") }), expected);
  assert.deepEqual(await log.entries({ principal: "person:dr-okafor", action: "fhir.read" }), expected);
  assert.deepEqual(await log.entries({ traceId: entry.trace }), expected);
  assert.deepEqual(await log.entries({ traceId: entry.trace, since: size + 1 }), []);
  assert.deepEqual(
    (await log.entries({ newestFirst: true, limit: 2 })).map(({ index }) => index),
    [size + 1, size],
  );
});

test("a running sequencer places what was committed without being asked", async () => {
  const sequencer = log.startSequencer({ intervalMs: 20 });
  const entry = makeEntry(88_888);
  await log.record([entry]);
  let found = await log.entries({ traceId: entry.trace });
  while (found.length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    found = await log.entries({ traceId: entry.trace });
  }
  await sequencer.stop();
  assert.equal(found.length, 1);
  await verified();
});

test("concurrent records share commits, and a broken one fails alone", async () => {
  const { size } = (await log.checkpoint()) ?? { size: 0 };
  const queries: string[] = [];
  const counted = createLedger({
    database: {
      ...db.database,
      query: async (text, values) => {
        queries.push(text);
        return await db.database.query(text, values);
      },
    },
    clock: systemClock,
    signer,
  });
  const outcomes = await Promise.allSettled(
    Array.from(
      { length: 200 },
      async (_, at) => await counted.record([makeEntry(90_000 + at, at === 50 ? { host: "Anna Muster" } : {})]),
    ),
  );
  assert.deepEqual(
    outcomes.flatMap(({ status }, at) => (status === "rejected" ? [at] : [])),
    [50],
  );
  assert.ok(queries.length < 10, `${queries.length} statements for 200 records`);
  const sequencer = log.startSequencer({ intervalMs: 1_000 });
  await sequencer.flush();
  await sequencer.stop();
  assert.equal(await verified(), size + 199);
});

test("an act whose record cannot be written is told so", async () => {
  const broken = createLedger({
    database: { ...db.database, query: async () => await Promise.reject(new WardError("database-unavailable")) },
    clock: systemClock,
    signer,
  });
  await assert.rejects(broken.record([makeEntry(1)]), { code: "record-unavailable" });
  await db.database.query("create table act (id integer)");
  await assert.rejects(
    db.database.transaction(async (tx) => {
      await tx.query("insert into act values (1)");
      await tx.query("alter table ledger.pending rename to taken_away");
      await log.append(tx, [makeEntry(1)]);
    }),
    { code: "record-unavailable" },
  );
  assert.deepEqual(await db.database.query("select from act"), []);
});

test("no tool can change or remove an entry by accident", async () => {
  for (const statement of [
    "update ledger.entry set body = body",
    "delete from ledger.entry",
    "truncate ledger.entry",
    "delete from ledger.checkpoint",
    "update ledger.checkpoint set note = ''",
    "truncate ledger.checkpoint",
  ]) {
    await assert.rejects(db.database.query(statement), { code: "23001" }, statement);
  }
});
