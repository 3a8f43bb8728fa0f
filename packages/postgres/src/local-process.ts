/**
 * Whether a process of this machine is still the one that was meant. A pid alone is not: the kernel gives it out
 * again. Where /proc tells the start time, pid and start time together name one process for ever.
 */
import { readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";

/** The start time in clock ticks since boot, or undefined where /proc does not tell or there is no such process. */
export async function startOf(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The second field is the command in parentheses and may hold anything; the start time is the 22nd.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (fields[0] === "Z") return undefined;
  return fields[19];
}

export async function isAlive(pid: number, start?: string): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const found = await startOf(pid);
  if (found === undefined) return !(await hasProc());
  return start === undefined || found === start;
}

/** Names the space in which a pid means something: machine, boot and pid namespace. */
export async function processSpace(): Promise<string> {
  const boot = (await readFile("/proc/sys/kernel/random/boot_id", "utf8").catch(() => "")).trim();
  const namespace = await readlink("/proc/self/ns/pid").catch(() => "");
  return [hostname(), boot, namespace].filter((part) => part !== "").join("/");
}

async function hasProc(): Promise<boolean> {
  return (await readFile("/proc/self/stat", "utf8").catch(() => "")) !== "";
}
