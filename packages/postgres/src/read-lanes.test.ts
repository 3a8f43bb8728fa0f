import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { connect } from "./connect.ts";
import { startTestDatabase, type TestDatabase } from "./testing.ts";

let postgres: TestDatabase;
before(async () => {
  postgres = await startTestDatabase();
});
after(async () => await postgres.close());

const read = async (text: string, values?: readonly unknown[]) => await postgres.database.read(text, values);

describe("reads that share a round trip", () => {
  test("each get their own answer", async () => {
    const wanted = Array.from({ length: 200 }, (_, at) => at);
    for (let round = 0; round < 3; round++) {
      const found = await Promise.all(wanted.map((at) => read("select $1::integer as at", [at])));
      assert.deepEqual(
        found.map((rows) => rows[0]),
        wanted.map((at) => ({ at })),
      );
    }
  });

  test("fail alone, wherever in the group they stand", async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 100 }, (_, at) =>
        at % 7 === 3 ? read("select 1 / $1::integer as at", [0]) : read("select $1::integer as at", [at]),
      ),
    );
    for (const [at, result] of results.entries()) {
      if (at % 7 === 3) {
        assert.equal(result.status, "rejected", `${at}`);
        assert.equal((result.reason as { code: string }).code, "22012");
      } else assert.deepEqual(result, { status: "fulfilled", value: [{ at }] });
    }
  });

  test("fail alone where the text itself is wrong", async () => {
    const [good, bad, other] = await Promise.allSettled([
      read("select 1 as one"),
      read("selekt 1"),
      read("select 2 as two"),
    ]);
    assert.deepEqual([good.status, bad.status, other.status], ["fulfilled", "rejected", "fulfilled"]);
  });

  test("fail alone where a value cannot be sent, or an answer cannot be read", async () => {
    const unsendable = {
      toJSON: () => {
        throw new RangeError("no form");
      },
    };
    // As text it can be read; once a connection knows the statement, no longer.
    const unreadable = "select array[array[$1::integer]] as at";
    let unread = 0;
    for (let round = 0; round < 10; round++) {
      const results = await Promise.allSettled(
        Array.from({ length: 30 }, (_, at) => {
          if (at % 7 === 3) return read("select $1::jsonb as at", [unsendable]);
          return read(at % 7 === 5 ? unreadable : "select $1::integer as at", [at]);
        }),
      );
      for (const [at, result] of results.entries()) {
        if (at % 7 === 3)
          assert.equal(result.status === "rejected" && (result.reason as { code: string }).code, "value");
        else if (at % 7 === 5) unread += result.status === "rejected" ? 1 : 0;
        else assert.deepEqual(result, { status: "fulfilled", value: [{ at }] });
      }
    }
    assert.ok(unread > 0);
  });

  test("outlive a connection that breaks", async () => {
    const broken = Promise.allSettled(Array.from({ length: 10 }, () => read("select pg_sleep(0.2)")));
    await new Promise((wake) => setTimeout(wake, 50));
    await postgres.database.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep%' and pid <> pg_backend_pid()",
    );
    await broken;
    assert.deepEqual(await read("select 1 as one"), [{ one: 1 }]);
  });
});

describe("arrays in binary", () => {
  test("arrive as they were, empty ones too", async () => {
    const bytes = [Buffer.from([0, 255]), Buffer.alloc(0), Buffer.from("é"), Buffer.alloc(3_000, 7)];
    const [row] = await postgres.database.query<{ bytes: Buffer[]; large: bigint[]; small: number[] }>(
      "select $1::bytea[] as bytes, $2::bigint[] as large, $3::integer[] as small",
      [bytes, BigInt64Array.of(0n, -1n, 2n ** 62n), Int32Array.of(-5, 2 ** 31 - 1)],
    );
    assert.deepEqual(row, { bytes, large: [0n, -1n, 2n ** 62n], small: [-5, 2 ** 31 - 1] });
    const [none] = await postgres.database.query<{ counts: number[] }>(
      "select array[cardinality($1::bytea[]), cardinality($2::bigint[]), cardinality($3::integer[])] as counts",
      [[], new BigInt64Array(0), new Int32Array(0)],
    );
    assert.deepEqual(none?.counts, [0, 0, 0]);
  });
});

describe("a transaction of many", () => {
  test("gives up on a lock soon, and waits for nobody", async () => {
    const { database } = postgres;
    await database.query("create table locked (id integer primary key)");
    await database.query("insert into locked values (1)");
    const held = await database.begin();
    await held.tx.query("select id from locked for update");
    const work = database.transactionOfMany((tx) => tx.query("select id from locked for update"));
    await assert.rejects(work, { code: "55P03" });
    await held.rollback();
    assert.equal((await database.transactionOfMany((tx) => tx.query("select id from locked for update"))).length, 1);
  });
});

test("what is shared is planned for tables that have grown, also while they are empty", async () => {
  const { database } = postgres;
  await database.query("create table grown (id integer primary key, text text)");
  for (const statement of [
    "select g.text from unnest($1::integer[]) as k(id) join grown g on g.id = k.id",
    "select text from grown where id = any($1::integer[])",
    "update grown g set text = 'x' from unnest($1::integer[]) as k(id) where g.id = k.id",
  ]) {
    const plan = await database.transactionOfMany(async (tx) => await tx.query(`explain ${statement}`, [[1, 2]]));
    const lines = plan.map((row) => String(Object.values(row as object)[0])).join("\n");
    assert.match(lines, /Index/, lines);
    assert.doesNotMatch(lines, /Seq Scan|Hash Join|Merge Join/, lines);
  }
});

test("what is shared asks for no workers, whatever the server's own setting is", async () => {
  const { database, connection } = postgres;
  await database.query(
    "create table large as select id, repeat('x', 100) as text from generate_series(1, 20000) as id",
  );
  for (const setting of ["max_parallel_workers_per_gather = 4", "min_parallel_table_scan_size = 0"]) {
    await database.query(`alter role current_user set ${setting}`);
  }
  await database.query("alter role current_user set parallel_setup_cost = 0");
  const other = connect(connection);
  try {
    const explain = "explain select count(*) from large where text like '%y' and id > $1::integer";
    const planOf = (plan: readonly unknown[]): string => plan.flatMap((row) => Object.values(row as object)).join("\n");
    assert.match(planOf(await other.query(explain, [1])), /Gather/);
    assert.doesNotMatch(planOf(await other.read(explain, [1])), /Gather/);
  } finally {
    await other.close();
    await database.query("alter role current_user reset all");
  }
});
