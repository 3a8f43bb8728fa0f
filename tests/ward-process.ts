/** `ward start` as an operator starts it: a process of its own, so that it can be killed. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { sendMllp } from "@ward/gateway/mllp-client";

export const CLI = new URL("../apps/cli/src/main.ts", import.meta.url).pathname;
const HOSPITAL = new URL("../examples/hospital", import.meta.url).pathname;

export interface WardProcess {
  readonly pid: number;
  readonly stateDir: string;
  readonly httpsPort: number;
  readonly mllpPort: number;
  /** What it told with `--json`, in order. */
  readonly events: readonly ToldEvent[];
  readonly exited: Promise<Exit>;
  isRunning(): boolean;
  /** What it said on stderr so far. */
  stderr(): string;
  send(messages: readonly string[]): ReturnType<typeof sendMllp>;
  /** Resolves when the process is gone. */
  end(signal: NodeJS.Signals): Promise<Exit>;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ToldEvent {
  readonly kind: string;
  readonly [member: string]: unknown;
}

export interface WardArguments {
  readonly stateDir: string;
  /** Replaces the flags that pick free ports. */
  readonly flags?: readonly string[];
}

export function wardCommand({ stateDir, flags = ["--port", "0", "--mllp-port", "0"] }: WardArguments): string[] {
  return [process.execPath, CLI, "start", "--app", HOSPITAL, "--json", "--state-dir", stateDir, ...flags];
}

/** Resolves when the node takes messages; rejects with what it said where it ends before. */
export async function startWard(options: WardArguments): Promise<WardProcess> {
  const [file = "", ...args] = wardCommand(options);
  const child = spawn(file, args, {
    stdio: ["ignore", "pipe", "pipe"],
    // As a script of npm the node notices when its parent, here the test, is killed.
    env: { ...process.env, npm_lifecycle_event: "test" },
  });
  const said = listen(child);
  const started = await said.started;
  const { mllp, https, caFile } = started as unknown as { mllp: string; https: string; caFile: string };
  const ca = await readFile(caFile, "utf8");
  const mllpPort = Number(mllp.split(":").at(-1));
  return {
    pid: child.pid ?? -1,
    stateDir: options.stateDir,
    httpsPort: Number(new URL(https).port),
    mllpPort,
    events: said.events,
    exited: said.exited,
    stderr: said.stderr,
    isRunning: () => child.exitCode === null && child.signalCode === null,
    send: async (messages) =>
      await sendMllp({ host: "127.0.0.1", port: mllpPort, tls: { ca, servername: "localhost" } }, messages),
    async end(signal) {
      child.kill(signal);
      return await said.exited;
    },
  };
}

function listen(child: ChildProcess) {
  const events: ToldEvent[] = [];
  let stderr = "";
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const exited = once(child, "exit").then(([code, signal]): Exit => ({ code, signal }));
  const started = new Promise<ToldEvent>((resolve, reject) => {
    if (child.stdout === null) throw new Error("stdout is a pipe");
    createInterface({ input: child.stdout }).on("line", (line) => {
      const event = JSON.parse(line) as ToldEvent;
      events.push(event);
      if (event.kind === "started") resolve(event);
    });
    void once(child, "close").then(() => reject(new Error(`the node ended before it was ready: ${stderr}`)));
  });
  return { events, exited, started, stderr: () => stderr };
}
