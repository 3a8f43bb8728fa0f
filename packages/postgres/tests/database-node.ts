/** A node with nothing but its database, to be killed. argv: state directory. Prints `ready <postmaster pid>`, or the failure as JSON. */
import { readFileSync } from "node:fs";
import type { WardError } from "@ward/core";
import { connect } from "../src/connect.ts";
import { startEmbeddedPostgres } from "../src/embedded-postgres.ts";

const [state = ""] = process.argv.slice(2);
try {
  const server = await startEmbeddedPostgres({ dataDir: `${state}/data`, socketDir: `${state}/run` });
  const database = connect(server.connection);
  await database.query("create table if not exists kept (number integer)");
  await database.query("insert into kept values (1)");
  console.log("ready", readFileSync(`${state}/data/postmaster.pid`, "utf8").split("\n")[0]);
  setInterval(() => undefined, 1_000);
} catch (error) {
  const { code, detail } = error as WardError;
  console.log(JSON.stringify({ code, detail }));
  process.exitCode = 1;
}
