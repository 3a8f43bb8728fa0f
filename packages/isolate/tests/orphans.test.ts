/** No process outlives the node, and no directory, whichever process of the chain is killed first. */
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { FunctionRelease } from "@ward/runtime";
import { bundleOf, openHost, RecordingOutbound, releaseOf, requestOf } from "./fixtures.ts";
import { descendants, isRunning, until } from "./processes.ts";

const skip = process.platform !== "linux" && "processes are found through procfs";
const NODE = fileURLToPath(new URL("./node-under-test.ts", import.meta.url));

let directory: string;
let waiting: FunctionRelease;
before(async () => {
  waiting = releaseOf(await bundleOf({ handle: "await new Promise((resolve) => setTimeout(resolve, 600_000));" }));
  directory = mkdtempSync(join(tmpdir(), "t-"));
});
after(() => rmSync(directory, { recursive: true, force: true }));

async function startNode(): Promise<{ readonly node: ChildProcess; readonly pids: readonly number[] }> {
  const node = spawn(process.execPath, [NODE, directory], { stdio: ["ignore", "pipe", "inherit"] });
  const line = await new Promise<string>((resolve) =>
    node.stdout.once("data", (data: Buffer) => resolve(String(data))),
  );
  return { node, pids: JSON.parse(line) as number[] };
}

function runDirectories(): readonly string[] {
  return readdirSync(directory).filter((name) => name.startsWith("ward-run-"));
}

test(
  "kill -9 of the node takes the spinning instance, the spare, the reaper and the sockets with it",
  { skip },
  async () => {
    const { node, pids } = await startNode();
    assert.ok(pids.length >= 3, "a reaper, an instance and a spare run");
    assert.equal(runDirectories().length, 1);
    node.kill("SIGKILL");
    await until(() => !pids.some(isRunning), "all processes of the node are gone");
    await until(() => runDirectories().length === 0, "its sockets are gone");
  },
);

test(
  "kill -9 of the reaper and then of the node still leaves no process, and the next node clears up",
  { skip },
  async (t) => {
    const { node, pids } = await startNode();
    const reaper = pids.find((pid) => isReaper(pid));
    assert.ok(reaper);
    // Both before the node can start another reaper: it is stopped, and then it is dead.
    node.kill("SIGSTOP");
    process.kill(reaper, "SIGKILL");
    node.kill("SIGKILL");
    await until(() => !pids.some(isRunning), "the kernel ended all processes of the node");
    const host = await openHost({ parentDirectory: directory });
    t.after(() => host.close());
    assert.equal(runDirectories().length, 1, "the dead node's directory is gone, the new one's is there");
    await host.close();
    assert.equal(runDirectories().length, 0);
  },
);

test("closing while a start is under way leaves no process and no directory", { skip }, async () => {
  const host = await openHost({ parentDirectory: directory });
  const known = new Set(descendants(process.pid).map(({ pid }) => pid));
  const starts = Array.from({ length: 3 }, () => host.start(waiting, new RecordingOutbound()).catch(() => undefined));
  await host.close();
  for (const start of starts) await (await start)?.exited;
  const left = descendants(process.pid).filter(({ pid, state }) => !known.has(pid) && state !== "Z");
  assert.deepEqual(left, []);
  assert.deepEqual(runDirectories(), []);
});

test("each process of an instance's chain takes the whole instance with it", { skip }, async (t) => {
  const host = await openHost({ parentDirectory: directory, spareSlots: 0 });
  t.after(() => host.close());
  // esbuild's own process, the reaper and the like.
  const known = new Set(descendants(process.pid).map(({ pid }) => pid));
  for (let link = 0; ; link += 1) {
    const instance = await host.start(waiting, new RecordingOutbound());
    const chain = descendants(process.pid)
      .filter(({ pid }) => !known.has(pid))
      .map(({ pid }) => pid);
    const victim = chain[link];
    if (victim === undefined) {
      assert.ok(link >= 1, "there was a process to kill");
      break;
    }
    const call = assert.rejects(instance.invoke(requestOf()), { code: "function-unavailable" });
    process.kill(victim, "SIGKILL");
    assert.equal(await instance.exited, "crashed");
    await call;
    await until(() => !chain.some(isRunning), "the chain is gone");
    assert.deepEqual(
      descendants(process.pid).filter(({ pid, state }) => chain.includes(pid) && state === "Z"),
      [],
    );
  }
  await host.close();
});

test("starts another reaper when somebody kills it", { skip }, async (t) => {
  const host = await openHost({ parentDirectory: directory });
  t.after(() => host.close());
  const reapers = (): readonly number[] =>
    descendants(process.pid)
      .map(({ pid }) => pid)
      .filter(isReaper);
  const [first] = reapers();
  assert.ok(first);
  process.kill(first, "SIGKILL");
  await until(() => reapers().some((pid) => pid !== first), "another reaper runs");
  await host.close();
  assert.deepEqual(reapers(), []);
});

test("a spare that somebody killed is not given to a release", { skip }, async (t) => {
  const host = await openHost({ parentDirectory: directory, spareSlots: 1 });
  t.after(() => host.close());
  const instance = await host.start(waiting, new RecordingOutbound());
  const chain = (pid: number): readonly number[] => [pid, ...descendants(pid).map((each) => each.pid)];
  const spares = (): readonly number[] =>
    descendants(process.pid)
      .map(({ pid }) => pid)
      .filter((pid) => commandOf(pid).includes("confine.sh") && !chain(pid).includes(instance.pid));
  await until(() => spares().length > 0, "a spare waits");
  for (const pid of spares()) process.kill(pid, "SIGKILL");
  const next = await host.start(waiting, new RecordingOutbound());
  assert.ok(isRunning(next.pid));
  assert.ok(isRunning(instance.pid), "the other instance is not concerned");
  await host.close();
});

function isReaper(pid: number): boolean {
  return commandOf(pid).includes("reaper.sh");
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
