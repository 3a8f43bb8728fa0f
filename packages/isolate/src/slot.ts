/**
 * A slot: confinement made beforehand, waiting for a release. Making namespaces and mounts takes most of a cold start,
 * so it happens before anybody waits: a shell inside the namespaces (confine.sh) waits for one line and then becomes
 * workerd. A slot serves one release, once; no two releases ever share namespaces, uid or directory.
 *
 * The in-socket is opened here and inherited as descriptor 3, so that the instance needs no writable directory and a
 * call made before workerd listens simply waits in the backlog.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { assert, WardError } from "@ward/core";
import type { Confinement } from "@ward/runtime";
import { BARE_ENVIRONMENT, findProgram, type RootFile } from "./engine.ts";
import type { Reaper } from "./reaper.ts";

const SCRIPT = fileURLToPath(new URL("./confine.sh", import.meta.url));
const READY_TIMEOUT_MS = 10_000;
const DIAGNOSIS_MAX_CHARS = 500;

/** What all slots of a node have in common. */
export interface SlotPlan {
  readonly mode: Confinement["mode"];
  readonly engine: string;
  readonly files: readonly RootFile[];
  readonly umountLibraries: readonly string[];
  readonly runDirectory: string;
  /** Descriptors that the node itself inherited without close-on-exec, and one of /dev/null to put in their place. */
  readonly inherited: readonly number[];
  readonly devNull: number;
  readonly reaper: Reaper;
}

export interface Slot {
  /** Holds `config` and `out.sock`; all that the instance shares with the host. */
  readonly directory: string;
  readonly inSocket: string;
  /** The process that the node spawned; the last of the chain to end. */
  readonly child: ChildProcess;
  /** The process that becomes workerd. */
  readonly pid: number;
  /** Lets the shell become workerd. `dataMb`: the limit of private writable memory, reservations included. */
  go(dataMb: number | undefined): void;
  /** Whether the shell was still there to hear it. */
  hasGone(): boolean;
  /** Ends everything in the slot; `released` follows. */
  kill(): void;
  /** Resolves when all processes are reaped and the directory is gone: how the engine ended. */
  readonly released: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

/** Throws `function-unavailable` with the first line of what the script said. */
export async function prepareSlot(plan: SlotPlan, serial: number): Promise<Slot> {
  const directory = join(plan.runDirectory, "slots", String(serial));
  const inSocket = `${directory}.sock`;
  mkdirSync(directory, { mode: 0o755 });
  writeFileSync(`${directory}.mounts`, mountTable(plan, directory));
  const listener = await listenAndKeep(inSocket);
  const child = spawnSlot(plan, serial, directory, listener);
  listener.close();
  const released = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    const release = (code: number | null, signal: NodeJS.Signals | null): void => {
      for (const path of [directory, inSocket, `${directory}.mounts`]) rmSync(path, { recursive: true, force: true });
      resolve({ code, signal });
    };
    // Not "exit": what the engine said last must have been read, since it tells why it ended.
    child.once("close", release);
    child.once("error", () => release(null, null));
  });
  const pid = await readyPid(child, plan.mode);
  let hasGone = false;
  child.stdout?.once("data", () => (hasGone = true));
  const watched = [...new Set([pid, child.pid].filter((each) => each !== undefined))];
  for (const each of watched) plan.reaper.watch(each);
  void released.then(() => watched.forEach((each) => plan.reaper.forget(each)));
  return {
    directory,
    inSocket,
    child,
    pid,
    released,
    go: (dataMb) => child.stdin?.end(`${dataMb === undefined ? "unlimited" : dataMb * 1024}\n`),
    hasGone: () => hasGone,
    kill: () => killChain(child, pid),
  };
}

function spawnSlot(plan: SlotPlan, serial: number, directory: string, listener: Server): ChildProcess {
  const parameters = [
    plan.mode,
    plan.engine,
    join(plan.runDirectory, "root"),
    directory,
    `${directory}.mounts`,
    join(plan.runDirectory, "ca.pem"),
    String(instanceUid(serial)),
    plan.umountLibraries.join(":"),
  ];
  const [program, ...before] = namespaceCommand(plan.mode);
  assert(program, "there is always a shell to start");
  const stdio: (number | "pipe" | "ignore")[] = ["pipe", "pipe", "pipe", descriptorOf(listener)];
  for (const fd of plan.inherited) {
    while (stdio.length < fd) stdio.push("ignore");
    stdio[fd] ??= plan.devNull;
  }
  // detached: Ctrl-C in a terminal reaches the node, which then stops its instances in order.
  const child = spawn(program, [...before, SCRIPT, ...parameters], {
    stdio,
    env: BARE_ENVIRONMENT,
    cwd: "/",
    detached: true,
  });
  child.stdin?.on("error", () => {});
  return child;
}

/** The chain of programs before the script. `--pdeathsig` ties each link to the one before, the first to the node. */
function namespaceCommand(mode: Confinement["mode"]): readonly string[] {
  if (mode === "none") return ["/bin/sh"];
  const setpriv = findProgram("setpriv");
  const unshare = findProgram("unshare");
  assert(setpriv && unshare, "a confinement that was tried has its programs");
  const namespaces = ["--mount", "--net", "--pid", "--ipc", "--fork", "--kill-child"];
  if (mode === "user") namespaces.unshift("--user", "--map-root-user");
  return [setpriv, "--pdeathsig", "KILL", unshare, ...namespaces, "/bin/sh"];
}

/** Far above people, daemons and the ranges of container engines, and another one for each slot. */
function instanceUid(serial: number): number {
  return 1_900_000_000 + (process.pid % 10_000) * 1_000 + (serial % 1_000);
}

/** An fstab: one `mount` process then makes all mounts. */
function mountTable(plan: SlotPlan, directory: string): string {
  const root = join(plan.runDirectory, "root");
  const files = plan.files.map(({ source, target }) => ({ source, target, options: "bind,ro,nosuid,nodev" }));
  const slot = { source: directory, target: "/slot", options: "bind,ro,nosuid,nodev,noexec" };
  return [...files, slot]
    .map((mount) => `${escapeField(mount.source)} ${escapeField(root + mount.target)} none ${mount.options} 0 0\n`)
    .join("");
}

function escapeField(path: string): string {
  return path.replace(/[\s\\]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, "0")}`);
}

/** A listening socket whose path outlives the listener: Node unlinks the name it bound, so the file gets another. */
async function listenAndKeep(path: string): Promise<Server> {
  const listener = createServer();
  await new Promise<void>((resolve, reject) => {
    listener.once("error", reject);
    listener.listen({ path: `${path}.new`, backlog: 511 }, resolve);
  });
  renameSync(`${path}.new`, path);
  chmodSync(path, 0o600);
  return listener;
}

function descriptorOf(listener: Server): number {
  const fd = (listener as unknown as { readonly _handle?: { readonly fd?: number } })._handle?.fd;
  assert(fd !== undefined && fd >= 0, "a listening socket has a descriptor");
  return fd;
}

/** The pid that the script reports when it waits. Before that its stderr is a diagnosis; afterwards it is not ours to read. */
async function readyPid(child: ChildProcess, mode: Confinement["mode"]): Promise<number> {
  const { stdout, stderr } = child;
  assert(stdout && stderr, "both are pipes");
  let said = "";
  let diagnosis = "";
  const diagnose = (chunk: Buffer): void => {
    diagnosis = (diagnosis + chunk.toString()).slice(0, DIAGNOSIS_MAX_CHARS);
  };
  stderr.on("data", diagnose);
  try {
    return await new Promise<number>((resolve, reject) => {
      const fail = (): void => {
        const why = diagnosis.split("\n")[0] ?? "";
        reject(new WardError("function-unavailable", { phase: "confine", mode, why }));
      };
      const timer = setTimeout(() => {
        child.kill("SIGKILL");
        fail();
      }, READY_TIMEOUT_MS);
      const settle = (then: () => void): void => {
        clearTimeout(timer);
        then();
      };
      child.once("error", () => settle(fail));
      child.once("close", () => settle(fail));
      stdout.on("data", (chunk: Buffer) => {
        said += chunk.toString();
        const pid = /^ready (\d+)\n/.exec(said)?.[1];
        if (pid !== undefined) settle(() => resolve(Number(pid)));
      });
    });
  } finally {
    stdout.removeAllListeners("data");
    stderr.off("data", diagnose);
    // Unread, it would stop the engine once full, and "close" would never come.
    stderr.resume();
  }
}

/**
 * The engine first: it is the init of its pid namespace, and `unshare`, still alive, reaps it. Killed the other way
 * round, it would be left to an init that may not reap.
 */
function killChain(child: ChildProcess, pid: number): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    child.kill("SIGKILL");
  }
}
