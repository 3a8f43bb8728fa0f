/** Tells the reaper (reaper.sh) which processes must not outlive the node, and starts another if somebody kills it. */
import { spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("./reaper.sh", import.meta.url));

export class Reaper {
  readonly #runDirectory: string;
  readonly #pids = new Set<number>();
  #child: ChildProcess;
  #isClosed = false;

  constructor(runDirectory: string) {
    this.#runDirectory = runDirectory;
    this.#child = this.#spawn();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  watch(pid: number): void {
    this.#pids.add(pid);
    this.#child.stdin?.write(`+ ${pid}\n`);
  }

  /** To be called once the process is reaped, before its pid can name another one. */
  forget(pid: number): void {
    if (this.#pids.delete(pid)) this.#child.stdin?.write(`- ${pid}\n`);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const gone = new Promise((resolve) => this.#child.once("exit", resolve));
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.ref();
    this.#child.stdin?.end();
    await gone;
  }

  #spawn(): ChildProcess {
    // detached: a session of its own, so that Ctrl-C reaches the node and not its reaper.
    const child = spawn("/bin/sh", [SCRIPT, this.#runDirectory], {
      stdio: ["pipe", "ignore", "ignore"],
      env: {},
      cwd: "/",
      detached: true,
    });
    child.stdin.on("error", () => {});
    (child.stdin as unknown as { unref?: () => void }).unref?.();
    child.unref();
    child.on("error", () => {});
    child.once("exit", () => {
      if (this.#isClosed) return;
      this.#child = this.#spawn();
      for (const pid of this.#pids) this.#child.stdin?.write(`+ ${pid}\n`);
    });
    return child;
  }
}
