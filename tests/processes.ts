/** What tests ask the kernel about processes. A zombie counts as ended: it holds nothing any more. */
import { readdirSync, readFileSync } from "node:fs";

export interface ProcessLine {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  readonly name: string;
  readonly command: string;
}

export function allProcesses(): readonly ProcessLine[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readProcess(Number(name)))
    .filter((line) => line !== undefined);
}

/** All processes below one. */
export function descendants(pid: number): readonly ProcessLine[] {
  const all = allProcesses();
  const below = (parent: number): ProcessLine[] =>
    all.filter((each) => each.parent === parent).flatMap((each) => [each, ...below(each.pid)]);
  return below(pid);
}

export function isRunning(pid: number): boolean {
  return readProcess(pid) !== undefined;
}

/** Resolves when `condition` holds. The bound is generous and no measure of anything: it ends a wait that is in vain. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  patienceMs = 30_000,
): Promise<void> {
  const end = Date.now() + patienceMs;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function readProcess(pid: number): ProcessLine | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
    const [state = "", parent = "", , session = ""] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (state === "Z" || state === "X") return undefined;
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
    return { pid, parent: Number(parent), session: Number(session), name, command };
  } catch {
    return undefined;
  }
}

/** With -9. It may end between a look at it and the signal. */
export function killIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
