/**
 * `/fhir/R4` (https://hl7.org/fhir/R4/http.html): read, search by GET and by POST, create, conditional create, update,
 * transaction, metadata. Who may do what is the door's to decide; this turns HTTP into a `FhirCall` and back.
 */
import { R4_RESOURCE_TYPES } from "@ward/core";
import { WardError, type Caller, type FhirAnswer, type FhirCall } from "@ward/core";
import { capabilityStatement } from "./capability-statement.ts";
import type { Authenticate, FhirPort } from "./contract.ts";
import type { Answer, Exchange, Routed } from "./exchange.ts";
import { mediaType, readText } from "./request-body.ts";
import type { RequestTarget } from "./request-target.ts";

export interface FhirRouteOptions {
  readonly fhir: FhirPort;
  readonly authenticate: Authenticate;
  readonly bodyMaxBytes: number;
  /** Base URL for `Location`: `https://localhost:8443/fhir/R4`. */
  readonly baseUrl: () => string;
}

const FHIR_JSON = "application/fhir+json; charset=utf-8";
const RESOURCE_TYPES: ReadonlySet<string> = new Set(R4_RESOURCE_TYPES);

/** `segments` are those below `/fhir/R4`. */
export function routeFhir(
  exchange: Exchange,
  target: RequestTarget,
  segments: readonly string[],
  options: FhirRouteOptions,
): Routed {
  const [type, id, ...rest] = segments;
  if (type === "metadata" && id === undefined) {
    return { route: "/fhir/R4/metadata", answer: metadata(exchange) };
  }
  if (type !== undefined && !RESOURCE_TYPES.has(type)) {
    return { route: "/fhir/R4/:unknown", answer: Promise.reject(new WardError("not-found")) };
  }
  const pattern =
    type === undefined ? "" : id === undefined ? `/${type}` : id === "_search" ? `/${type}/_search` : `/${type}/:id`;
  const route = `/fhir/R4${pattern}${rest.length === 0 ? "" : "/:more"}`;
  return { route, answer: interact(exchange, target, segments, options) };
}

async function interact(
  exchange: Exchange,
  target: RequestTarget,
  segments: readonly string[],
  { fhir, authenticate, bodyMaxBytes, baseUrl }: FhirRouteOptions,
): Promise<Answer> {
  checkAccept(exchange);
  const authorization = exchange.request.headers.authorization;
  if (authorization === undefined) throw new WardError("unauthenticated");
  const { principal, purpose } = await authenticate(authorization);
  const caller: Caller = { principal, purpose, traceId: exchange.trace };
  const call = await readCall(exchange, target, segments, bodyMaxBytes);
  return toAnswer(await fhir.interact(caller, call), baseUrl());
}

async function readCall(
  exchange: Exchange,
  { query }: RequestTarget,
  segments: readonly string[],
  maxBytes: number,
): Promise<FhirCall> {
  const [type, id, ...rest] = segments;
  const { headers } = exchange.request;
  const method = exchange.method === "HEAD" ? "GET" : exchange.method;
  if (rest.length > 0 || id?.startsWith("$")) throw new WardError("unsupported");
  if (type === undefined) {
    if (method !== "POST") throw notAllowed(["POST"]);
    return { method: "POST", path: "", body: await readResource(exchange, maxBytes) };
  }
  if (id === "_search") {
    if (method !== "POST") throw notAllowed(["POST"]);
    const form = await readForm(exchange, maxBytes);
    return { method: "GET", path: `${type}?${[query, form].filter((part) => part !== "").join("&")}` };
  }
  if (id === undefined) {
    if (method === "GET") return { method, path: query === "" ? type : `${type}?${query}` };
    if (method !== "POST") throw notAllowed(["GET", "POST"]);
    const ifNoneExist = headers["if-none-exist"];
    const body = await readResource(exchange, maxBytes);
    return { method, path: type, body, ...(typeof ifNoneExist === "string" ? { ifNoneExist } : {}) };
  }
  if (!/^[A-Za-z0-9.-]{1,64}$/.test(id)) throw new WardError("not-found");
  const path = `${type}/${id}`;
  if (method === "GET") return { method, path };
  if (method !== "PUT") throw notAllowed(["GET", "PUT"]);
  const ifMatch = headers["if-match"];
  const body = await readResource(exchange, maxBytes);
  return { method, path, body, ...(ifMatch === undefined ? {} : { ifMatch }) };
}

async function readResource({ request }: Exchange, maxBytes: number): Promise<unknown> {
  const type = mediaType(request.headers["content-type"]);
  if (type !== "application/fhir+json" && type !== "application/json") throw new WardError("unsupported-media-type");
  // As text: FHIR parses it itself, and only text shows a member that is there twice.
  return await readText(request, maxBytes);
}

async function readForm({ request }: Exchange, maxBytes: number): Promise<string> {
  if (mediaType(request.headers["content-type"]) !== "application/x-www-form-urlencoded") {
    throw new WardError("unsupported-media-type");
  }
  const form = (await readText(request, maxBytes)).trim();
  // It becomes a query: what could end one is not in it.
  if (/[#?\s]/.test(form)) throw new WardError("invalid-request");
  return form;
}

/** FHIR JSON is the only form served; a client that accepts XML alone is told so. */
function checkAccept({ request }: Exchange): void {
  const accept = request.headers.accept;
  if (accept === undefined) return;
  const isServed = accept.split(",").some((range) => {
    const [type = "", ...parameters] = range.toLowerCase().split(";");
    const isRefused = parameters.some((parameter) => /^\s*q=0(\.0*)?\s*$/.test(parameter));
    return !isRefused && ["application/fhir+json", "application/json", "application/*", "*/*"].includes(type.trim());
  });
  if (!isServed) throw new WardError("not-acceptable");
}

function toAnswer({ status, body, location }: FhirAnswer, baseUrl: string): Answer {
  const meta = readMeta(body);
  const lastUpdated = meta?.lastUpdated === undefined ? undefined : new Date(meta.lastUpdated);
  const headers = {
    "content-type": FHIR_JSON,
    ...(meta?.versionId === undefined ? {} : { etag: `W/"${meta.versionId}"` }),
    ...(lastUpdated === undefined || Number.isNaN(lastUpdated.getTime())
      ? {}
      : { "last-modified": lastUpdated.toUTCString() }),
    ...(location === undefined ? {} : { location: /^https?:/.test(location) ? location : `${baseUrl}/${location}` }),
  };
  return { status, headers, ...(body === undefined ? {} : { body }) };
}

function readMeta(body: unknown): { readonly versionId?: string; readonly lastUpdated?: string } | undefined {
  if (typeof body !== "object" || body === null || !("meta" in body) || !("id" in body)) return undefined;
  const { meta } = body as { meta: { versionId?: unknown; lastUpdated?: unknown } | null };
  return {
    ...(typeof meta?.versionId === "string" && /^[A-Za-z0-9.-]{1,64}$/.test(meta.versionId)
      ? { versionId: meta.versionId }
      : {}),
    ...(typeof meta?.lastUpdated === "string" ? { lastUpdated: meta.lastUpdated } : {}),
  };
}

async function metadata(exchange: Exchange): Promise<Answer> {
  checkAccept(exchange);
  if (exchange.method !== "GET" && exchange.method !== "HEAD") throw notAllowed(["GET"]);
  return { status: 200, headers: { "content-type": FHIR_JSON }, body: capabilityStatement() };
}

function notAllowed(allow: readonly string[]): WardError {
  return new WardError("method-not-allowed", { allow });
}
