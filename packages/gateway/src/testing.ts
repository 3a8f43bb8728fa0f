/** Fixtures for this package's tests: a CA made once per process, fakes behind the ports, and raw sockets for abuse. */
import { mkdtemp, rm } from "node:fs/promises";
import { request, type RequestOptions } from "node:https";
import type { IncomingHttpHeaders } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { systemClock, WardError, type Caller, type FhirAnswer, type FhirCall, type FunctionManifest } from "@ward/core";
import type { HttpTriggerRequest, HttpTriggerResponse } from "@ward/core";
import type { Functions, HttpCaller } from "@ward/runtime";
import type { Authenticate, RequestLine } from "./contract.ts";
import { startHttpGateway, type HttpGateway, type HttpGatewayOptions } from "./http-gateway.ts";
import { createLocalCa, type LocalCa } from "./local-ca.ts";

let ca: Promise<LocalCa> | undefined;

export async function testCa(): Promise<LocalCa> {
  ca ??= (async () => {
    const dir = await mkdtemp(join(tmpdir(), "ward-ca-"));
    try {
      return await createLocalCa({ dir, clock: systemClock });
    } finally {
      await rm(dir, { recursive: true });
    }
  })();
  return ca;
}

export function httpManifest(
  trigger: Partial<Extract<FunctionManifest["trigger"], { kind: "http" }>> = {},
): FunctionManifest {
  return {
    name: "visits",
    trigger: { kind: "http", method: "POST", route: "visits/:id", roles: ["public"], ...trigger },
    purpose: "TREAT",
    grants: { fhir: [], emits: [], secrets: [], egress: [] },
    limits: { timeoutMs: 1000, memoryMb: 64, concurrency: 1 },
  };
}

/** Answers one function at `visits/:id`, and remembers what it was called with. */
export class FakeFunctions implements Pick<Functions, "route" | "invokeHttp"> {
  readonly calls: { name: string; request: HttpTriggerRequest; caller: HttpCaller }[] = [];
  manifest = httpManifest();
  answer: () => Promise<HttpTriggerResponse> = () => Promise.resolve({ body: { ok: true } });

  route(method: string, path: string): ReturnType<Functions["route"]> {
    const id = /^visits\/([^/]+)$/.exec(path)?.[1];
    return this.manifest.trigger.kind === "http" && method === this.manifest.trigger.method && id !== undefined
      ? { manifest: this.manifest, params: { id: decodeURIComponent(id) } }
      : undefined;
  }

  async invokeHttp(name: string, call: HttpTriggerRequest, caller: HttpCaller): Promise<HttpTriggerResponse> {
    this.calls.push({ name, request: call, caller });
    return this.answer();
  }
}

export class FakeFhir {
  readonly calls: { caller: Caller; call: FhirCall }[] = [];
  answer: (call: FhirCall) => Promise<FhirAnswer> = () =>
    Promise.resolve({
      status: 200,
      body: { resourceType: "Patient", id: "p1", meta: { versionId: "3", lastUpdated: "2026-03-02T15:12:07.120Z" } },
    });

  async interact(caller: Caller, call: FhirCall): Promise<FhirAnswer> {
    this.calls.push({ caller, call });
    return this.answer(call);
  }

  capabilities({ base = "" }: FhirCall): FhirAnswer {
    return { status: 200, body: { resourceType: "CapabilityStatement", fhirVersion: "4.0.1", url: base } };
  }
}

export const NURSE = "Bearer nurse";

const authenticate: Authenticate = (authorization) => {
  if (authorization !== NURSE) throw new WardError("unauthenticated");
  return { principal: { kind: "person", id: "nurse-1", roles: ["nurse"] }, purpose: "TREAT" };
};

export interface TestGateway {
  readonly gateway: HttpGateway;
  readonly fhir: FakeFhir;
  readonly functions: FakeFunctions;
  readonly lines: RequestLine[];
  readonly send: (options: SendOptions) => Promise<Received>;
  /** Sends bytes as they are and answers everything that comes back until the server closes. */
  readonly sendRaw: (bytes: string) => Promise<string>;
}

export interface SendOptions {
  readonly method?: string;
  readonly path: string;
  readonly headers?: RequestOptions["headers"];
  readonly body?: string | Buffer;
}

export interface Received {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  json(): unknown;
}

/** Started for one test, closed when `use` is done. */
export async function withGateway(
  use: (fixture: TestGateway) => Promise<void>,
  options: Partial<HttpGatewayOptions> = {},
): Promise<void> {
  const { tls, caPem } = await testCa();
  const fhir = new FakeFhir();
  const functions = new FakeFunctions();
  const lines: RequestLine[] = [];
  const defaults = { port: 0, host: "127.0.0.1", tls, functions, fhir, authenticate };
  const gateway = await startHttpGateway({ ...defaults, onRequest: (line) => lines.push(line), ...options });
  const target = { host: "127.0.0.1", port: gateway.port, ca: caPem };
  try {
    await use({
      gateway,
      fhir,
      functions,
      lines,
      send: (sent) => sendRequest({ ...target, agent: false }, sent),
      sendRaw: (bytes) => sendBytes(target, bytes),
    });
  } finally {
    await gateway.close();
  }
}

export function sendRequest(
  target: RequestOptions,
  { method = "GET", path, headers, body }: SendOptions,
): Promise<Received> {
  return new Promise((resolve, reject) => {
    const sent = request({ ...target, method, path, ...(headers === undefined ? {} : { headers }) }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        const json = (): unknown => JSON.parse(text);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

function sendBytes(target: { host: string; port: number; ca: string }, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(target, () => socket.write(bytes, "latin1"));
    let received = "";
    socket.on("data", (chunk) => (received += chunk.toString("latin1")));
    socket.on("error", () => socket.destroy());
    socket.on("close", () => resolve(received));
  });
}
