import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { systemClock } from "@ward/core";
import { startTestDatabase, type TestDatabase } from "@ward/postgres/testing";
import { thinCheckpoints } from "./thin-checkpoints.ts";

let db: TestDatabase;
before(async () => {
  db = await startTestDatabase();
});
after(async () => await db.close());
/** Five a second for ten minutes. */
beforeEach(async () => {
  await db.pool.query(
    `set session_replication_role = replica; truncate ledger.checkpoint, ledger.publication; set session_replication_role = origin;
     insert into ledger.checkpoint
       select size, sha256(''), '', '2025-01-01T00:00:00Z'::timestamptz + size * interval '200 ms' from generate_series(1, 3000) as size`,
  );
});

async function sizes(): Promise<readonly number[]> {
  const rows = await db.database.query<{ size: bigint }>("select size from ledger.checkpoint order by size");
  return rows.map(({ size }) => Number(size));
}

test("keeps the newest thousand and the last of each minute before them", async () => {
  assert.equal(await thinCheckpoints({ ...db, clock: systemClock }), 1_976 - 6);
  const newest = Array.from({ length: 1_024 }, (_, at) => 1_977 + at);
  assert.deepEqual(await sizes(), [299, 599, 899, 1_199, 1_499, 1_799, ...newest]);
  assert.equal(await thinCheckpoints({ ...db, clock: systemClock }), 0);
});

test("keeps what a store has not got yet, unless the store is long forgotten", async () => {
  await db.pool.query("insert into ledger.publication values ('/store', 500, now())");
  await thinCheckpoints({ ...db, clock: systemClock });
  assert.deepEqual((await sizes()).slice(0, 4), [299, 501, 502, 503]);
  await db.pool.query("update ledger.publication set published_at = now() - interval '40 days'");
  await thinCheckpoints({ ...db, clock: systemClock });
  assert.deepEqual((await sizes()).slice(0, 3), [299, 599, 899]);
});

test("a clock that went backwards loses nothing but what lies between", async () => {
  await db.pool.query(
    "set session_replication_role = replica; update ledger.checkpoint set created_at = '2024-06-01' where size between 100 and 200; set session_replication_role = origin",
  );
  await thinCheckpoints({ ...db, clock: systemClock });
  assert.deepEqual((await sizes()).slice(0, 4), [99, 200, 299, 599]);
});
