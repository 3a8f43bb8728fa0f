/**
 * The embedded server's data directory: made in one step (initdb beside it, then a rename, so that a kill in the
 * middle leaves no half), owned by one live node at a time, and never opened by another PostgreSQL major.
 */
import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, link, mkdir, readFile, readlink, realpath, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { WardError } from "@ward/core";
import { isAlive, startOf } from "./local-process.ts";
import type { ServerBinaries } from "./server-binaries.ts";
import { type ServerIdentity, yieldPath } from "./server-identity.ts";
import { serverEnvironment } from "./server-process.ts";

const run = promisify(execFile);

export const SUPERUSER = "ward";
export const DATABASE = "ward";
/** A server that was killed says nothing. */
export const NO_COMPLAINT = "PostgreSQL ended without a word";

/** Marks the directory as this process's own. Throws where a live node has it; a dead one's mark is replaced. */
export async function claimDirectory(dataDir: string): Promise<() => Promise<void>> {
  const mark = `${dataDir}.owner`;
  const draft = `${mark}.${process.pid}-${randomBytes(4).toString("hex")}`;
  await mkdir(dirname(dataDir), { recursive: true, mode: 0o700 });
  await writeFile(draft, `${process.pid} ${(await startOf(process.pid)) ?? "-"}\n`, { mode: 0o600 });
  try {
    for (;;) {
      // link() fails where the name exists, so a mark is either absent or whole.
      const claimed = await link(draft, mark).then(
        () => true,
        (error: NodeJS.ErrnoException) => {
          if (error.code === "EEXIST") return false;
          throw error;
        },
      );
      if (claimed) return async () => await rm(mark, { force: true });
      const [pid, start] = (await readFile(mark, "utf8").catch(() => "")).trim().split(" ");
      if (pid && (await isAlive(Number(pid), start === "-" ? undefined : start))) {
        throw new WardError("startup-failed", {
          reason: `another node (pid ${pid}) uses this database`,
          path: dataDir,
        });
      }
      await rm(mark, { force: true });
    }
  } finally {
    await rm(draft, { force: true });
  }
}

/** Stops a server that a killed node left behind, so that this node's server can open the directory. */
export async function stopOrphan(dataDir: string, patienceMs = 15_000): Promise<void> {
  const lines = (await readFile(`${dataDir}/postmaster.pid`, "utf8").catch(() => "")).split("\n");
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 1 || !(await isAlive(pid))) return;
  const directory = await workingDirectory(pid);
  // Where the machine does not tell whose process it is, nothing is signalled and PostgreSQL decides.
  if (directory === undefined) return;
  if (directory !== (await realpath(dataDir))) {
    // The kernel gave the pid to a stranger, and PostgreSQL would wait for it. With a pid that no process has in its
    // place, PostgreSQL still looks at the file's next lines, whether a killed server's children use the memory.
    await writeFile(`${dataDir}/postmaster.pid`, [NO_PID, ...lines.slice(1)].join("\n"));
    return;
  }
  const signals = ["SIGINT", "SIGQUIT"] as const;
  for (const signal of signals) {
    signalProcess(pid, signal);
    const deadline = Date.now() + patienceMs / signals.length;
    while (Date.now() < deadline) {
      if (!(await isAlive(pid))) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new WardError("startup-failed", {
    reason: `a PostgreSQL left behind (pid ${pid}) does not stop`,
    path: dataDir,
  });
}

/** Makes the data directory where there is none, and answers the password of its superuser. */
export async function prepareDirectory(options: {
  readonly dataDir: string;
  readonly binaries: ServerBinaries;
  readonly identity: ServerIdentity;
  readonly onLog: (line: string) => void;
  /** Only for throw-away test servers: no fsync, small WAL. */
  readonly throwAway?: boolean;
}): Promise<string> {
  const { dataDir, binaries, identity } = options;
  if (existsSync(`${dataDir}/PG_VERSION`)) {
    await checkVersion(dataDir, binaries);
    return (await readFile(`${dataDir}.password`, "utf8")).trim();
  }
  const password = await keepPassword(`${dataDir}.password`);
  const draft = `${dataDir}.making`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await yieldPath(identity, draft);
  await yieldAncestors(identity, dirname(dataDir));
  const passwordFile = `${draft}.password`;
  await writeFile(passwordFile, password, { mode: 0o600 });
  await yieldPath(identity, passwordFile);
  try {
    await initialise(draft, passwordFile, options);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (error instanceof WardError) throw error;
    throw new WardError("startup-failed", {
      reason: explainComplaint(String((error as { stderr?: string }).stderr ?? "")),
      path: dataDir,
    });
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rm(dataDir, { recursive: true, force: true });
  await rename(draft, dataDir);
  return password;
}

/** One line for the person who starts the node, from the last lines that initdb or the server said. */
export function explainComplaint(said: string): string {
  // The first cause is often said before the last consequence.
  if (/No space left|free disk space|disk quota/i.test(said)) return "the disk that holds the database is full";
  if (/Permission denied/i.test(said)) return "the database's files may not be read or written by this user";
  if (/Read-only file system/i.test(said)) return "the database is on a read-only file system";
  if (/could not (create|map|open).*shared memory/i.test(said))
    return "there is not enough shared memory for PostgreSQL";
  // What a server says to those who ask too early or too late is no reason of its own.
  const lines = said
    .split("\n")
    .filter(
      (line) => line.trim() !== "" && !/FATAL: +(the database system is|terminating connection due to) /.test(line),
    );
  const complaint =
    lines.findLast((line) => /(error|FATAL|PANIC|ERROR|could not)/.test(line)) ??
    // What a server logs in passing is no reason, nor is what the shell says of one that was killed.
    lines.findLast((line) => !/\bLOG:|\bKilled\b/.test(line));
  return complaint?.replace(/^.*?(FATAL|PANIC|error|ERROR):\s*/, "").slice(0, 200) ?? NO_COMPLAINT;
}

async function initialise(
  draft: string,
  passwordFile: string,
  options: Parameters<typeof prepareDirectory>[0],
): Promise<void> {
  const { binaries, identity, throwAway } = options;
  const [command = binaries.initdb, ...args] = [
    ...identity.prefix,
    binaries.initdb,
    `--pgdata=${draft}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    "--auth-local=scram-sha-256",
    "--auth-host=reject",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
    ...(throwAway ? ["--no-sync", "--wal-segsize=1"] : []),
  ];
  const settings = { env: serverEnvironment(), cwd: "/", ...identity.account };
  await run(command, args, settings);
  await runSingle([...identity.prefix, binaries.postgres, "--single", "-D", draft, "postgres"], settings);
  await chmod(draft, 0o700);
}

/** The server's single-user mode makes Ward's database while nobody can connect yet. */
async function runSingle(command: readonly string[], settings: object): Promise<void> {
  const [file = "", ...args] = command;
  await new Promise<void>((resolve, reject) => {
    const child = spawn(file, args, { ...settings, stdio: ["pipe", "ignore", "pipe"] });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (said += chunk));
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0 && !/(ERROR|FATAL|PANIC):/.test(said)) resolve();
      else reject(Object.assign(new Error("single-user mode failed"), { stderr: said }));
    });
    child.stdin.on("error", () => undefined);
    child.stdin.end(`create database ${DATABASE}\n`);
  });
}

async function checkVersion(dataDir: string, binaries: ServerBinaries): Promise<void> {
  const found = (await readFile(`${dataDir}/PG_VERSION`, "utf8")).trim();
  if (found === binaries.major) return;
  if (Number(found) > Number(binaries.major)) {
    throw new WardError("database-too-new", { postgres: found, supported: binaries.major, path: dataDir });
  }
  throw new WardError("startup-failed", {
    reason: `the database was written by PostgreSQL ${found}; this Ward brings ${binaries.major}: dump it and restore`,
    path: dataDir,
  });
}

async function keepPassword(path: string): Promise<string> {
  const kept = (await readFile(path, "utf8").catch(() => "")).trim();
  if (kept) return kept;
  const password = randomBytes(24).toString("base64url");
  await writeFile(path, `${password}\n`, { mode: 0o600 });
  return password;
}

/** The account needs to pass through the directory above, which Ward made for itself alone. */
async function yieldAncestors(identity: ServerIdentity, directory: string): Promise<void> {
  if (identity.account) await chmod(directory, 0o711);
}

/** Higher than any kernel gives out. */
const NO_PID = 2_147_483_646;

/** A postmaster works in its data directory; another process that got the same pid does not. */
async function workingDirectory(pid: number): Promise<string | undefined> {
  const linked = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  if (linked !== undefined) return linked;
  const said = await run("lsof", ["-a", "-p", String(pid), "-d", "cwd", "-Fn"]).catch(() => undefined);
  return said?.stdout.match(/^n(.*)$/m)?.[1];
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It went in between.
  }
}
