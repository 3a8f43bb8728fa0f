/**
 * Everything that leaves an instance comes through here, over a socket that belongs to one function: the socket is the
 * identity (design, rule 2). What a request claims about who it is or why it asks can only be a forgery, so it is
 * refused and recorded, never ignored.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Door } from "@ward/access";
import {
  asWardError,
  INVOCATION_HEADER,
  newTraceId,
  WardError,
  type AuditEntry,
  type Caller,
  type WireError,
} from "@ward/core";
import { egressAct, functionAct, functionCaller, identityAct } from "./acts.ts";
import { refuseClaims } from "./claims.ts";
import type { FunctionRelease, OutboundHandler } from "./contract.ts";
import type { Invocation, RunningInvocations } from "./invocation.ts";
import type { PendingRecords } from "./pending-records.ts";
import { readBody } from "./request-body.ts";

/** One binding: a JSON body in, a JSON value out. */
export interface Binding {
  readonly bodyMaxBytes: number;
  call(invocation: Invocation, body: Readonly<Record<string, unknown>>): Promise<unknown>;
}

export interface EgressProxy {
  forward(invocation: Invocation, request: IncomingMessage, response: ServerResponse): Promise<void>;
}

export interface OutboundOptions {
  readonly door: Door;
  readonly running: RunningInvocations;
  readonly records: PendingRecords;
  readonly bindings: Readonly<Record<string, Binding>>;
  readonly egress: EgressProxy;
}

export function createOutbound(release: FunctionRelease, options: OutboundOptions): OutboundHandler {
  const outbound = new Outbound(release, options);
  return {
    request: (request, response) => void outbound.answer(request, response),
    refused: () => options.records.add(outbound.recordRefused()),
  };
}

class Outbound {
  readonly #release: FunctionRelease;
  readonly #options: OutboundOptions;

  constructor(release: FunctionRelease, options: OutboundOptions) {
    this.#release = release;
    this.#options = options;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      if (request.url?.startsWith("/") === true) await this.#callBinding(request, response, request.url);
      else await this.#passEgress(request, response);
    } catch (error) {
      answerError(response, asWardError(error));
    }
  }

  /** CONNECT, upgrades and malformed requests name no host that could be trusted; nobody waits for an answer. */
  async recordRefused(): Promise<void> {
    const act = egressAct("egress.connect", "ungranted");
    await this.#options.door.refuse(this.#self(), act, { reason: "method-refused", host: "ungranted" });
  }

  async #callBinding(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const invocation = await this.#identify(request, "binding");
    const caller = invocation.caller;
    const refuse = (reason: Reason) => this.#refuseForgery(caller, reason);
    const claimed = refuseClaims.inBindingHeaders(request.rawHeaders);
    if (claimed !== undefined) await refuse(claimed);
    const name = /^\/door\/([a-z]+)$/.exec(path)?.[1];
    const binding =
      name !== undefined && Object.hasOwn(this.#options.bindings, name) ? this.#options.bindings[name] : undefined;
    if (binding === undefined) throw new WardError("not-found", { what: "binding" });
    if (request.method !== "POST") throw new WardError("method-not-allowed");
    const body = parseObject(await readBody(request, binding.bodyMaxBytes));
    const claim = refuseClaims.inBody(body, caller.purpose);
    if (claim !== undefined) await refuse(claim);
    const answer = await invocation.track(binding.call(invocation, body));
    answerJson(response, 200, answer ?? {});
  }

  async #passEgress(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const invocation = await this.#identify(request, "egress");
    const claimed = refuseClaims.inEgressHeaders(request.rawHeaders);
    if (claimed !== undefined) await this.#refuseForgery(invocation.caller, claimed);
    invocation.markActed();
    await invocation.track(this.#options.egress.forward(invocation, request, response));
  }

  /** The running invocation of this function that the request names; anything else is refused and recorded. */
  async #identify(request: IncomingMessage, kind: "binding" | "egress"): Promise<Invocation> {
    const id = request.headers[INVOCATION_HEADER];
    const invocation = typeof id === "string" ? this.#options.running.find(id) : undefined;
    if (invocation !== undefined) {
      if (invocation.release === this.#release) return invocation;
      await this.#refuseForgery(this.#self(), "access-denied");
    }
    const { name } = this.#release.manifest;
    const act = kind === "binding" ? functionAct("door.call", name) : egressAct("egress.send", "ungranted");
    const host = kind === "binding" ? {} : { host: "ungranted" };
    await this.#options.door.refuse(this.#self(), act, { reason: "no-invocation", ...host });
    throw new WardError(kind === "binding" ? "access-denied" : "egress-refused", { why: "no-invocation" });
  }

  async #refuseForgery(caller: Caller, reason: Reason): Promise<never> {
    await this.#options.door.refuse(caller, identityAct(this.#release.manifest.name), { reason });
    throw new WardError("access-denied", { why: reason });
  }

  /** The function outside any of its invocations. */
  #self(): Caller {
    return functionCaller(this.#release, newTraceId());
  }
}

type Reason = NonNullable<AuditEntry["reason"]>;

/** Answers a failure in the form of the wire protocol, where an answer can still be given. */
export function answerError(response: ServerResponse, error: WardError): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const issues = error.detail["issues"];
  const body: WireError = {
    code: error.code,
    message: error.message,
    ...(Array.isArray(issues) ? { issues: issues as readonly string[] } : {}),
  };
  // A body that was refused unread would be taken for the next request.
  response.setHeader("connection", error.code === "too-large" ? "close" : "keep-alive");
  answerJson(response, error.kind.status, body);
}

function answerJson(response: ServerResponse, status: number, value: unknown): void {
  const text = Buffer.from(JSON.stringify(value));
  response.writeHead(status, { "content-type": "application/json", "content-length": text.length });
  response.end(text);
}

function parseObject(body: Buffer): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(body.toString("utf8"));
  } catch {
    // The parser's message quotes the body.
    throw new WardError("invalid-request", { why: "not JSON" });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new WardError("invalid-request", { why: "not an object" });
  }
  return value as Readonly<Record<string, unknown>>;
}
