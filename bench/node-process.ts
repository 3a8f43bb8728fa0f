/** A node in a process of its own, as an operator starts it, so that the load does not run on its event loop. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface NodeProcess {
  readonly pid: number;
  readonly httpsPort: number;
  readonly mllpPort: number;
  readonly caPem: string;
  readonly stateDir: string;
  /** What the node told of failures since the last call: `<code> in <where>` and how often. */
  takeFailures(): ReadonlyMap<string, number>;
  close(): Promise<void>;
}

interface Event {
  readonly kind: string;
  readonly https: string;
  readonly mllp: string;
  readonly caFile: string;
  readonly code: string;
  readonly where: string;
}

export async function startNodeProcess(appDir: string): Promise<NodeProcess> {
  const stateDir = await mkdtemp(join(tmpdir(), "ward-bench-"));
  const cli = new URL("../apps/cli/src/main.ts", import.meta.url).pathname;
  const flags = ["--json", "--port", "0", "--mllp-port", "0"];
  const child = spawn(process.execPath, [cli, "start", "--app", appDir, "--state-dir", stateDir, ...flags], {
    stdio: ["ignore", "pipe", "inherit"],
    // The example's sink for text messages runs in the node; here the load has one of its own at the port it is for.
    env: { ...process.env, SMS_SINK_PORT: "0" },
  });
  const lines = createInterface({ input: child.stdout });
  let failures = new Map<string, number>();
  const started = await new Promise<Event>((settle, fail) => {
    lines.on("line", (line) => {
      const event = JSON.parse(line) as Event;
      if (event.kind === "started") settle(event);
      if (event.kind !== "failure") return;
      const what = `${event.code} in ${event.where}`;
      failures.set(what, (failures.get(what) ?? 0) + 1);
    });
    child.once("exit", (code) => fail(new Error(`the node ended with ${code} before it was ready`)));
  });
  return {
    pid: child.pid ?? 0,
    httpsPort: Number(new URL(started.https).port),
    mllpPort: Number(started.mllp.split(":").at(-1)),
    caPem: await readFile(started.caFile, "utf8"),
    stateDir,
    takeFailures() {
      const taken = failures;
      failures = new Map();
      return taken;
    },
    async close() {
      child.kill("SIGINT");
      await once(child, "exit");
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}
