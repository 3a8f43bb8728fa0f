/**
 * `/fhir/R4` (https://hl7.org/fhir/R4/http.html) between HTTP and a `FhirCall`: media types, bodies and headers. Which
 * interaction a method and a path name is FHIR's to say, and who may do it is the door's.
 */
import { R4_RESOURCE_TYPES, WardError, type Caller, type FhirAnswer, type FhirCall } from "@ward/core";
import { checkAccept, checkContentType, FHIR_JSON } from "./fhir-media-types.ts";
import type { Authenticate, FhirPort } from "./contract.ts";
import type { Answer, Exchange, Routed } from "./exchange.ts";
import { asksForContent, binaryOf, bringsContent, contentOf } from "./native-binary.ts";
import { readBytes, readText } from "./request-body.ts";
import type { RequestTarget } from "./request-target.ts";

export interface FhirRouteOptions {
  readonly fhir: FhirPort;
  readonly authenticate: Authenticate;
  readonly bodyMaxBytes: number;
  /** As clients name the service: `https://localhost:8443/fhir/R4`. */
  readonly baseUrl: string;
}

const RESOURCE_TYPES: ReadonlySet<string> = new Set(R4_RESOURCE_TYPES);
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/** `target` is below `/fhir/R4`. */
export function routeFhir(exchange: Exchange, target: RequestTarget, options: FhirRouteOptions): Routed {
  const { segments } = target;
  const isMetadata = segments.length === 3 && segments[2] === "metadata";
  const answer = isMetadata ? metadata(exchange, target, options) : interact(exchange, target, options);
  return { route: patternOf(segments), answer };
}

/** The path without what a client chose: `/fhir/R4/Patient/:id/_history/:version`. */
function patternOf(segments: readonly string[]): string {
  let pattern = "/fhir/R4";
  for (let at = 2; at < segments.length; at += 1) {
    const segment = segments[at] ?? "";
    if (at === 2 && !isFixed(segment)) return `${pattern}/:unknown`;
    pattern += `/${isOwn(segment) || (at !== 3 && isFixed(segment)) ? segment : (STANDS_FOR[at] ?? ":more")}`;
  }
  return pattern;
}

const OWN = /^(?:_search|_history|\$[a-z-]{1,40})$/;
const STANDS_FOR: Readonly<Record<number, string>> = { 3: ":id", 5: ":version" };

function isFixed(segment: string): boolean {
  return RESOURCE_TYPES.has(segment) || segment === "metadata" || segment === "*" || isOwn(segment);
}

function isOwn(segment: string): boolean {
  return OWN.test(segment);
}

async function interact(
  exchange: Exchange,
  target: RequestTarget,
  { fhir, authenticate, bodyMaxBytes, baseUrl }: FhirRouteOptions,
): Promise<Answer> {
  const { segments, query } = target;
  const isContent = asksForContent(exchange, segments, query);
  if (!isContent) checkAccept(exchange, query);
  const { request, method, trace } = exchange;
  const { authorization } = request.headers;
  if (authorization === undefined) throw new WardError("unauthenticated");
  const { principal, purpose } = await authenticate(authorization);
  const caller: Caller = { principal, purpose, traceId: trace };
  const call = callOf(exchange, target, baseUrl);
  if (bringsContent(exchange, segments)) {
    call.body = binaryOf(exchange, segments, await readBytes(request, bodyMaxBytes));
  } else if (method === "POST" || method === "PUT" || method === "PATCH") {
    const contentType = checkContentType(exchange, segments);
    if (contentType !== undefined) call.contentType = contentType;
    // As text: FHIR parses it itself, and only text shows a member that is there twice.
    call.body = await readText(request, bodyMaxBytes);
  }
  const answer = await fhir.interact(caller, call);
  if (!isContent || answer.status !== 200) return toAnswer(answer, baseUrl);
  return { ...toAnswer(answer, baseUrl), body: undefined, ...contentOf(exchange, answer) };
}

type Call = { -readonly [Name in keyof FhirCall]: FhirCall[Name] };

/** Without the body. */
function callOf({ request, method }: Exchange, target: RequestTarget, base: string): Call {
  if (!METHODS.includes(method)) throw new WardError("method-not-allowed", { allow: METHODS });
  const call: Call = { method: (method === "HEAD" ? "GET" : method) as FhirCall["method"], path: pathOf(target), base };
  const { "if-match": ifMatch, "if-none-match": ifNoneMatch, "if-modified-since": ifModifiedSince } = request.headers;
  const { "if-none-exist": ifNoneExist, prefer } = request.headers;
  if (ifMatch !== undefined) call.ifMatch = ifMatch;
  if (ifNoneMatch !== undefined) call.ifNoneMatch = ifNoneMatch;
  if (ifModifiedSince !== undefined) call.ifModifiedSince = ifModifiedSince;
  if (typeof ifNoneExist === "string") call.ifNoneExist = ifNoneExist;
  if (prefer !== undefined) call.prefer = Array.isArray(prefer) ? prefer.join(", ") : prefer;
  return call;
}

/** What is below `/fhir/R4` as it was sent, for FHIR to decode, of what `readTarget` let pass. */
function pathOf({ sent, segments, query }: RequestTarget): string {
  if (segments.length === 2) return query === "" ? "" : `?${query}`;
  return sent.slice(sent.indexOf("/", sent.indexOf("/", 1) + 1) + 1);
}

function toAnswer({ status, body, json, location, etag, lastModified }: FhirAnswer, baseUrl: string): Answer {
  const headers: string[] = [];
  if (etag !== undefined) headers.push("etag", etag);
  if (lastModified !== undefined) headers.push("last-modified", new Date(lastModified).toUTCString());
  if (location !== undefined) headers.push("location", `${baseUrl}/${location}`);
  return { status, contentType: FHIR_JSON, headers, body, bytes: json };
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
  const answer = fhir.capabilities({ method: "GET", path: `metadata?${query}`, base: baseUrl });
  return toAnswer(answer, baseUrl);
}
