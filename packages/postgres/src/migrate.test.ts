import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { connect } from "./connect.ts";
import { migrate } from "./migrate.ts";
import { startTestDatabase, type TestDatabase } from "./testing.ts";

let db: TestDatabase;
let folder: string;
let directory: URL;
before(async () => {
  db = await startTestDatabase({ migrated: false });
  folder = await mkdtemp(join(tmpdir(), "ward-migrations-"));
  directory = pathToFileURL(`${folder}/`);
  await writeFile(join(folder, "0001-first.sql"), "create table first (number integer); insert into first values (1);");
});
after(async () => {
  await db.close();
  await rm(folder, { recursive: true });
});

test("four nodes that start together apply each migration once", async () => {
  const nodes = Array.from({ length: 4 }, () => connect(db.connection));
  const applied = await Promise.all(nodes.map(async (node) => await migrate(node, directory)));
  await Promise.all(nodes.map(async (node) => await node.close()));
  assert.deepEqual(applied.flat(), [1]);
  assert.equal((await db.database.query("select * from first")).length, 1);
  assert.deepEqual(await migrate(db.database, directory), []);
});

test("a migration that fails leaves nothing of itself and names its place, not its values", async () => {
  await writeFile(
    join(folder, "0002-second.sql"),
    "create table second (n integer); insert into second values ('canary');",
  );
  await assert.rejects(migrate(db.database, directory), (error: { code: string; detail: { reason: string } }) => {
    assert.equal(error.code, "startup-failed");
    assert.match(error.detail.reason, /0002-second failed with SQLSTATE 22P02/);
    assert.doesNotMatch(error.detail.reason, /canary/);
    return true;
  });
  assert.deepEqual(await db.database.query("select to_regclass('second') as found"), [{ found: null }]);
  await writeFile(join(folder, "0002-second.sql"), "create table second (n integer);");
  assert.deepEqual(await migrate(db.database, directory), [2]);
});

test("refuses a migration that was changed after it was applied", async () => {
  await writeFile(join(folder, "0002-second.sql"), "create table second (n bigint);");
  await assert.rejects(migrate(db.database, directory), { code: "startup-failed" });
  await writeFile(join(folder, "0002-second.sql"), "create table second (n integer);");
  assert.deepEqual(await migrate(db.database, directory), []);
});

test("refuses a database that a newer Ward wrote", async () => {
  await db.database.query("insert into ward.migration (number, name, checksum) values (900, '0900-later', 'x')");
  await assert.rejects(migrate(db.database, directory), { code: "database-too-new" });
  await db.database.query("delete from ward.migration where number = 900");
});

test("refuses a database whose job tables are newer, and leaves the exit code to the caller", async () => {
  await db.database.query("insert into graphile_worker.migrations (id, breaking) values (999999, true)");
  await assert.rejects(migrate(db.database, directory), { code: "database-too-new" });
  assert.equal(process.exitCode, undefined);
  await db.database.query("delete from graphile_worker.migrations where id = 999999");
});

test("refuses two migrations of one number", async () => {
  await writeFile(join(folder, "0002-other.sql"), "select 1;");
  await assert.rejects(migrate(db.database, directory), { code: "startup-failed" });
  await rm(join(folder, "0002-other.sql"));
});

test("Ward's own migrations apply, one after another", async () => {
  const own = await startTestDatabase();
  assert.deepEqual(await migrate(own.database), []);
  await own.close();
});
