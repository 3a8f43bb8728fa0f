/** `/fn/<route>`: HTTP-triggered functions. The body is checked against the trigger's schema before an instance starts. */
import { principalName, WardError, type HttpTriggerRequest, type Principal } from "@ward/core";
import type { Functions } from "@ward/runtime";
import { checkBody } from "./body-schema.ts";
import type { Authenticate } from "./contract.ts";
import type { Answer, Exchange, Routed } from "./exchange.ts";
import { mediaType, parseJson, readText } from "./request-body.ts";
import { readParameters, type RequestTarget } from "./request-target.ts";

export interface FunctionRouteOptions {
  readonly functions: Pick<Functions, "route" | "invokeHttp">;
  readonly authenticate: Authenticate;
  readonly bodyMaxBytes: number;
}

/** Who calls without a token. Functions that list the role `public` take it. */
const PUBLIC: Principal = { kind: "service", id: "public" };

/** `segments` are those below `/fn`. */
export function routeFunction(
  exchange: Exchange,
  target: RequestTarget,
  segments: readonly string[],
  options: FunctionRouteOptions,
): Routed {
  // Encoded again from what was read strictly, so that there is one spelling of every path.
  const path = segments.map(encodeURIComponent).join("/");
  const found = options.functions.route(exchange.method, path);
  if (found === undefined) return { route: "unmatched", answer: Promise.reject(notRouted(exchange, path, options)) };
  const { manifest, params } = found;
  const pattern = manifest.trigger.kind === "http" ? manifest.trigger.route : manifest.name;
  return { route: `/fn/${pattern}`, answer: invoke(exchange, target, path, manifest, params, options) };
}

async function invoke(
  exchange: Exchange,
  target: RequestTarget,
  path: string,
  { name, trigger }: NonNullable<ReturnType<Functions["route"]>>["manifest"],
  params: Readonly<Record<string, string>>,
  { functions, authenticate, bodyMaxBytes }: FunctionRouteOptions,
): Promise<Answer> {
  const { authorization } = exchange.request.headers;
  // A token that is not valid is refused, never taken for no token.
  const identity = authorization === undefined ? undefined : await authenticate(authorization);
  const body = await readBody(exchange, bodyMaxBytes);
  const schema = trigger.kind === "http" ? trigger.body : undefined;
  if (schema !== undefined) checkBody(schema, body);
  const request: HttpTriggerRequest = {
    method: exchange.method,
    path,
    params,
    query: readParameters(target.query),
    ...(body === undefined ? {} : { body }),
    caller: identity === undefined ? "public" : principalName(identity.principal),
  };
  const { status, body: result } = await functions.invokeHttp(name, request, {
    principal: PUBLIC,
    ...identity,
    traceId: exchange.trace,
  });
  const code = status ?? (result === undefined ? 204 : 200);
  if (!Number.isInteger(code) || code < 200 || code > 599) throw new WardError("function-failed", { function: name });
  return { status: code, ...(result === undefined ? {} : { body: result }) };
}

async function readBody({ request }: Exchange, maxBytes: number): Promise<unknown> {
  const { headers } = request;
  if (headers["transfer-encoding"] === undefined && Number(headers["content-length"] ?? 0) === 0) return undefined;
  const type = mediaType(headers["content-type"]);
  if (type === undefined || !/^application\/([a-z0-9.-]+\+)?json$/.test(type))
    throw new WardError("unsupported-media-type");
  return parseJson(await readText(request, maxBytes));
}

/** 405 where another method would be answered at this path, else 404. */
function notRouted(exchange: Exchange, path: string, { functions }: FunctionRouteOptions): WardError {
  const allow = ["GET", "POST", "PUT", "PATCH", "DELETE"].filter(
    (method) => method !== exchange.method && functions.route(method, path) !== undefined,
  );
  return allow.length === 0 ? new WardError("not-found") : new WardError("method-not-allowed", { allow });
}
