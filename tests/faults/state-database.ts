/** A second way into a node's embedded database, as its owner has it: to look, and to hold things up. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { asWardError } from "@ward/core";
import { connect, type PostgresDatabase } from "@ward/postgres";
import { until } from "../processes.ts";

export function openDatabase(stateDir: string): PostgresDatabase {
  const password = readFileSync(join(stateDir, "postgres.password"), "utf8").trim();
  const host = postmasterFile(stateDir)[4] ?? "";
  return connect({ host, user: "ward", password, database: "ward" }, { short: 6 });
}

/** Reads once the database answers: after a kill it takes a moment to notice, and another to recover. */
export async function readPatiently<Row>(database: PostgresDatabase, text: string): Promise<readonly Row[]> {
  let rows: readonly Row[] = [];
  await until(async () => {
    try {
      rows = await database.query<Row>(text);
      return true;
    } catch (error) {
      if (asWardError(error).code === "database-unavailable") return false;
      throw error;
    }
  }, "the database answers");
  return rows;
}

/** Connects, and answers a promise that the server's death fulfils: after a kill it lives on for a moment, unaware. */
export async function witnessDeath(database: PostgresDatabase): Promise<{ readonly seen: Promise<void> }> {
  const connected = Promise.withResolvers<void>();
  const seen = database
    .lend(async (client) => {
      await client.query("select 1");
      const ended = once(client, "end");
      connected.resolve();
      await ended;
    })
    .catch(() => undefined);
  await Promise.race([connected.promise, seen]);
  return { seen };
}

/** What waits for its next try, or for a worker to look again, is tried now, as if the time had passed. */
export async function hurryRetries(database: PostgresDatabase): Promise<void> {
  await readPatiently(
    database,
    `with orphaned as (
       update runtime.delivery set orphaned_at = now() where orphaned_at > now()
     ), hurried as (
       update graphile_worker._private_jobs set run_at = now() where locked_by is null and run_at > now()
     )
     select pg_notify('jobs:insert', '{"count":8}') from graphile_worker._private_jobs where locked_by is null limit 1`,
  );
}

export function postmasterPid(stateDir: string): number {
  return Number(postmasterFile(stateDir)[0]);
}

function postmasterFile(stateDir: string): readonly string[] {
  return readFileSync(join(stateDir, "postgres", "postmaster.pid"), "utf8").split("\n");
}
