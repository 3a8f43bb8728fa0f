/**
 * Brings the database to this code's form. Plain SQL files, forward only, each in a transaction of its own with its
 * record, all under one advisory lock, so that nodes which start together do it once. A database that knows a migration
 * which this code does not know was written by a newer Ward: opening it could destroy what the newer one relies on.
 */
import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { WardError } from "@ward/core";
import { runMigrations as migrateJobs } from "graphile-worker";
import type pg from "pg";
import type { PostgresDatabase } from "./connect.ts";
import { silentLogger } from "./job-log.ts";
import { readDriverError } from "./sql-error.ts";

interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/** `ward` in ASCII. Session lock: released also where the node dies. */
const LOCK = 0x77617264;

/** Answers the numbers that were applied now. */
export async function migrate(
  database: PostgresDatabase,
  directory: URL = new URL("../migrations/", import.meta.url),
): Promise<readonly number[]> {
  const migrations = await readMigrations(directory);
  return await database.lend(async (client) => {
    try {
      await client.query("select pg_advisory_lock($1)", [LOCK]);
      try {
        await prepare(client);
        const pending = await findPending(client, migrations);
        for (const migration of pending) await apply(client, migration);
        await applyJobMigrations(database);
        return pending.map(({ number }) => number);
      } finally {
        await client.query("select pg_advisory_unlock($1)", [LOCK]);
      }
    } catch (error) {
      throw readDriverError(error);
    }
  });
}

async function readMigrations(directory: URL): Promise<readonly Migration[]> {
  const names = (await readdir(directory)).filter((name) => /^\d{4}-[a-z0-9-]+\.sql$/.test(name)).sort();
  const migrations = await Promise.all(
    names.map(async (name) => {
      const sql = (await readFile(new URL(name, directory), "utf8")).replaceAll("\r\n", "\n");
      const checksum = createHash("sha256").update(sql).digest("hex");
      return { number: Number(name.slice(0, 4)), name: name.slice(0, -4), sql, checksum };
    }),
  );
  const twice = migrations.find(({ number }, at) => migrations[at - 1]?.number === number);
  if (twice) throw new WardError("startup-failed", { reason: `two migrations have the number of ${twice.name}` });
  return migrations;
}

async function prepare(client: pg.PoolClient): Promise<void> {
  await client.query(`
    create schema if not exists ward;
    create table if not exists ward.migration (
      number integer primary key,
      name text not null,
      checksum text not null,
      applied_at timestamptz not null default now()
    )`);
}

async function findPending(client: pg.PoolClient, migrations: readonly Migration[]): Promise<readonly Migration[]> {
  const { rows } = await client.query<{ number: number; checksum: string }>(
    "select number, checksum from ward.migration order by number",
  );
  const known = new Map(migrations.map((migration) => [migration.number, migration]));
  for (const { number, checksum } of rows) {
    const migration = known.get(number);
    if (!migration) throw new WardError("database-too-new", { migration: number });
    if (migration.checksum !== checksum) {
      throw new WardError("startup-failed", {
        reason: `migration ${migration.name} was changed after it was applied; migrations only ever follow one another`,
      });
    }
  }
  const applied = new Set(rows.map(({ number }) => number));
  return migrations.filter(({ number }) => !applied.has(number));
}

async function apply(client: pg.PoolClient, { number, name, sql, checksum }: Migration): Promise<void> {
  await client.query("begin");
  try {
    await client.query(sql);
    await client.query("insert into ward.migration (number, name, checksum) values ($1, $2, $3)", [
      number,
      name,
      checksum,
    ]);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback").catch(() => undefined);
    const failure = readDriverError(error);
    if (failure instanceof WardError) throw failure;
    const position = (error as { position?: string }).position ?? "?";
    throw new WardError("startup-failed", {
      reason: `migration ${name} failed with SQLSTATE ${failure.code} at character ${position}`,
    });
  }
}

async function applyJobMigrations(database: PostgresDatabase): Promise<void> {
  const pool = database.openPool(1);
  try {
    await migrateJobs({ pgPool: pool, logger: silentLogger });
  } catch (error) {
    if (error instanceof Error && error.message.includes("only supports up to revision")) {
      // graphile-worker sets it; the exit code is for the CLI to choose.
      process.exitCode = undefined;
      throw new WardError("database-too-new", { migration: "graphile-worker" });
    }
    throw error;
  } finally {
    await pool.end();
  }
}
