/** The process's entry: connects `runCli` to this process, and nothing else. */
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import type { Platform } from "./platform-port.ts";
import { runCli } from "./run-cli.ts";

const PARENT_CHECK_MS = 500;

// A reader that went away (`ward events list | head`) is no failure of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};
const exitCode = await runCli(
  process.argv.slice(2),
  {
    platform: loadPlatform,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    readStdin: () => text(process.stdin),
    now: () => new Date(),
    onInterrupt,
    exitNow: (code) => process.exit(code),
  },
  version,
);
// Writes to a pipe may still wait; the exit follows them.
process.stdout.write("", () => process.exit(exitCode));

async function loadPlatform(): Promise<Platform> {
  return import("@ward/platform");
}

function onInterrupt(listener: () => void): () => void {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, listener);
  process.on("disconnect", listener);
  const forget = watchParent(listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
    process.off("disconnect", listener);
    forget();
  };
}

/**
 * npm killed with SIGKILL can't pass anything on; its script notices by its forebears having changed. Between npm and
 * its script there may be a shell, which lives on.
 */
function watchParent(listener: () => void): () => void {
  if (process.env["npm_lifecycle_event"] === undefined) return () => {};
  const forebears = describeForebears();
  const timer = setInterval(() => {
    if (describeForebears() === forebears) return;
    clearInterval(timer);
    listener();
  }, PARENT_CHECK_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** The pids of parent and grandparent; of the parent alone where the machine does not tell. */
function describeForebears(): string {
  try {
    const stat = readFileSync(`/proc/${process.ppid}/stat`, "utf8");
    // The second field is the command in parentheses and may hold anything; the parent is the fourth.
    return `${process.ppid} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]}`;
  } catch {
    return String(process.ppid);
  }
}
