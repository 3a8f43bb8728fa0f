/**
 * A call's method and path as one of the interactions Ward answers (FHIR R4 http §3.1.0). Anything else is refused by
 * name here, before the door is asked. Ids are not checked: one that cannot exist is simply not found.
 */
import { WardError, type FhirCall, type FhirInteraction } from "@ward/core";
import { parseCriteria, type Criteria } from "../search/criteria.ts";
import { isResourceType } from "../search/definitions.ts";
import { copyJson, isObject, JSON_LIMITS, parseFhirJson, type JsonObject } from "../json.ts";

export type Interaction =
  | { readonly kind: "read"; readonly type: string; readonly id: string }
  | { readonly kind: "search"; readonly type: string; readonly criteria: Criteria }
  | { readonly kind: "create"; readonly type: string; readonly resource: JsonObject; readonly ifNoneExist?: Criteria }
  | {
      readonly kind: "update";
      readonly type: string;
      readonly id: string;
      readonly resource: JsonObject;
      /** Version that must be current. */
      readonly ifMatch?: number;
    };

/** What one request line asks, before its body is looked at. */
export interface RequestLine {
  readonly interaction: FhirInteraction;
  readonly type: string;
  readonly id?: string;
  readonly query?: string;
}

/** Stored whole, these would hide PHI of many patients from compartments; other issues give them a home. */
const NOT_STORED = new Set(["Bundle", "Parameters", "OperationOutcome"]);

export function isTransaction(call: FhirCall): boolean {
  return trimPath(call.path) === "";
}

export function parseCall(call: FhirCall): Interaction {
  const line = parseRequestLine(call.method, call.path);
  return completeInteraction(line, call.body, call);
}

/** Joins request line, body and preconditions; also for entries of a transaction. */
export function completeInteraction(
  line: RequestLine,
  body: unknown,
  conditions: { readonly ifMatch?: string | undefined; readonly ifNoneExist?: string | undefined },
): Interaction {
  const { type } = line;
  if (line.interaction === "read") return { kind: "read", type, id: line.id as string };
  if (line.interaction === "search") return { kind: "search", type, criteria: parseCriteria(type, line.query ?? "") };
  if (NOT_STORED.has(type)) throw new WardError("unsupported", { type, reason: "type-not-stored" });
  const resource = takeResource(body, type);
  if (line.interaction === "create") {
    const { ifNoneExist } = conditions;
    if (ifNoneExist === undefined) return { kind: "create", type, resource };
    return { kind: "create", type, resource, ifNoneExist: parseCriteria(type, ifNoneExist.replace(/^.*\?/, "")) };
  }
  const id = line.id as string;
  if (resource["id"] !== id) throw new WardError("invalid-request", { type, reason: "id-mismatch" });
  const ifMatch = conditions.ifMatch === undefined ? undefined : parseIfMatch(conditions.ifMatch);
  return { kind: "update", type, id, resource, ...(ifMatch === undefined ? {} : { ifMatch }) };
}

export function parseRequestLine(method: string, path: string): RequestLine {
  const [resourcePath, query] = splitOnce(trimPath(path), "?");
  const [type = "", id, ...rest] = resourcePath.split("/");
  if (!isResourceType(type)) {
    if (/^[A-Z]\w*$/.test(type)) throw new WardError("not-found", { reason: "unknown-type" });
    throw new WardError("unsupported", { reason: "interaction" });
  }
  if (rest.length > 0)
    throw new WardError("unsupported", { type, reason: rest[0] === "_history" ? "history" : "path" });
  if (id !== undefined && !/^[A-Za-z0-9\-.]{1,64}$/.test(id)) {
    throw new WardError("unsupported", {
      type,
      reason: id.startsWith("$") || id.startsWith("_") ? "operation" : "path",
    });
  }
  const hasQuery = query !== undefined && query !== "";
  switch (method) {
    case "GET":
      if (id === undefined) return { interaction: "search", type, query: query ?? "" };
      if (hasQuery) throw new WardError("unsupported", { type, reason: "parameters-on-read" });
      return { interaction: "read", type, id };
    case "POST":
      if (id !== undefined || hasQuery) throw new WardError("unsupported", { type, reason: "path" });
      return { interaction: "create", type };
    case "PUT":
      if (id === undefined) throw new WardError("unsupported", { type, reason: "conditional-update" });
      if (hasQuery) throw new WardError("unsupported", { type, reason: "path" });
      return { interaction: "update", type, id };
    case "DELETE":
    case "PATCH":
      throw new WardError("unsupported", { type, reason: method.toLowerCase() });
    default:
      throw new WardError("method-not-allowed", { type });
  }
}

/** A body as JSON within the limits; text is parsed strictly. */
export function takeJson(body: unknown): JsonObject {
  const value = typeof body === "string" ? parseFhirJson(body) : copyJson(body);
  if (!isObject(value)) throw new WardError("invalid-request", { reason: "body-required" });
  return value;
}

function takeResource(body: unknown, type: string): JsonObject {
  const resource = takeJson(body);
  if (resource["resourceType"] !== type) throw new WardError("invalid-request", { type, reason: "type-mismatch" });
  return resource;
}

/** `W/"3"`, also without `W/`. */
function parseIfMatch(text: string): number {
  const version = /^(?:W\/)?"(\d{1,9})"$/.exec(text.trim())?.[1];
  if (version === undefined) throw new WardError("invalid-request", { reason: "if-match" });
  return Number(version);
}

function trimPath(path: string): string {
  return path.replace(/^\//, "");
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** Throws `too-large` where the sealed bytes would exceed the limit of one resource. */
export function checkSize(type: string, bytes: number): void {
  if (bytes > JSON_LIMITS.resourceMaxBytes) {
    throw new WardError("too-large", { type, limitBytes: JSON_LIMITS.resourceMaxBytes });
  }
}
