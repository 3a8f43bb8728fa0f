/** A whole node as an operator starts it, or a server that runs already, and requests to it. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request as plainRequest } from "node:http";
import { Agent, request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

export interface Server {
  send(method: string, path: string, body?: string): Promise<Received>;
  close(): Promise<void>;
}

export interface Received {
  readonly status: number;
  readonly text: string;
}

const ROOT = new URL("../../../../", import.meta.url).pathname;
const CLI = join(ROOT, "apps/cli/src/main.ts");
const APP = join(ROOT, "conformance/fhir/app");

export async function startServer(): Promise<Server> {
  const stateDir = mkdtempSync(join(tmpdir(), "ward-conformance-"));
  const args = ["start", "--app", APP, "--json", "--state-dir", stateDir, "--port", "0", "--mllp-port", "0"];
  const child = spawn(process.execPath, [CLI, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, SMS_SINK_PORT: "0" },
  });
  const exited = once(child, "exit");
  const lines = createInterface({ input: child.stdout });
  const started = new Promise<{ readonly https: string; readonly caFile: string }>((resolve) => {
    lines.on("line", (line) => {
      const event = JSON.parse(line) as { kind: string; https: string; caFile: string };
      if (event.kind === "started") resolve(event);
    });
  });
  const ended = exited.then(() => Promise.reject(new Error("the node ended before it was ready")));
  const { https, caFile } = await Promise.race([started, ended]);
  const who = ["--person", "conformance", "--role", "tester", "--minutes", "1440"];
  const { stdout } = await promisify(execFile)(process.execPath, [CLI, "token", "--state-dir", stateDir, ...who]);
  const server = connectTo(`${https}/fhir/R4`, stdout.trim(), readFileSync(caFile, "utf8"));
  return {
    ...server,
    async close() {
      await server.close();
      child.kill("SIGINT");
      await exited;
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

/** `baseUrl`: `https://localhost:8443/fhir/R4`. */
export function connectTo(baseUrl: string, token: string, ca?: string): Server {
  const isPlain = baseUrl.startsWith("http:");
  const agent = new Agent({ keepAlive: true, ...(ca === undefined ? {} : { ca }) });
  const headers = { authorization: `Bearer ${token}`, accept: "application/fhir+json" };
  return {
    send: async (method, path, body) =>
      await new Promise((resolve, reject) => {
        const url = `${baseUrl}/${path}`.replace(/\/$/, "");
        const typed = body === undefined ? {} : { "content-type": "application/fhir+json" };
        const options = { method, headers: { ...headers, ...typed } };
        const sent = (isPlain ? plainRequest(url, options) : request(url, { ...options, agent })).on(
          "response",
          (response) => {
            const chunks: Buffer[] = [];
            response.on("data", (chunk: Buffer) => chunks.push(chunk));
            response.on("error", reject);
            response.on("end", () =>
              resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
            );
          },
        );
        sent.on("error", reject);
        sent.end(body);
      }),
    async close() {
      agent.destroy();
    },
  };
}
