/**
 * `/fhir/R4` (https://hl7.org/fhir/R4/http.html) between HTTP and a `FhirCall`: media types, bodies and headers. Which
 * interaction a method and a path name is FHIR's to say, and who may do it is the door's.
 */
import { R4_RESOURCE_TYPES, WardError, type Caller, type FhirAnswer, type FhirCall } from "@ward/core";
import { checkAccept, checkContentType, FHIR_JSON } from "./fhir-media-types.ts";
import type { Authenticate, FhirPort } from "./contract.ts";
import type { Answer, Exchange, Routed } from "./exchange.ts";
import { readText } from "./request-body.ts";
import type { RequestTarget } from "./request-target.ts";

export interface FhirRouteOptions {
  readonly fhir: FhirPort;
  readonly authenticate: Authenticate;
  readonly bodyMaxBytes: number;
  /** As clients name the service: `https://localhost:8443/fhir/R4`. */
  readonly baseUrl: () => string;
}

const RESOURCE_TYPES: ReadonlySet<string> = new Set(R4_RESOURCE_TYPES);
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/** `segments` are those below `/fhir/R4`. */
export function routeFhir(
  exchange: Exchange,
  target: RequestTarget,
  segments: readonly string[],
  options: FhirRouteOptions,
): Routed {
  const isMetadata = segments.length === 1 && segments[0] === "metadata";
  const answer = isMetadata ? metadata(exchange, target, options) : interact(exchange, target, segments, options);
  return { route: `/fhir/R4${patternOf(segments)}`, answer };
}

/** The path without what a client chose: `/Patient/:id/_history/:version`. */
function patternOf(segments: readonly string[]): string {
  const [first] = segments;
  if (first !== undefined && !isFixed(first)) return "/:unknown";
  const names = segments.map((segment, at) => {
    if (isFixed(segment) && at !== 1) return segment;
    if (/^(?:_search|_history|\$[a-z-]{1,40})$/.test(segment)) return segment;
    return at === 1 ? ":id" : at === 3 ? ":version" : ":more";
  });
  return names.map((name) => `/${name}`).join("");
}

function isFixed(segment: string): boolean {
  return RESOURCE_TYPES.has(segment) || /^(?:metadata|_search|_history|\*|\$[a-z-]{1,40})$/.test(segment);
}

async function interact(
  exchange: Exchange,
  target: RequestTarget,
  segments: readonly string[],
  { fhir, authenticate, bodyMaxBytes, baseUrl }: FhirRouteOptions,
): Promise<Answer> {
  checkAccept(exchange, target.query);
  const { authorization } = exchange.request.headers;
  if (authorization === undefined) throw new WardError("unauthenticated");
  const { principal, purpose } = await authenticate(authorization);
  const caller: Caller = { principal, purpose, traceId: exchange.trace };
  const call = await readCall(exchange, target, segments, baseUrl(), bodyMaxBytes);
  return toAnswer(await fhir.interact(caller, call), baseUrl());
}

async function readCall(
  exchange: Exchange,
  { query }: RequestTarget,
  segments: readonly string[],
  base: string,
  maxBytes: number,
): Promise<FhirCall> {
  const { request, method } = exchange;
  if (!METHODS.includes(method)) throw new WardError("method-not-allowed", { allow: METHODS });
  const place = segments.map(encodeURIComponent).join("/");
  const call = {
    method: (method === "HEAD" ? "GET" : method) as FhirCall["method"],
    path: query === "" ? place : `${place}?${query}`,
    base,
    ...conditionsOf(exchange),
  };
  if (method === "GET" || method === "HEAD" || method === "DELETE") return call;
  const contentType = checkContentType(exchange, segments);
  // As text: FHIR parses it itself, and only text shows a member that is there twice.
  const body = await readText(request, maxBytes);
  return { ...call, ...(contentType === undefined ? {} : { contentType }), body };
}

function conditionsOf({
  request: { headers },
}: Exchange): Pick<FhirCall, "ifMatch" | "ifNoneMatch" | "ifModifiedSince" | "ifNoneExist" | "prefer"> {
  const { "if-match": ifMatch, "if-none-match": ifNoneMatch, "if-modified-since": ifModifiedSince, prefer } = headers;
  const ifNoneExist = headers["if-none-exist"];
  return {
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
    ...(ifModifiedSince === undefined ? {} : { ifModifiedSince }),
    ...(typeof ifNoneExist === "string" ? { ifNoneExist } : {}),
    ...(prefer === undefined ? {} : { prefer: Array.isArray(prefer) ? prefer.join(", ") : prefer }),
  };
}

function toAnswer({ status, body, json, location, etag, lastModified }: FhirAnswer, baseUrl: string): Answer {
  const headers = {
    ...(body === undefined && json === undefined ? {} : { "content-type": FHIR_JSON }),
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { "last-modified": new Date(lastModified).toUTCString() }),
    ...(location === undefined ? {} : { location: `${baseUrl}/${location}` }),
  };
  return {
    status,
    headers,
    ...(body === undefined ? {} : { body }),
    ...(json === undefined ? {} : { bytes: json }),
  };
}

async function metadata(
  exchange: Exchange,
  { query }: RequestTarget,
  { fhir, baseUrl }: FhirRouteOptions,
): Promise<Answer> {
  checkAccept(exchange, query);
  if (exchange.method !== "GET" && exchange.method !== "HEAD") {
    throw new WardError("method-not-allowed", { allow: ["GET"] });
  }
  const answer = fhir.capabilities({ method: "GET", path: `metadata?${query}`, base: baseUrl() });
  return toAnswer(answer, baseUrl());
}
