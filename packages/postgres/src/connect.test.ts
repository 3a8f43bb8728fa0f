import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type Transaction, WardError } from "@ward/core";
import { connect, type PostgresDatabase } from "./connect.ts";
import { startTestDatabase, type TestDatabase } from "./testing.ts";

let db: TestDatabase;
let database: PostgresDatabase;
before(async () => {
  db = await startTestDatabase({ migrated: false });
  database = db.database;
  await database.query("create table note (number integer primary key, text text)");
});
after(async () => await db.close());

async function numbers(): Promise<readonly number[]> {
  return (await database.query<{ number: number }>("select number from note order by number")).map(
    ({ number }) => number,
  );
}

test("gives columns the types that the port promises, and the driver its own", async () => {
  const text = `select 9007199254740993::bigint as big, array[1, null]::bigint[] as bigs, '\\x00ff'::bytea as bytes,
                       '{"a":[1]}'::jsonb as json, '2025-01-01T00:00:00Z'::timestamptz as time`;
  const [row] = await database.query(text);
  assert.deepEqual(row && { ...row }, {
    big: 9007199254740993n,
    bigs: [1n, null],
    bytes: Buffer.of(0, 255),
    json: { a: [1] },
    time: new Date("2025-01-01T00:00:00Z"),
  });
  const plain = database.openPool(1);
  const { rows } = await plain.query<{ big: unknown }>(text);
  assert.equal(rows[0]?.big, "9007199254740993");
  await plain.end();
});

test("takes bigint, bytes, dates, arrays and null as they come back", async () => {
  const values = [9007199254740993n, Buffer.of(0, 255), new Date("2025-01-01T00:00:00.123Z"), ["a,b", 'c"d'], null];
  for (let round = 0; round < 5; round += 1) {
    const [row] = await database.query<Record<string, unknown>>(
      "select $1::bigint as a, $2::bytea as b, $3::timestamptz as c, $4::text[] as d, $5::text as e",
      values,
    );
    assert.deepEqual(row && Object.values(row), values);
  }
});

test("commits what resolves, rolls back what throws, and runs onCommit only after a commit", async () => {
  const committed: string[] = [];
  await database.transaction(async (tx) => {
    await tx.query("insert into note values (1)");
    tx.onCommit(() => committed.push("first"));
    assert.deepEqual(committed, []);
  });
  await assert.rejects(
    database.transaction(async (tx) => {
      await tx.query("insert into note values (2)");
      tx.onCommit(() => committed.push("second"));
      throw new Error("no");
    }),
    /^Error: no$/,
  );
  assert.deepEqual(committed, ["first"]);
  assert.deepEqual(await numbers(), [1]);
});

test("never takes an aborted transaction for a committed one", async () => {
  const committed: string[] = [];
  await assert.rejects(
    database.transaction(async (tx) => {
      await tx.query("insert into note values (3)");
      tx.onCommit(() => committed.push("third"));
      await tx.query("select 1 / 0").catch(() => undefined);
    }),
    { code: "25P02" },
  );
  assert.deepEqual(committed, []);
  assert.deepEqual(await numbers(), [1]);
});

test("what is sent and what is inserted at the commit comes with it, in order, or not at all", async () => {
  const insert = {
    text: "insert into note select number, 'last' from unnest($1::integer[]) as given(number)",
    failure: (state: string) => new Error(`refused with ${state}`),
  };
  await database.transaction(async (tx) => {
    tx.insertAtCommit(insert, [21]);
    tx.send("insert into note values ($1, 'first')", [20]);
    tx.insertAtCommit(insert, [22]);
    assert.deepEqual(await tx.query("select number from note where number >= 20"), [{ number: 20 }]);
    tx.send("update note set text = 'sent' where number = $1", [20]);
  });
  const text = "select text from note where number between 20 and 22 order by number";
  assert.deepEqual(
    (await database.query<{ text: string }>(text)).map((row) => row.text),
    ["sent", "last", "last"],
  );
  const committed: string[] = [];
  const doomed = database.transaction(async (tx) => {
    tx.send("insert into note values (23)");
    tx.insertAtCommit(insert, [22]);
    tx.onCommit(() => committed.push("doomed"));
  });
  await assert.rejects(doomed, /^Error: refused with 23505$/);
  await assert.rejects(
    database.transaction(async (tx) => {
      tx.send("insert into note values (20)");
      await tx.query("insert into note values (24)");
    }),
    { code: "23505" },
  );
  await assert.rejects(
    database.transaction(async (tx) => tx.send("insert into note values (20)")),
    { code: "23505" },
  );
  assert.deepEqual(committed, []);
  assert.deepEqual((await numbers()).slice(-3), [20, 21, 22]);
  await database.query("delete from note where number between 20 and 22");
});

test("a transaction whose BEGIN is refused runs nothing, however many statements were given to it", async () => {
  const one = connect(db.connection, { short: 1 });
  // The driver still takes the name for one that the server knows.
  await one.transaction(async (tx) => await tx.query("select 1"));
  await one.lend(async (client) => await client.query('deallocate "ward_begin"'));
  const refused = one.transaction(async (tx) => {
    const both = [tx.query("insert into note values (30)"), tx.query("insert into note values (31)")];
    await Promise.allSettled(both);
  });
  await assert.rejects(refused);
  await one.close();
  assert.deepEqual(
    (await numbers()).filter((number) => number >= 30),
    [],
  );
});

test("a statement that failed once is found again under its name", async () => {
  const one = connect(db.connection, { short: 1 });
  for (let round = 0; round < 6; round += 1) {
    const divided = one.query<{ by: number }>("select 10 / $1::integer as by", [round % 3]);
    if (round % 3 === 0) await assert.rejects(divided, { code: "22012" });
    else assert.deepEqual(await divided, [{ by: 10 / (round % 3) }]);
  }
  await one.close();
});

test("a statement whose prepared form is outdated is prepared anew", async () => {
  const one = connect(db.connection, { short: 1 });
  await one.query("create table outdated (a integer)");
  await one.query("insert into outdated values (1)");
  const ask = async () => await one.query("select * from outdated where a = $1", [1]);
  for (let round = 0; round < 4; round += 1) assert.deepEqual(await ask(), [{ a: 1 }]);
  await one.query("alter table outdated add column b text default 'b'");
  await assert.rejects(ask(), { code: "0A000" });
  assert.deepEqual(await ask(), [{ a: 1, b: "b" }]);
  await one.close();
});

test("a transaction with a value that cannot be sent is rolled back, and its connection is used again", async () => {
  const one = connect(db.connection, { short: 1 });
  const unsendable = {
    toJSON: () => {
      throw new RangeError("no form");
    },
  };
  const insert = {
    text: "insert into note select number from unnest($1::integer[]) as given(number)",
    values: () => [unsendable],
    failure: (state: string) => new Error(`refused with ${state}`),
  };
  for (const end of [
    async (tx: Transaction) => await tx.query("select $1::jsonb", [unsendable]),
    async (tx: Transaction) => tx.send("select $1::jsonb", [unsendable]),
    async (tx: Transaction) => tx.insertAtCommit(insert, [1]),
  ]) {
    const doomed = one.transaction(async (tx) => {
      await tx.query("insert into note values (40)");
      await end(tx);
    });
    await assert.rejects(doomed, /value/);
    assert.equal((await numbers()).includes(40), false);
  }
  assert.deepEqual(await one.query("select 1 as one"), [{ one: 1 }]);
  await one.close();
});

test("nobody waits for a connection that lies unused", async () => {
  const one = connect(db.connection, { short: 1 });
  for (let round = 0; round < 3; round += 1) {
    assert.deepEqual(await one.query("select 1 as one"), [{ one: 1 }]);
    assert.equal((await one.pool.query("select 2")).rowCount, 1);
    const crowd = await Promise.all(
      Array.from({ length: 5 }, async (_, at) => await one.query("select $1 as at", [at])),
    );
    assert.deepEqual(
      crowd.map(([row]) => row),
      ["0", "1", "2", "3", "4"].map((at) => ({ at })),
    );
  }
  await one.close();
});

test("a connection that breaks while it lies unused is not used", async () => {
  const one = connect(db.connection, { short: 1 });
  const own = "select pg_backend_pid() as pid";
  const [first] = await one.query<{ pid: number }>(own);
  await database.query("select pg_terminate_backend($1)", [first?.pid]);
  let second = first?.pid;
  const deadline = Date.now() + 5_000;
  while (one.pool.totalCount > 0 && Date.now() < deadline) await new Promise((wake) => setTimeout(wake, 5));
  second = (await one.query<{ pid: number }>(own))[0]?.pid;
  assert.notEqual(second, first?.pid);
  await one.close();
});

test("a connection that broke while nothing was asked of it is not used again", async () => {
  const one = connect(db.connection, { short: 1 });
  await one.lend(async (client) => {
    const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
    const broken = new Promise((resolve) => client.once("error", resolve));
    await database.query("select pg_terminate_backend($1)", [rows[0]?.pid]);
    await broken;
  });
  assert.deepEqual(await one.query("select 1 as one"), [{ one: 1 }]);
  await one.close();
});

test("a transaction cannot be used after the callback that lent it", async () => {
  let kept: Transaction | undefined;
  await database.transaction(async (tx) => {
    kept = tx;
    await Promise.resolve();
  });
  await assert.rejects(async () => await kept?.query("select 1"), /assertion failed/);
});

test("held transactions in any number leave room for short ones", async () => {
  const small = connect(db.connection, { short: 2, held: 3 });
  const handles = await Promise.all([small.begin(), small.begin(), small.begin()]);
  await handles[0]?.tx.query("insert into note values (10)");
  const fourth = small.begin();
  assert.equal((await small.query("select 1")).length, 1);
  await small.transaction(async (tx) => await tx.query("insert into note values (11)"));
  await handles[0]?.rollback();
  await handles[1]?.commit();
  await handles[2]?.rollback();
  await (await fourth).rollback();
  await assert.rejects(async () => await handles[1]?.commit(), /a transaction ends once/);
  await small.close();
  assert.deepEqual(await numbers(), [1, 11]);
});

test("names constraint and state of a refused statement and drops what it quotes", async () => {
  await assert.rejects(database.query("insert into note values ($1, $2)", [1, "canary-value"]), (error: Error) => {
    const { code, constraint } = error as unknown as { code: string; constraint: string };
    assert.deepEqual({ code, constraint }, { code: "23505", constraint: "note_pkey" });
    assert.doesNotMatch(`${error.message}${JSON.stringify(error)}`, /canary|Key/);
    assert.equal(error.cause, undefined);
    return true;
  });
});

test("connections that the server drops are replaced", async () => {
  const other = connect(db.connection, { short: 3 });
  await Promise.all([1, 2, 3].map(async () => await other.query("select pg_sleep(0.02)")));
  const drop =
    "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend'";
  await assert.rejects(
    other.transaction(async (tx) => {
      await database.query(drop);
      await tx.query("select 1");
    }),
    { code: "database-unavailable" },
  );
  let rows: readonly unknown[] = [];
  while (rows.length === 0) {
    rows = await other.query("select 1").catch((error: { code: string }) => {
      assert.equal(error.code, "database-unavailable");
      return [];
    });
  }
  await other.close();
});

test("says that the database is unavailable where nobody listens", async () => {
  const nobody = connect({ ...db.connection, host: "/nonexistent" });
  await assert.rejects(
    nobody.query("select 1"),
    (error) => error instanceof WardError && error.code === "database-unavailable",
  );
  await assert.rejects(nobody.begin(), { code: "database-unavailable" });
  await nobody.close();
});

test("prepares a statement that is used often once per connection, and no number of texts beyond a bound", async () => {
  const one = connect(db.connection, { short: 1 });
  for (let round = 0; round < 10; round += 1) await one.query("select $1::integer as often", [round]);
  for (let text = 0; text < 50; text += 1) await one.query(`select $1::integer as once_${text}`, [text]);
  const rows = await one.query<{ statement: string }>("select statement from pg_prepared_statements");
  assert.deepEqual(
    rows.map(({ statement }) => statement),
    ["select $1::integer as often"],
  );
  await one.close();
});
