/** Cold start: from the decision to start an instance to its first answer, beside a bare workerd without confinement. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { enginePath, openWorkerdHost } from "@ward/isolate";
import { loadApp, type OutboundHandler } from "@ward/runtime";
import { spread, type Figure } from "./figures.ts";

const STARTS = 60;
const PAUSE_MS = 60;

export async function measureColdStart(appDir: string): Promise<readonly Figure[]> {
  const host = await openWorkerdHost();
  try {
    const app = await loadApp(appDir, { evaluate: async (bundle) => await host.evaluate(bundle) });
    const release = app.releases.find(({ manifest }) => manifest.name === "visit-estimate");
    if (release === undefined) throw new Error("the example has no visit-estimate");
    const ours: number[] = [];
    const bare: number[] = [];
    for (let start = 0; start < STARTS; start += 1) {
      const instance = await host.start(release, REFUSE);
      ours.push(instance.startedInMs);
      await instance.stop();
      bare.push(await startBareWorkerd());
      await pause(PAUSE_MS);
    }
    return [
      {
        what: "cold start of a function",
        value: spread(ours),
        aim: "p50 ≤ 50 ms",
        conditions: `${STARTS} starts, one at a time, confinement: ${host.confinement.mode}; from the call to the first answer`,
      },
      {
        what: "  peer: bare workerd",
        value: spread(bare),
        conditions: `${STARTS} starts in turn with ours; no namespaces, one static answer, same socket kind`,
      },
    ];
  } finally {
    await host.close();
  }
}

const REFUSE: OutboundHandler = {
  request: (_request, response) => void response.writeHead(403).end(),
  refused: () => undefined,
};

const CONFIG = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    modules = [(name = "w.js", esModule = "export default { fetch() { return new Response('ok') } }")],
    compatibilityDate = "2026-01-01"))],
  sockets = [(name = "http", address = "unix:in.sock", http = (), service = "main")]
);`;

async function startBareWorkerd(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "ward-bare-"));
  await writeFile(join(folder, "config.capnp"), CONFIG);
  const socketPath = join(folder, "in.sock");
  const started = performance.now();
  const child = spawn(enginePath(), ["serve", "config.capnp"], { cwd: folder, stdio: "ignore" });
  try {
    for (;;) {
      if (existsSync(socketPath) && (await answers(socketPath))) return performance.now() - started;
      await pause(1);
    }
  } finally {
    child.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  }
}

async function answers(socketPath: string): Promise<boolean> {
  return await new Promise((settle) => {
    const asked = request({ socketPath, path: "/" }, (response) => {
      response.resume();
      response.on("end", () => settle(true));
    });
    asked.on("error", () => settle(false));
    asked.end();
  });
}

async function pause(ms: number): Promise<void> {
  await new Promise((wake) => setTimeout(wake, ms));
}
