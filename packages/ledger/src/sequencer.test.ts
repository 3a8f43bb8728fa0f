import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { systemClock } from "@ward/core";
import { startTestDatabase, type TestDatabase } from "@ward/postgres/testing";
import { makeSigner, ORIGIN } from "./fixtures.ts";
import { createLedger } from "./ledger.ts";
import { VACUUM_AFTER } from "./sequencer.ts";

let db: TestDatabase;
before(async () => {
  db = await startTestDatabase();
});
after(async () => await db.close());

async function valueOf<T>(text: string, values?: readonly unknown[]): Promise<T> {
  const [row] = await db.database.query<{ value: T }>(`select (${text}) as value`, values);
  return row?.value as T;
}

test("entries that come again and again leave no table that grows", async (t) => {
  const log = createLedger({ database: db.database, clock: systemClock, signer: makeSigner(), origin: ORIGIN });
  const errors: unknown[] = [];
  const sequencer = log.startSequencer({ intervalMs: 1, onError: (error) => errors.push(error) });
  t.after(async () => await sequencer.stop());
  const sizes: bigint[] = [];
  for (let round = 1n; round <= 3n; round++) {
    await db.database.query(
      "insert into ledger.pending (body) select convert_to(repeat('x', 300), 'UTF8') from generate_series(1, $1::integer)",
      [VACUUM_AFTER],
    );
    sizes.push(await valueOf<bigint>("pg_relation_size('ledger.pending')"));
    const deadline = Date.now() + 60_000;
    while ((await valueOf<bigint>("select vacuum_count from pg_stat_user_tables where relname = 'pending'")) < round) {
      assert.deepEqual(errors, []);
      assert.ok(Date.now() < deadline, "it is vacuumed");
      await new Promise((wake) => setTimeout(wake, 20));
    }
  }
  assert.equal(await valueOf<bigint>("select count(*) from ledger.entry"), BigInt(3 * VACUUM_AFTER));
  assert.equal(sizes[2], sizes[1]);
  assert.ok((sizes[1] as bigint) <= ((sizes[0] as bigint) * 11n) / 10n, sizes.join(" "));
});
