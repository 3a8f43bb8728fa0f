/** Real instances for tests: bundles from a few lines of source, a host, and an out-socket that writes down what it saw. */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { DEFAULT_LIMITS, type InvokeRequest, type InvokeResponse, type Limits } from "@ward/core";
import type { FunctionRelease, Instance, InstanceHost, OutboundHandler } from "@ward/runtime";
import { openWorkerdHost, type WorkerdHostOptions } from "../src/index.ts";

const SERVER = fileURLToPath(new URL("../../sdk/src/isolate.worker.ts", import.meta.url));
const EXTERNALS = ["node:*", "cloudflare:*"];

/** `imports`: lines before the definition; `handle`: the body of `async handle(input, ctx)`, or `members` of it all. */
export interface Source {
  readonly imports?: string;
  readonly handle: string;
  readonly grants?: object;
}

export async function bundleOf({ imports = "", handle, grants = {} }: Source): Promise<string> {
  return bundleModule(`${imports}
import { serve } from ${JSON.stringify(SERVER)};
export default serve({
  trigger: { kind: "schedule", cron: "0 6 * * *" },
  purpose: "TREAT",
  grants: ${JSON.stringify(grants)},
  async handle(input, ctx) { ${handle} },
});`);
}

export async function bundleModule(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL(".", import.meta.url)), loader: "js" },
    bundle: true,
    write: false,
    format: "esm",
    platform: "neutral",
    target: "es2024",
    external: EXTERNALS,
    logLevel: "silent",
  });
  return outputFiles[0]?.text ?? "";
}

let releases = 0;

export function releaseOf(bundle: string, limits: Partial<Limits> = {}): FunctionRelease {
  releases += 1;
  return {
    digest: `sha256:${releases}`,
    bundle,
    manifest: {
      name: "subject-under-test",
      trigger: { kind: "schedule", cron: "0 6 * * *" },
      purpose: "TREAT",
      grants: { fhir: [], emits: [], secrets: [], egress: [] },
      limits: { ...DEFAULT_LIMITS, ...limits },
    },
  };
}

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Answers 200 and `reply`, and keeps everything that came out of the out-socket. */
export class RecordingOutbound implements OutboundHandler {
  readonly requests: SeenRequest[] = [];
  readonly refusals: string[] = [];
  reply: { readonly status: number; readonly body: unknown } = { status: 200, body: {} };

  request(...[request, response]: Parameters<OutboundHandler["request"]>): void {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      this.requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      const text = JSON.stringify(this.reply.body);
      response.writeHead(this.reply.status, { "content-type": "application/json", "content-length": text.length });
      response.end(text);
    });
  }

  refused(what: string): void {
    this.refusals.push(what);
  }
}

export function requestOf(given: Partial<InvokeRequest> = {}): InvokeRequest {
  return {
    invocation: crypto.randomUUID(),
    traceId: "0af7651916cd43dd8448eb211c80319c",
    timeoutMs: 5_000,
    payload: { kind: "schedule", scheduledAt: "2026-11-21T06:00:00Z" },
    ...given,
  };
}

export function openHost(options: WorkerdHostOptions = {}): Promise<InstanceHost> {
  return openWorkerdHost({ spareSlots: 1, ...options });
}

export interface Started {
  readonly instance: Instance;
  readonly outbound: RecordingOutbound;
}

export async function startSource(host: InstanceHost, source: Source, limits: Partial<Limits> = {}): Promise<Started> {
  const outbound = new RecordingOutbound();
  return { instance: await host.start(releaseOf(await bundleOf(source), limits), outbound), outbound };
}

/** Runs one handler once in an instance of its own. */
export async function runOnce(
  host: InstanceHost,
  source: Source,
): Promise<{ readonly response: InvokeResponse; readonly outbound: RecordingOutbound }> {
  const { instance, outbound } = await startSource(host, source);
  try {
    return { response: await instance.invoke(requestOf()), outbound };
  } finally {
    await instance.stop();
  }
}
