/** Memory of an idle node: every process below it, pages shared between them counted once (PSS). */
import { readdir, readFile } from "node:fs/promises";
import type { Figure } from "./figures.ts";
import type { NodeProcess } from "./node-process.ts";

export async function measureMemory(node: NodeProcess): Promise<readonly Figure[]> {
  // Long enough for instances to be stopped as idle, and for the garbage collector to have had its turn.
  await new Promise((wake) => setTimeout(wake, 40_000));
  const processes = await processesBelow(node.pid);
  const sizes = await Promise.all(processes.map(async ({ pid, name }) => ({ name, mb: await proportionalMb(pid) })));
  const total = sizes.reduce((sum, { mb }) => sum + mb, 0);
  const byName = new Map<string, number>();
  for (const { name, mb } of sizes) byName.set(name, (byName.get(name) ?? 0) + mb);
  const parts = [...byName]
    .toSorted(([, one], [, other]) => other - one)
    .map(([name, mb]) => `${name} ${Math.round(mb)}`);
  return [
    {
      what: "memory of an idle node",
      value: `${Math.round(total)} MB`,
      aim: "≤ 350 MB",
      conditions: `PSS of ${processes.length} processes, 40 s after the load above: ${parts.join(", ")}`,
    },
  ];
}

interface Process {
  readonly pid: number;
  readonly name: string;
}

async function processesBelow(root: number): Promise<readonly Process[]> {
  const all: (Process & { readonly parent: number })[] = [];
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => "");
    const match = /^(\d+) \((.*)\) \S (\d+)/s.exec(stat);
    if (match) all.push({ pid: Number(match[1]), name: match[2] ?? "", parent: Number(match[3]) });
  }
  const below = (pid: number): readonly Process[] =>
    all.filter(({ parent }) => parent === pid).flatMap((child) => [child, ...below(child.pid)]);
  return [...all.filter(({ pid }) => pid === root), ...below(root)];
}

async function proportionalMb(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) / 1024;
}
