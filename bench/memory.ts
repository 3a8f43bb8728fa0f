/** Memory of an idle node: every process below it, pages shared between them counted once (PSS). */
import { readFile } from "node:fs/promises";
import type { Figure } from "./figures.ts";
import type { NodeProcess } from "./node-process.ts";
import { processTree } from "./process-tree.ts";

export async function measureMemory(node: NodeProcess, when: "fresh" | "after-load"): Promise<readonly Figure[]> {
  // Long enough for instances to be stopped as idle, and for the garbage collector to have had its turn.
  await new Promise((wake) => setTimeout(wake, 40_000));
  const processes = await processTree(node.pid);
  const sizes = await Promise.all(processes.map(async ({ pid, name }) => ({ name, mb: await proportionalMb(pid) })));
  const total = sizes.reduce((sum, { mb }) => sum + mb, 0);
  const byName = new Map<string, number>();
  for (const { name, mb } of sizes) byName.set(name, (byName.get(name) ?? 0) + mb);
  const parts = [...byName]
    .toSorted(([, one], [, other]) => other - one)
    .map(([name, mb]) => `${name} ${Math.round(mb)}`);
  return [
    {
      what: when === "fresh" ? "memory of an idle node" : "  the same after load",
      value: `${Math.round(total)} MB`,
      aim: "≤ 350 MB",
      conditions: `PSS of ${processes.length} processes, 40 s after ${when === "fresh" ? "its start" : "the load above"}: ${parts.join(", ")}`,
    },
  ];
}

export async function proportionalMb(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) / 1024;
}
