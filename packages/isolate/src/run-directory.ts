/**
 * The directory of one node's sockets and configurations: short, because a Unix socket's path holds 108 bytes, private
 * (0700), and removed with the node. A node that was killed leaves it to its reaper; what even that leaves, the next
 * node removes. It never holds PHI: code and sockets only.
 */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { WardError } from "@ward/core";

const PREFIX = "ward-run-";
const OWNER_FILE = "owner";
/** `sun_path` less the longest name below the directory. */
const PATH_MAX_BYTES = 104 - "/slots/123456/out.sock".length;

export interface RunDirectory {
  readonly path: string;
  remove(): void;
}

export function openRunDirectory(parent: string): RunDirectory {
  removeStale(parent);
  const path = mkdtempSync(join(parent, PREFIX));
  if (Buffer.byteLength(path) > PATH_MAX_BYTES) {
    rmSync(path, { recursive: true, force: true });
    throw new WardError("startup-failed", { reason: "socket-path-too-long", maxBytes: PATH_MAX_BYTES });
  }
  chmodSync(path, 0o700);
  writeFileSync(join(path, OWNER_FILE), `${process.pid} ${startTime(process.pid) ?? ""}`);
  for (const name of ["root", "slots", "configs"]) mkdirSync(join(path, name), { mode: 0o755 });
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Removes the directories of nodes that no longer run. Another user's are not readable, and so are left alone. */
function removeStale(parent: string): void {
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(PREFIX)) continue;
    const path = join(parent, name);
    try {
      if (statSync(path).uid !== process.getuid?.()) continue;
      const [pid, started] = readFileSync(join(path, OWNER_FILE), "utf8").split(" ");
      if (pid === undefined || isAlive(Number(pid), started ?? "")) continue;
      rmSync(path, { recursive: true, force: true });
    } catch {
      // Not ours, half made, or just removed by another node.
    }
  }
}

/**
 * A pid alone says little, since pids are used again; with its start time it names one process. A process that ended
 * and that its parent has not noticed yet keeps both, but runs no more.
 */
function isAlive(pid: number, started: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const [state, startedNow = ""] = stateAndStart(pid);
  return state !== "Z" && started === startedNow;
}

function startTime(pid: number): string | undefined {
  return stateAndStart(pid)[1];
}

/** Fields 3 and 22 of /proc/<pid>/stat; nothing where there is no procfs. */
function stateAndStart(pid: number): readonly [state?: string, started?: string] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return [fields[0], fields[19]] as [string, string];
  } catch {
    return [];
  }
}
