/**
 * The front door for HTTP: TLS, limits, routing, and one answer for every failure. INVARIANT: no part of a URL or body
 * is logged, since search parameters and ids are PHI; a request that could be read in two ways is refused.
 */
import { createServer as createPlainServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { hostname } from "node:os";
import type { Duplex } from "node:stream";
import { asWardError, WardError } from "@ward/core";
import type { Functions } from "@ward/runtime";
import type { Authenticate, FhirPort, RequestLine } from "./contract.ts";
import { rawAnswer, sendAnswer, type Answer, type Exchange, type Routed } from "./exchange.ts";
import { routeFhir, type FhirRouteOptions } from "./fhir-route.ts";
import { FRONT_PAGE } from "./front-page.ts";
import { routeFunction, type FunctionRouteOptions } from "./function-route.ts";
import { errorHeaders, fhirError, problem } from "./http-error.ts";
import { isLoopback, listen } from "./listen.ts";
import type { TlsMaterial } from "./local-ca.ts";
import { readTarget } from "./request-target.ts";
import { traceIdOf } from "./trace-context.ts";

export interface HttpLimits {
  readonly bodyMaxBytes: number;
  /** Of FHIR: a transaction of 5,000 entries has some megabytes. */
  readonly fhirBodyMaxBytes: number;
  readonly headerMaxBytes: number;
  readonly connectionsMax: number;
  /** From the connection to the end of the headers. */
  readonly headersMs: number;
  /** From the connection to the end of the body. */
  readonly requestMs: number;
  readonly keepAliveMs: number;
  /** A connection on which nothing is sent or read is closed. */
  readonly idleMs: number;
  /** How long `close` waits for requests in work. */
  readonly graceMs: number;
}

export const DEFAULT_HTTP_LIMITS: HttpLimits = {
  bodyMaxBytes: 8 * 1024 * 1024,
  fhirBodyMaxBytes: 16 * 1024 * 1024,
  headerMaxBytes: 16 * 1024,
  connectionsMax: 1024,
  headersMs: 10_000,
  requestMs: 30_000,
  keepAliveMs: 30_000,
  idleMs: 60_000,
  graceMs: 10_000,
};

export interface HttpGatewayOptions {
  /** 0 picks a free port. */
  readonly port: number;
  readonly host: string;
  /** Absent: plain HTTP, for a proxy or a measurement on this machine; refused on anything but loopback. */
  readonly tls: TlsMaterial | undefined;
  readonly functions: Pick<Functions, "route" | "invokeHttp">;
  readonly fhir: FhirPort;
  readonly authenticate: Authenticate;
  readonly limits?: Partial<HttpLimits>;
  /** Names by which clients may call this node, beside `host` and the machine's own: any other is refused (DNS rebinding). */
  readonly names?: readonly string[];
  /** Whether the node can do its work: `/healthz` answers 503 where not. */
  readonly health?: () => boolean | Promise<boolean>;
  readonly onRequest?: (line: RequestLine) => void;
  /** A failure that is not the caller's: code and trace, for the operator. */
  readonly onFailure?: (error: WardError, trace: string) => void;
  /** Records that somebody who did not prove who they are was refused; the refusal stands where recording fails. */
  readonly onUnauthenticated?: (trace: string) => Promise<void>;
}

export interface HttpGateway {
  readonly port: number;
  /** `https://localhost:8443` */
  readonly url: string;
  /** Takes no more requests, answers the ones in work, and closes every connection. */
  close(): Promise<void>;
}

/** Throws `startup-failed` with `reason` (`port-in-use`, `http-plain-needs-loopback`, …) and `port`. */
export async function startHttpGateway(options: HttpGatewayOptions): Promise<HttpGateway> {
  if (options.tls === undefined && !isLoopback(options.host)) {
    throw new WardError("startup-failed", {
      reason: "http-plain-needs-loopback",
      port: options.port,
      host: options.host,
    });
  }
  const limits = { ...DEFAULT_HTTP_LIMITS, ...options.limits };
  const server = makeServer(options.tls, limits);
  server.on("clientError", refuseUnparsed);
  // Tunnels and upgrades have no use here; without listeners Node would treat an upgrade as a plain request.
  server.on("connect", (_request, socket: Duplex) => socket.end(rawAnswer(405, "Method Not Allowed")));
  server.on("upgrade", (_request, socket: Duplex) => socket.end(rawAnswer(400, "Bad Request")));
  const port = await listen(server, options.port, options.host);
  const url = urlOf(options, port);
  const gate = openGate(options, limits, port, url);
  let isClosing = false;
  // Added late, but before the event loop's next turn takes the first connection.
  server.on("request", (request, response) => {
    if (isClosing) response.setHeader("connection", "close");
    void handle(request, response, gate);
  });
  return {
    port,
    url,
    close: async () => {
      isClosing = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const grace = setTimeout(() => server.closeAllConnections(), limits.graceMs);
      await closed;
      clearTimeout(grace);
    },
  };
}

/** What requests are answered with; made once for all of them. */
interface Gate {
  readonly options: HttpGatewayOptions;
  /** In lower case, with the port and without. */
  readonly names: ReadonlySet<string>;
  readonly ofFhir: FhirRouteOptions;
  readonly ofFunctions: FunctionRouteOptions;
}

function openGate(options: HttpGatewayOptions, limits: HttpLimits, port: number, url: string): Gate {
  const { fhir, functions, authenticate } = options;
  const names = ["localhost", "127.0.0.1", "[::1]", hostname(), options.host, ...(options.names ?? [])].map(lower);
  return {
    options,
    names: new Set(names.flatMap((name) => [name, `${name}:${port}`])),
    ofFhir: { fhir, authenticate, bodyMaxBytes: limits.fhirBodyMaxBytes, baseUrl: `${url}/fhir/R4` },
    ofFunctions: { functions, authenticate, bodyMaxBytes: limits.bodyMaxBytes },
  };
}

function urlOf({ tls, host }: HttpGatewayOptions, port: number): string {
  const name = host === "0.0.0.0" || host === "::" ? "localhost" : bracket(host);
  return `${tls === undefined ? "http" : "https"}://${name}:${port}`;
}

function makeServer(tls: TlsMaterial | undefined, limits: HttpLimits): Server {
  const http = {
    maxHeaderSize: limits.headerMaxBytes,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: Math.min(1_000, limits.headersMs),
    keepAliveTimeout: limits.keepAliveMs,
    noDelay: true,
    insecureHTTPParser: false,
    // Most requests have no body: they go without the life of a stream that ends at once.
    optimizeEmptyRequests: true,
  };
  const server =
    tls === undefined
      ? createPlainServer(http)
      : createTlsServer({
          ...http,
          key: tls.key,
          cert: tls.cert,
          minVersion: "TLSv1.2",
          ALPNProtocols: ["http/1.1"],
          handshakeTimeout: 10_000,
        });
  server.maxConnections = limits.connectionsMax;
  server.setTimeout(limits.idleMs);
  server.on("tlsClientError", (_error, socket) => socket.destroy());
  return server;
}

async function handle(request: IncomingMessage, response: ServerResponse, gate: Gate): Promise<void> {
  const started = performance.now();
  const trace = traceIdOf(header(request, "traceparent"));
  const exchange: Exchange = { request, method: request.method ?? "", trace };
  response.on("error", destroyThis);
  let route = "unmatched";
  let answer: Answer;
  try {
    const routed = findRoute(exchange, gate);
    route = routed.route;
    answer = await routed.answer;
  } catch (thrown) {
    const error = asWardError(thrown);
    // Recorded before it is answered: who tries tokens must not be faster than the record (45 CFR 164.308(a)(5)(ii)(C)).
    if (error.code === "unauthenticated") await gate.options.onUnauthenticated?.(trace).catch(() => undefined);
    answer = failed(error, exchange, gate);
  }
  // A body that was not read would be taken for the next request: the connection ends with this answer.
  if (!request.complete) response.setHeader("connection", "close");
  if (!response.destroyed) sendAnswer(response, exchange, answer);
  const ms = performance.now() - started;
  gate.options.onRequest?.({ method: knownMethod(exchange.method), route, status: answer.status, ms, trace });
}

function findRoute(exchange: Exchange, { options, names, ofFhir, ofFunctions }: Gate): Routed {
  checkHeaders(exchange.request, names);
  const target = readTarget(exchange.request.url ?? "");
  const [first, second] = target.segments;
  if (first === "fhir" && second === "R4") return routeFhir(exchange, target, ofFhir);
  if (first === "fn" && second !== undefined) {
    return routeFunction(exchange, target, target.segments.slice(1), ofFunctions);
  }
  if (first === "healthz" && second === undefined)
    return { route: "/healthz", answer: answerHealth(exchange, options) };
  if (first === undefined) return { route: "/", answer: answerFrontPage(exchange) };
  throw new WardError("not-found");
}

async function answerHealth({ method }: Exchange, { health }: HttpGatewayOptions): Promise<Answer> {
  if (method !== "GET" && method !== "HEAD") throw new WardError("method-not-allowed", { allow: ["GET"] });
  let isReady: boolean;
  try {
    isReady = (await health?.()) ?? true;
  } catch {
    isReady = false;
  }
  return isReady ? { status: 200, body: { status: "ok" } } : { status: 503, body: { status: "unavailable" } };
}

async function answerFrontPage({ method }: Exchange): Promise<Answer> {
  if (method !== "GET" && method !== "HEAD") throw new WardError("method-not-allowed", { allow: ["GET"] });
  // Not found, for a program: nothing is served here. A person reads what is.
  return { status: 404, contentType: "text/html; charset=utf-8", text: FRONT_PAGE };
}

const SINGLE_HEADERS = new Set([
  "host",
  "authorization",
  "content-type",
  "content-length",
  "content-encoding",
  "transfer-encoding",
  "if-match",
  "if-none-exist",
  "if-modified-since",
  "x-request-id",
  "traceparent",
]);

/** Node keeps the first of some repeated headers and joins others; whoever stands before it may keep the last. */
function checkHeaders({ headers, rawHeaders }: IncomingMessage, names: ReadonlySet<string>): void {
  let count = 0;
  for (const _ in headers) count += 1;
  // As many names as header lines: none came twice.
  if (count * 2 !== rawHeaders.length) refuseRepeated(rawHeaders);
  const host = headers.host ?? "";
  if (!names.has(host) && !names.has(lower(host).replace(/:\d+$/, ""))) {
    throw new WardError("invalid-request", { header: "host" });
  }
}

function refuseRepeated(rawHeaders: readonly string[]): void {
  const seen = new Set<string>();
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = lower(rawHeaders[at] ?? "");
    if (!SINGLE_HEADERS.has(name)) continue;
    if (seen.has(name)) throw new WardError("invalid-request", { header: name });
    seen.add(name);
  }
}

function failed(error: WardError, exchange: Exchange, { options }: Gate): Answer {
  if (error.kind.fault !== "caller") options.onFailure?.(error, exchange.trace);
  const isFhir = exchange.request.url?.startsWith("/fhir/") ?? false;
  const { status, contentType, body } = (isFhir ? fhirError : problem)(error, exchange.trace);
  const { allow, version } = error.detail;
  const headers = [...errorHeaders(error.code)];
  if (error.code === "gone" && typeof version === "number") headers.push("etag", `W/"${version}"`);
  if (error.code === "method-not-allowed" && Array.isArray(allow)) headers.push("allow", allow.join(", "));
  return { status, contentType, headers, body };
}

/** What Node's parser refused: malformed, too slow, headers too large, or two lengths (RFC 9112 §6.3). */
function refuseUnparsed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const answer =
    error.code === "HPE_HEADER_OVERFLOW"
      ? rawAnswer(431, "Request Header Fields Too Large")
      : error.code === "ERR_HTTP_REQUEST_TIMEOUT"
        ? rawAnswer(408, "Request Timeout")
        : rawAnswer(400, "Bad Request");
  socket.end(answer, () => socket.destroy());
}

function destroyThis(this: ServerResponse): void {
  this.destroy();
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === "string" ? value : undefined;
}

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

function knownMethod(method: string): string {
  return METHODS.has(method) ? method : "OTHER";
}

function bracket(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

function lower(text: string): string {
  return text.toLowerCase();
}
