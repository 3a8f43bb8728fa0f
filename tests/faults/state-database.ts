/** A second way into a node's embedded database, as its owner has it: to look, and to hold things up. */
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

export function postmasterPid(stateDir: string): number {
  return Number(postmasterFile(stateDir)[0]);
}

function postmasterFile(stateDir: string): readonly string[] {
  return readFileSync(join(stateDir, "postgres", "postmaster.pid"), "utf8").split("\n");
}
