/** A process and everything below it, from /proc: what a node costs is what all of its processes cost. */
import { readdir, readFile } from "node:fs/promises";

export interface Process {
  readonly pid: number;
  readonly name: string;
  /** Processor time, of the kernel on its behalf included. */
  readonly cpuMs: number;
}

/** Linux counts in ticks of 10 ms. */
const TICK_MS = 10;

export async function processTree(root: number): Promise<readonly Process[]> {
  const all: (Process & { readonly parent: number })[] = [];
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => "");
    const match = /^(\d+) \((.*)\) \S (\d+)((?: \S+)+)/s.exec(stat);
    if (!match) continue;
    // Counted from `ppid`, field 4: utime and stime are fields 14 and 15.
    const [user = 0, kernel = 0] = (match[4] ?? "").trim().split(" ").slice(9, 11).map(Number);
    const cpuMs = (user + kernel) * TICK_MS;
    all.push({ pid: Number(match[1]), name: match[2] ?? "", parent: Number(match[3]), cpuMs });
  }
  const below = (pid: number): readonly Process[] =>
    all.filter(({ parent }) => parent === pid).flatMap((child) => [child, ...below(child.pid)]);
  return [...all.filter(({ pid }) => pid === root), ...below(root)];
}

/** Processor time between two looks, by program, the most first. Processes that ended in between are not in it. */
export function cpuBetween(before: readonly Process[], after: readonly Process[]): ReadonlyMap<string, number> {
  const known = new Map(before.map(({ pid, cpuMs }) => [pid, cpuMs]));
  const byName = new Map<string, number>();
  for (const { pid, name, cpuMs } of after) {
    byName.set(name, (byName.get(name) ?? 0) + cpuMs - (known.get(pid) ?? 0));
  }
  return new Map([...byName].filter(([, ms]) => ms > 0).sort(([, one], [, other]) => other - one));
}
