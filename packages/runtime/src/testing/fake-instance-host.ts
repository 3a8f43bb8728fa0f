/**
 * An instance host without confinement: each function is a handler in this process. What leaves it goes over a real
 * Unix socket to the release's `OutboundHandler`, as from a real instance. The bundle's text names the handler.
 *
 * It keeps the contract: it enforces the deadline, a killed instance rejects every invocation in flight, and only the
 * one at fault hears why.
 */
import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { Agent, createServer, request as requestHttp, type Server } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { INVOCATION_HEADER, WardError, type ErrorCode, type InvokeRequest, type InvokeResponse } from "@ward/core";
import type { FunctionRelease, Instance, InstanceHost, OutboundHandler } from "../contract.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly json: unknown;
}

export interface Outgoing {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** What a handler may do: anything that a hostile bundle could send over its socket. */
export interface FakeContext {
  readonly request: InvokeRequest;
  /** A binding call in good form. */
  readonly door: (binding: string, body: unknown, headers?: Readonly<Record<string, string>>) => Promise<Answer>;
  /** As `door`; throws what `ctx` of the SDK would throw. */
  readonly call: (binding: string, body: unknown) => Promise<unknown>;
  /** An absolute-form request in good form. */
  readonly fetch: (url: string, outgoing?: Outgoing) => Promise<Answer>;
  /** A request with nothing added. */
  readonly raw: (path: string, outgoing?: Outgoing) => Promise<Answer>;
  /** Bytes on the socket; resolves with what came back when it closes. */
  readonly bytes: (text: string) => Promise<string>;
}

export type FakeHandler = (payload: InvokeRequest["payload"], context: FakeContext) => Promise<unknown>;

/** What a binding call answered instead of a result. */
export class BindingRefused extends Error {
  override readonly name = "BindingRefused";
  readonly code: ErrorCode;
  constructor(code: ErrorCode) {
    super(code);
    this.code = code;
  }
}

type Ending = Awaited<Instance["exited"]>;

export class FakeInstanceHost implements InstanceHost {
  readonly confinement = { mode: "none", namespaces: [], explanation: "Functions run in the test's process." } as const;
  readonly #handlers: Readonly<Record<string, FakeHandler>>;
  readonly #instances = new Set<FakeInstance>();
  starts = 0;

  constructor(handlers: Readonly<Record<string, FakeHandler>>) {
    this.#handlers = handlers;
  }

  get running(): readonly FakeInstance[] {
    return [...this.#instances];
  }

  async start(release: FunctionRelease, outbound: OutboundHandler): Promise<FakeInstance> {
    const handler = this.#handlers[release.bundle];
    if (handler === undefined) throw new WardError("function-unavailable", { phase: "start" });
    this.starts += 1;
    const instance = await FakeInstance.start(handler, outbound);
    this.#instances.add(instance);
    void instance.exited.then(() => this.#instances.delete(instance));
    return instance;
  }

  evaluate(): Promise<unknown> {
    return Promise.reject(new WardError("bad-manifest", { phase: "evaluate" }));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#instances].map((instance) => instance.stop()));
  }
}

export class FakeInstance implements Instance {
  readonly pid = process.pid;
  readonly startedInMs = 0;
  readonly exited: Promise<Ending>;
  readonly #handler: FakeHandler;
  readonly #socket: string;
  readonly #server: Server;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #inFlight = new Set<(error: WardError) => void>();
  #ending: Ending | undefined;
  #exit: (ending: Ending) => void = () => undefined;

  static async start(handler: FakeHandler, outbound: OutboundHandler): Promise<FakeInstance> {
    const socket = join(tmpdir(), `ward-fake-${randomUUID()}.sock`);
    const server = createServer({ requireHostHeader: false }, (request, response) =>
      outbound.request(request, response),
    );
    server.on("connect", (_request, connection) => {
      outbound.refused("connect");
      connection.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    });
    server.on("clientError", (_error, connection) => {
      outbound.refused("malformed");
      connection.end("HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    return new FakeInstance(handler, socket, server);
  }

  private constructor(handler: FakeHandler, socket: string, server: Server) {
    this.#handler = handler;
    this.#socket = socket;
    this.#server = server;
    this.exited = new Promise((resolve) => (this.#exit = resolve));
  }

  async invoke(request: InvokeRequest): Promise<InvokeResponse> {
    if (this.#ending !== undefined) throw new WardError("function-unavailable", { ending: this.#ending });
    let fail: (error: WardError) => void = () => undefined;
    const killed = new Promise<never>((_resolve, reject) => (fail = reject));
    killed.catch(() => undefined);
    const deadline = setTimeout(() => {
      fail(new WardError("function-timeout"));
      this.kill("timeout");
    }, request.timeoutMs);
    this.#inFlight.add(fail);
    try {
      return await Promise.race([this.#run(request), killed]);
    } finally {
      clearTimeout(deadline);
      this.#inFlight.delete(fail);
    }
  }

  memoryMb(): number {
    return 0;
  }

  stop(): Promise<void> {
    this.kill("stopped");
    return this.exited.then(() => undefined);
  }

  /** As the supervisor would. */
  kill(ending: Ending): void {
    if (this.#ending !== undefined) return;
    this.#ending = ending;
    const code = ending === "memory" ? "function-memory" : "function-unavailable";
    for (const fail of this.#inFlight) fail(new WardError(code, { ending }));
    this.#agent.destroy();
    this.#server.closeAllConnections();
    this.#server.close();
    rmSync(this.#socket, { force: true });
    this.#exit(ending);
  }

  async #run(request: InvokeRequest): Promise<InvokeResponse> {
    try {
      return { ok: true, result: await this.#handler(request.payload, this.#context(request)) };
    } catch (error) {
      const { name, code, reject } = error as { name: string; code?: ErrorCode; reject?: never };
      const fault = {
        name,
        at: [],
        ...(code === undefined ? {} : { code }),
        ...(reject === undefined ? {} : { reject }),
      };
      return { ok: false, error: fault };
    }
  }

  #context(request: InvokeRequest): FakeContext {
    const named = { [INVOCATION_HEADER]: request.invocation };
    const raw: FakeContext["raw"] = (path, outgoing = {}) => this.#send(path, outgoing);
    const door: FakeContext["door"] = (binding, body, headers = {}) =>
      raw(`/door/${binding}`, {
        method: "POST",
        headers: { ...named, "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      });
    return {
      request,
      raw,
      door,
      async call(binding, body) {
        const answer = await door(binding, body);
        if (answer.status === 200) return answer.json;
        throw new BindingRefused((answer.json as { code: ErrorCode }).code);
      },
      fetch: (url, outgoing = {}) => raw(url, { ...outgoing, headers: { ...named, ...outgoing.headers } }),
      bytes: (text) => this.#sendBytes(text),
    };
  }

  #send(path: string, { method = "GET", headers = {}, body }: Outgoing): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
      const options = {
        socketPath: this.#socket,
        agent: this.#agent,
        path,
        method,
        headers: { ...headers, ...length },
      };
      const request = requestHttp(options, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: parse(text) });
        });
      });
      request.on("error", reject);
      request.end(body);
    });
  }

  #sendBytes(text: string): Promise<string> {
    return new Promise((resolve, reject) => {
      let answer = "";
      const connection = connect(this.#socket, () => connection.write(text));
      connection.setEncoding("utf8");
      connection.on("data", (chunk: string) => (answer += chunk));
      connection.on("error", reject);
      connection.on("close", () => resolve(answer));
    });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
