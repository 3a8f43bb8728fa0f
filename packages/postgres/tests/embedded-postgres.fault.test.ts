import assert from "node:assert/strict";
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, statSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { connect } from "../src/connect.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../src/embedded-postgres.ts";
import { isAlive } from "../src/local-process.ts";

const NODE = fileURLToPath(new URL("database-node.ts", import.meta.url));

let state: string;
let running: { stop(): Promise<void> }[] = [];
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), "ward-embedded-"));
});
afterEach(async () => {
  await Promise.all(running.map(async (server) => await server.stop()));
  running = [];
  await rm(state, { recursive: true, force: true });
});

async function startServer(onLog?: (line: string) => void): Promise<EmbeddedPostgres> {
  const paths = { dataDir: join(state, "data"), socketDir: join(state, "run") };
  const server = await startEmbeddedPostgres({ ...paths, ...(onLog ? { onLog } : {}) });
  running.push(server);
  return server;
}

async function startNode(): Promise<{ child: ChildProcess; line: string; postmaster: number }> {
  const child = spawn(process.execPath, [NODE, state], { stdio: ["ignore", "pipe", "inherit"] });
  assert.ok(child.stdout);
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  return { child, line, postmaster: Number(line.split(" ")[1]) };
}

async function killNode(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await once(child, "exit");
}

async function untilGone(pid: number): Promise<void> {
  while (await isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function countKept(server: EmbeddedPostgres): Promise<number> {
  const database = connect(server.connection);
  const [row] = await database.query<{ count: bigint }>("select count(*) from kept");
  await database.close();
  return Number(row?.count);
}

/** Processes that run on this test's data directory. */
async function countServers(): Promise<number> {
  const listed = await promisify(execFile)("ps", ["-eo", "args="]);
  return listed.stdout.split("\n").filter((line) => line.includes(join(state, "data"))).length;
}

async function postmasterPid(): Promise<number> {
  return Number((await readFile(join(state, "data", "postmaster.pid"), "utf8")).split("\n")[0]);
}

test("keeps its data over a stop, behind a private socket and a password, durably", async () => {
  const first = await startServer();
  const database = connect(first.connection);
  await database.query("create table kept as select 1");
  const [settings] = await database.query<Record<string, string>>(
    `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
            current_setting('full_page_writes') as pages, current_setting('listen_addresses') as addresses,
            current_setting('server_encoding') as encoding`,
  );
  assert.deepEqual({ ...settings }, { fsync: "on", commit: "on", pages: "on", addresses: "", encoding: "UTF8" });
  await database.close();
  await first.stop();
  assert.equal(await first.ended, undefined);
  assert.equal(statSync(join(state, "run")).mode & 0o777, 0o700);
  assert.equal(statSync(join(state, "data")).mode & 0o777, 0o700);
  assert.equal(statSync(join(state, "data.password")).mode & 0o777, 0o600);
  const second = await startServer();
  assert.equal(await countKept(second), 1);
  const stranger = connect({ ...second.connection, password: "wrong" });
  await assert.rejects(stranger.query("select 1"), { code: "28P01" });
  await stranger.close();
});

test("no server outlives a node that was killed, and the next node finds what was committed", async () => {
  const { child, postmaster } = await startNode();
  assert.ok(await isAlive(postmaster));
  await killNode(child);
  await untilGone(postmaster);
  assert.equal(await countKept(await startServer()), 1);
});

test("a node that starts while the killed one's server still stops does not hang", async () => {
  const { child } = await startNode();
  await killNode(child);
  assert.equal(await countKept(await startServer()), 1);
});

test("stops a server that lost its keeper as well as its node", async () => {
  const { child, postmaster } = await startNode();
  const keeper = Number((await readFile(`/proc/${postmaster}/stat`, "utf8")).split(") ")[1]?.split(" ")[1]);
  // The keeper's session holds the shell, its watcher and the server: all but the server are killed.
  const { stdout } = spawn("ps", ["-s", String(keeper), "-o", "pid="], { stdio: ["ignore", "pipe", "inherit"] });
  const pids: number[] = [];
  for await (const line of createInterface({ input: stdout })) pids.push(Number(line));
  for (const pid of pids) {
    const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "");
    if (name.trim() === "sh") process.kill(pid, "SIGKILL");
  }
  await killNode(child);
  assert.ok(await isAlive(postmaster), "the server is an orphan now");
  assert.equal(await countKept(await startServer()), 1);
  assert.ok(!(await isAlive(postmaster)));
});

test("a second node on the same directory is refused and leaves the first one's server alone", async () => {
  const server = await startServer();
  const postmaster = await postmasterPid();
  const { line } = await startNode();
  const { code, detail } = JSON.parse(line) as { code: string; detail: { reason: string } };
  assert.equal(code, "startup-failed");
  assert.match(detail.reason, /another node \(pid \d+\) uses this database/);
  assert.equal(await postmasterPid(), postmaster);
  await connect(server.connection).query("select 1");
});

test("a server that was killed comes back with what was committed", async () => {
  const server = await startServer();
  const database = connect(server.connection);
  await database.query("create table kept as select 1");
  process.kill(await postmasterPid(), "SIGKILL");
  let rows: readonly unknown[] | undefined;
  while (!rows) {
    rows = await database.query("select * from kept").catch((error: { code: string }) => {
      assert.equal(error.code, "database-unavailable");
      return undefined;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.equal(rows.length, 1);
  await database.close();
});

test("a server that is killed while it starts again is started once more, until it died too often", async () => {
  const server = await startServer();
  const killed = new Set<number>();
  let failure: unknown;
  void server.ended.then((reason) => (failure = reason));
  while (failure === undefined) {
    const pid = await postmasterPid().catch(() => 0);
    if (pid > 1 && !killed.has(pid) && (await isAlive(pid))) {
      try {
        process.kill(pid, "SIGKILL");
        killed.add(pid);
      } catch (error) {
        // It may end between the look and the signal.
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.ok(killed.size >= 5, `${killed.size} servers were started`);
  assert.equal(await countServers(), 0);
  assert.deepEqual(readdirSync(join(state, "run")), [], "no dead socket is left");
});

test("a stale postmaster.pid with a stranger's pid in it neither stops the start nor the stranger", async () => {
  await (await startServer()).stop();
  const stranger = spawn("sleep", ["60"]);
  await writeFile(join(state, "data", "postmaster.pid"), `${stranger.pid}\n${join(state, "data")}\n1\n5432\n\n\n`);
  await startServer();
  assert.equal(stranger.exitCode, null);
  assert.equal(stranger.signalCode, null);
  stranger.kill();
});

for (const torn of ["data/postmaster.pid", "run/.s.PGSQL.5432.lock"]) {
  test(`starts over ${torn} that a killed server had made but not written`, async () => {
    const first = await startServer();
    const database = connect(first.connection);
    await database.query("create table kept as select 1");
    await database.close();
    await first.stop();
    await writeFile(join(state, torn), "");
    assert.equal(await countKept(await startServer()), 1);
  });
}

test("refuses a directory of a newer PostgreSQL and one of an older", async () => {
  await (await startServer()).stop();
  await writeFile(join(state, "data", "PG_VERSION"), "99\n");
  await assert.rejects(startServer(), { code: "database-too-new" });
  await writeFile(join(state, "data", "PG_VERSION"), "14\n");
  await assert.rejects(startServer(), (error: { code: string; detail: { reason: string } }) => {
    assert.equal(error.code, "startup-failed");
    assert.match(error.detail.reason, /PostgreSQL 14/);
    return true;
  });
  assert.ok(!existsSync(join(state, "data.owner")), "a refused start gives the directory free");
});

test("an initdb that was killed half-way leaves nothing that a later start would take for a database", async () => {
  await startServer().then(async (server) => await server.stop());
  await rm(join(state, "data"), { recursive: true });
  await mkdir(join(state, "data.making", "base"), { recursive: true });
  await startServer();
  assert.ok(!existsSync(join(state, "data.making")));
});

test("says in one line that a file is in the way", async () => {
  await writeFile(join(state, "file"), "");
  await assert.rejects(
    startEmbeddedPostgres({ dataDir: join(state, "file", "data"), socketDir: join(state, "run") }),
    (error: { code: string; detail: { reason: string } }) => {
      assert.equal(error.code, "startup-failed");
      assert.match(error.detail.reason, /a file is in the way/);
      return true;
    },
  );
});

test("a socket directory with too long a path is replaced by a short one of its own", async () => {
  const socketDir = join(state, "x".repeat(60), "y".repeat(60));
  const server = await startEmbeddedPostgres({ dataDir: join(state, "data"), socketDir });
  running.push(server);
  assert.ok(server.connection.host.length < 60);
  assert.equal(statSync(server.connection.host).mode & 0o777, 0o700);
  await rm(server.connection.host, { recursive: true }).catch(() => undefined);
});

test("the server's log quotes no value of a failing statement", async () => {
  const lines: string[] = [];
  const server = await startServer((line) => lines.push(line));
  const database = connect(server.connection);
  await database.query("create table canary (name text primary key, age integer)");
  await database.query("insert into canary values ('Zebediah-Canary', 1)");
  for (const statement of [
    "insert into canary values ('Zebediah-Canary', 1)",
    "select 'Zebediah-Canary'::integer",
    'select 1 from "Zebediah-Canary"',
    "do $$ begin raise warning 'Zebediah-Canary'; raise exception 'Zebediah-Canary'; end $$",
  ]) {
    await assert.rejects(database.query(statement), (error: Error) => {
      assert.doesNotMatch(`${error.message} ${JSON.stringify(error)} ${String(error.stack)}`, /Canary/);
      return true;
    });
  }
  await database.close();
  await server.stop();
  assert.ok(lines.length > 0);
  assert.doesNotMatch(lines.join("\n"), /Canary/);
});
