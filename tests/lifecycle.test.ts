import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { openState } from "@ward/platform";
import { createLaboratory, sendOnce } from "./faults/laboratory.ts";
import { openDatabase, postmasterPid } from "./faults/state-database.ts";
import { holdAt, installSteps, STEPS } from "./faults/steps.ts";
import { allProcesses, descendants, isRunning, killIfThere, until } from "./processes.ts";
import { CLI, startWard, wardCommand, type WardProcess } from "./ward-process.ts";

const nextMessage = createLaboratory("LIFELAB");

const SYSTEM_TEMPORARY = tmpdir();
/** Each test's own: everything that a node puts into the system's temporary folder is in `temporary`. */
let home: string;
let stateDir: string;
let temporary: string;
let seen: Set<number>;
beforeEach(() => {
  // Short, because sockets are below it.
  home = mkdtempSync(join(SYSTEM_TEMPORARY, "wl-"));
  stateDir = join(home, "state");
  temporary = mkdtempSync(join(home, "t-"));
  process.env["TMPDIR"] = temporary;
  seen = new Set();
});
afterEach(() => {
  for (const pid of seen) if (isRunning(pid)) killIfThere(pid);
  rmSync(home, { recursive: true, force: true });
});

async function start(): Promise<WardProcess> {
  const ward = await startWard({ stateDir });
  remember(ward.pid);
  return ward;
}

/** Everything that runs below a process now, and must not outlive it. */
function remember(pid: number): void {
  seen.add(pid);
  for (const each of descendants(pid)) seen.add(each.pid);
}

async function assertAccepted(ward: WardProcess): Promise<void> {
  const answer = await sendOnce(ward, nextMessage());
  assert.equal(answer, "AA", JSON.stringify(ward.events.slice(-5)));
}

async function untilNothingRuns(): Promise<void> {
  await until(() => leftovers().length === 0, `nothing runs: ${JSON.stringify(leftovers())}`, 20_000).catch(() => {
    assert.deepEqual(leftovers(), []);
  });
}

function leftovers(): readonly { readonly pid: number; readonly command: string }[] {
  return allProcesses()
    .filter(({ pid, command }) => pid !== process.pid && (seen.has(pid) || command.includes(home)))
    .map(({ pid, command }) => ({ pid, command }));
}

/** Paths below a folder, without the folders themselves. */
function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ name }) => name);
}

describe("a node that is started again", () => {
  it("finds its data, its keys, its certificates and its ledger", async () => {
    const message = nextMessage();
    const first = await start();
    assert.equal(await sendOnce(first, message), "AA");
    const ca = readFileSync(join(stateDir, "tls", "ca.pem"));
    assert.deepEqual(await first.end("SIGTERM"), { code: 0, signal: null });
    const second = await start();
    assert.equal(await sendOnce(second, message), "AA");
    assert.equal(second.events.find(({ kind }) => kind === "message")?.["duplicate"], true);
    assert.deepEqual(readFileSync(join(stateDir, "tls", "ca.pem")), ca);
    const state = await openState({ stateDir });
    const verdict = await state.verifyLedger();
    assert.ok(verdict.ok && verdict.entries > 10, JSON.stringify(verdict));
    await state.close();
    await second.end("SIGTERM");
  });
});

describe("a node that ends", () => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    it(`leaves no process, no socket and no folder after ${signal}`, async () => {
      const ward = await start();
      await assertAccepted(ward);
      remember(ward.pid);
      assert.ok(seen.size >= 8, "PostgreSQL, functions and their keepers ran");
      assert.ok(readdirSync(temporary).length > 0, "its sockets were here");
      assert.deepEqual(await ward.end(signal), { code: 0, signal: null });
      // Not later: who waits for the node may start the next one at once.
      assert.deepEqual(leftovers(), []);
      assert.deepEqual(readdirSync(temporary), []);
    });
  }

  it("finishes a message that is in work, and answers it", async () => {
    const ward = await start();
    const database = openDatabase(stateDir);
    await installSteps(database);
    const step = STEPS.find(({ atCommit }) => atCommit);
    assert.ok(step);
    const hold = await holdAt(database, step);
    const answer = sendOnce(ward, nextMessage());
    await hold.reached();
    const ended = ward.end("SIGTERM");
    await until(() => ward.stderr().includes("Stopping"), "the node stops");
    await hold.letGo();
    await database.close();
    assert.equal(await answer, "AA");
    assert.deepEqual(await ended, { code: 0, signal: null });
    assert.deepEqual(leftovers(), []);
  });

  it("leaves no process when it is killed with -9, and the next one clears up", async () => {
    const ward = await start();
    await assertAccepted(ward);
    remember(ward.pid);
    await ward.end("SIGKILL");
    await untilNothingRuns();
    await until(() => filesBelow(temporary).every((name) => name === "admin.sock"), "nobody's sockets are gone");
    await (await start()).end("SIGTERM");
    assert.deepEqual(readdirSync(temporary), []);
  });
});

describe("a node whose PostgreSQL keeps dying", () => {
  it("gives up, says why in one line, and leaves no process", async () => {
    const ward = await start();
    const postmasters = new Set<number>();
    while (ward.isRunning()) {
      const pid = readPostmaster();
      if (pid !== undefined && isRunning(pid)) {
        remember(ward.pid);
        postmasters.add(pid);
        killIfThere(pid);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.ok(postmasters.size > 3, "it was started again some times");
    const { code } = await ward.exited;
    const lines = ward
      .stderr()
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("Port 8090"));
    assertOneLine({ code, lines }, /PostgreSQL keeps dying|The database cannot be reached/);
    await untilNothingRuns();
    assert.deepEqual(filesBelow(temporary), []);
  });

  function readPostmaster(): number | undefined {
    try {
      return postmasterPid(stateDir);
    } catch {
      return undefined;
    }
  }
});

/** Programs that start a node and are killed with -9, so that they can pass nothing on. */
const older = ["/usr/bin/node", "/usr/local/bin/node"].find((path) =>
  /^v2[0-3]\./.test(spawnSync(path, ["--version"], { encoding: "utf8" }).stdout ?? ""),
);
const PARENTS = [
  {
    name: "npm",
    skip: false,
    command: () => {
      const manifest = { name: "clinic", scripts: { start: wardCommand({ stateDir }).join(" ") } };
      writeFileSync(join(home, "package.json"), JSON.stringify(manifest));
      return ["npm", "start", "--silent"];
    },
  },
  {
    name: "the ward command under an older Node",
    skip: older === undefined && "this machine has no Node 20 to 23",
    command: () => [older ?? "", CLI.replace("main.ts", "ward.mjs"), ...wardCommand({ stateDir }).slice(2)],
  },
];

describe("a node whose parent is killed with -9", () => {
  for (const { name, skip, command } of PARENTS) {
    it(`notices that ${name} is gone, and leaves no process`, { skip }, async () => {
      const [file = "", ...args] = command();
      const parent = spawn(file, args, {
        cwd: home,
        stdio: ["ignore", "pipe", "ignore"],
      });
      for await (const line of createInterface({ input: parent.stdout })) {
        if ((JSON.parse(line) as { kind: string }).kind === "started") break;
      }
      remember(parent.pid ?? -1);
      assert.ok(seen.size >= 8, "the node runs below it");
      parent.kill("SIGKILL");
      await untilNothingRuns();
      assert.deepEqual(
        readdirSync(temporary).filter((entry) => entry.startsWith("ward-")),
        [],
      );
    });
  }
});

interface Failed {
  readonly code: number | null;
  /** What stderr said, line by line. */
  readonly lines: readonly string[];
}

/** A start that is expected to fail. Leaves no process and no socket, whatever was in the way. */
async function startInVain(flags?: readonly string[], wrap: readonly string[] = []): Promise<Failed> {
  const before = filesBelow(temporary).length;
  const [file = "", ...args] = [...wrap, ...wardCommand({ stateDir, ...(flags ? { flags } : {}) })];
  const child = spawn(file, args, {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  assert.equal(filesBelow(temporary).length, before, "it leaves no socket");
  // Where another program has the example's port for text messages, that is said too.
  return { code, lines: said.split("\n").filter((line) => line !== "" && !line.startsWith("Port 8090")) };
}

function assertOneLine({ code, lines }: Failed, expected: RegExp): void {
  assert.equal(lines.length, 1, lines.join("\n"));
  const { error } = JSON.parse(lines[0] ?? "") as { error: { code: string; message: string } };
  assert.match(error.message, expected);
  assert.doesNotMatch(error.message, /\n/);
  assert.equal(code, 2);
}

describe("a node that cannot start says why in one line, ends with 2 and leaves nothing", () => {
  for (const [door, flagsFor] of [
    ["HTTPS", (port: string) => ["--port", port, "--mllp-port", "0"]],
    ["MLLP", (port: string) => ["--port", "0", "--mllp-port", port]],
  ] as const) {
    it(`when the port for ${door} is taken`, async () => {
      const other = createServer().listen(0, "127.0.0.1");
      await once(other, "listening");
      const { port } = other.address() as AddressInfo;
      const failed = await startInVain(flagsFor(String(port)));
      other.close();
      assertOneLine(failed, new RegExp(`^Port ${port} is taken\\. Stop the other program or pass --`));
      assert.deepEqual(leftovers(), []);
    });
  }

  it("when another node runs on the state folder, which it leaves alone", async () => {
    const ward = await start();
    const failed = await startInVain();
    assertOneLine(failed, new RegExp(`already running on this state folder \\(process ${ward.pid}\\)`));
    await assertAccepted(ward);
    assert.deepEqual(await ward.end("SIGTERM"), { code: 0, signal: null });
  });

  it("when another node starts on the state folder at the same moment", async () => {
    const results = await Promise.allSettled([start(), start()]);
    const [winner] = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    const [loser] = results.flatMap((result) => (result.status === "rejected" ? [String(result.reason)] : []));
    assert.ok(winner, `one of them runs: ${loser}`);
    assert.match(loser ?? "both run", /another node|already running/i);
    await assertAccepted(winner);
    await winner.end("SIGTERM");
    assert.deepEqual(leftovers(), []);
  });

  it("when the database was written by a newer version", async () => {
    const ward = await start();
    const database = openDatabase(stateDir);
    await database.query("insert into ward.migration (number, name, checksum) values (9999, '9999-future', 'x')");
    await database.close();
    await ward.end("SIGTERM");
    assertOneLine(await startInVain(), /^The database was written by a newer version of Ward\. Update Ward/);
    assert.deepEqual(leftovers(), []);
  });

  for (const [major, expected] of [
    ["99", /newer/],
    ["15", /PostgreSQL 15; this Ward brings \d+: dump it and restore/],
  ] as const) {
    it(`when the data directory is PostgreSQL ${major}'s`, async () => {
      cpSync(await madeState(), stateDir, { recursive: true });
      writeFileSync(join(stateDir, "postgres", "PG_VERSION"), `${major}\n`);
      assertOneLine(await startInVain(), expected);
      assert.deepEqual(leftovers(), []);
      assert.equal(readFileSync(join(stateDir, "postgres", "PG_VERSION"), "utf8"), `${major}\n`, "it is left alone");
    });
  }

  it("when the state folder may not be made", async () => {
    writeFileSync(stateDir, "a file is in the way");
    assertOneLine(await startInVain(), /can't be written|in the way|could not|not a directory/i);
  });

  it("when the app is not there", async () => {
    const { code, lines } = await startInVain(["--port", "0", "--mllp-port", "0", "--app", join(home, "nowhere")]);
    assert.equal(code, 2);
    assert.equal(lines.length, 1, lines.join("\n"));
    assert.deepEqual(leftovers(), []);
  });
});

/** Mounts a small disk at the state folder, runs a command with it, and takes it away with the command. */
const MOUNT = process.getuid?.() === 0 ? ["unshare", "--mount"] : ["unshare", "--user", "--map-root-user", "--mount"];
const [unshare = "", ...unshareFlags] = MOUNT;
const canMount =
  spawnSync(unshare, [...unshareFlags, "sh", "-c", 'd=$(mktemp -d); mount -t tmpfs none "$d"'], { stdio: "ignore" })
    .status === 0;

describe("a full disk", { skip: !canMount && "no disk can be mounted here (unshare --mount)" }, () => {
  const onDisk = (sizeMb: number, prepare: string): readonly string[] => [
    ...MOUNT,
    "sh",
    "-c",
    `mkdir -p "$0" && mount -t tmpfs -o size=${sizeMb}m,mode=0700 none "$0" && ${prepare} && shift 0 && exec "$@"`,
    stateDir,
  ];
  const fill = 'dd if=/dev/zero of="$0/filler" bs=4k status=none 2>/dev/null; true';

  for (const [what, sizeMb] of [
    ["before anything is written", 0],
    ["while the database is made", 16],
    ["while the database starts", 44],
  ] as const) {
    it(`${what} is said in one line`, async () => {
      const wrap = sizeMb === 0 ? onDisk(1, fill) : onDisk(sizeMb, "true");
      assertOneLine(await startInVain(undefined, wrap), /^The disk is full.*Free some space/);
      assert.deepEqual(leftovers(), []);
    });
  }

  it("that holds a node's data is said in one line, and the data is found when there is space again", async () => {
    const made = await madeState();
    const copied = `cp -a "${made}/." "$0/"`;
    const failed = await startInVain(undefined, onDisk(120, `${copied} && { ${fill}; }`));
    assertOneLine(failed, /^The disk is full.*Free some space/);
    assert.deepEqual(leftovers(), []);
  });
});

/** The state folder of a node that ran and ended, made once: to be copied, not used. */
let made: Promise<string> | undefined;
let makings: string;
before(() => {
  makings = mkdtempSync(join(SYSTEM_TEMPORARY, "wl-made-"));
});
after(() => rmSync(makings, { recursive: true, force: true }));

function madeState(): Promise<string> {
  made ??= (async () => {
    const folder = join(makings, "state");
    const ward = await startWard({ stateDir: folder });
    await ward.end("SIGTERM");
    assert.ok(existsSync(join(folder, "postgres", "PG_VERSION")));
    return folder;
  })();
  return made;
}
