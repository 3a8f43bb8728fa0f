/** A method and a path as the interaction they name (FHIR R4 http §3.1.0.1.1), before a body or a query is looked at. */
import { WardError } from "@ward/core";
import { isCompartmentType } from "../query/compartments.ts";
import { isResourceType } from "../search/definitions.ts";

export type RequestLine = { readonly query: string } & (
  | { readonly kind: "bundle" }
  | { readonly kind: "capabilities" }
  | { readonly kind: "search"; readonly type?: string; readonly compartment?: { type: string; id: string } }
  | { readonly kind: "history"; readonly type?: string; readonly id?: string }
  | { readonly kind: "vread"; readonly type: string; readonly id: string; readonly version: string }
  | { readonly kind: "read"; readonly type: string; readonly id: string }
  | { readonly kind: "create"; readonly type: string }
  /** Without `id`: conditional. */
  | { readonly kind: "update" | "patch" | "delete"; readonly type: string; readonly id?: string }
  | { readonly kind: "operation"; readonly name: string; readonly type?: string; readonly id?: string }
);

/** What each method does at a place. */
type Methods<Kind extends RequestLine["kind"]> = Readonly<Record<string, Kind>>;

const AT_BASE: Methods<"search" | "bundle"> = { GET: "search", POST: "bundle" };
const CAPABILITIES: Methods<"capabilities"> = { GET: "capabilities" };
const SEARCHED: Methods<"search"> = { GET: "search" };
const SEARCHED_BY_FORM: Methods<"search"> = { POST: "search" };
const HISTORY: Methods<"history"> = { GET: "history" };
const VERSION: Methods<"vread"> = { GET: "vread" };
const OPERATION: Methods<"operation"> = { GET: "operation", POST: "operation" };
const TYPE: Methods<"search" | "create" | "update" | "patch" | "delete"> = {
  GET: "search",
  POST: "create",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
};
const INSTANCE: Methods<"read" | "update" | "patch" | "delete"> = {
  GET: "read",
  PUT: "update",
  PATCH: "patch",
  DELETE: "delete",
};

const ID = /^[A-Za-z0-9\-.]{1,64}$/;

/** `path` is below `base`; an absolute URL below `base` is the same. */
export function parseRequestLine(method: string, path: string, base: string): RequestLine {
  const isAbsolute = path.startsWith(base) && path[base.length] === "/";
  const from = isAbsolute ? base.length : 0;
  const mark = path.indexOf("?", from);
  const query = mark < 0 ? "" : path.slice(mark + 1);
  const segments = segmentsOf(path.slice(from, mark < 0 ? undefined : mark));
  if (segments.length > 4) throw noSuchPath();
  const [first, second, third, fourth] = segments;
  const asked = method === "HEAD" ? "GET" : method;
  if (first === undefined) return { kind: choose(AT_BASE, asked), query };
  if (second === undefined && !isResourceType(first)) return onSystem(asked, first, query);
  if (!isResourceType(first)) throw unknownType();
  const type = first;
  if (second === undefined) return { kind: choose(TYPE, asked), type, query };
  if (third === undefined && isReserved(second)) return besideType(asked, type, second, query);
  if (!ID.test(second)) throw new WardError("not-found", { type, reason: "id-form" });
  if (third === undefined) return { kind: choose(INSTANCE, asked), type, id: second, query };
  return belowInstance(asked, type, second, third, fourth, query);
}

function onSystem(method: string, name: string, query: string): RequestLine {
  if (name === "metadata") return { kind: choose(CAPABILITIES, method), query };
  if (name === "_search") return { kind: choose(SEARCHED_BY_FORM, method), query };
  if (name === "_history") return { kind: choose(HISTORY, method), query };
  if (name.startsWith("$")) return { kind: choose(OPERATION, method), name: name.slice(1), query };
  throw unknownType();
}

function besideType(method: string, type: string, name: string, query: string): RequestLine {
  if (name === "_search") return { kind: choose(SEARCHED_BY_FORM, method), type, query };
  if (name === "_history") return { kind: choose(HISTORY, method), type, query };
  if (name.startsWith("$")) return { kind: choose(OPERATION, method), name: name.slice(1), type, query };
  throw noSuchPath();
}

function belowInstance(
  method: string,
  type: string,
  id: string,
  third: string,
  fourth: string | undefined,
  query: string,
): RequestLine {
  if (third === "_history") {
    if (fourth === undefined) return { kind: choose(HISTORY, method), type, id, query };
    return { kind: choose(VERSION, method), type, id, version: fourth, query };
  }
  if (third.startsWith("$") && fourth === undefined) {
    return { kind: choose(OPERATION, method), name: third.slice(1), type, id, query };
  }
  if (!isCompartmentType(type) || (third !== "*" && !isResourceType(third))) throw noSuchPath();
  if (fourth !== undefined && fourth !== "_search") throw noSuchPath();
  const kind = choose(fourth === undefined ? SEARCHED : SEARCHED_BY_FORM, method);
  const compartment = { type, id };
  return third === "*" ? { kind, compartment, query } : { kind, compartment, query, type: third };
}

function choose<Kind extends RequestLine["kind"]>(methods: Methods<Kind>, method: string): Kind {
  const found = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (found === undefined) throw new WardError("method-not-allowed", { allow: Object.keys(methods) });
  return found;
}

function isReserved(segment: string): boolean {
  return segment.startsWith("_") || segment.startsWith("$");
}

/** Decoded, without the empty ones at both ends. */
function segmentsOf(place: string): string[] {
  if (place === "" || place === "/") return [];
  const from = place.startsWith("/") ? 1 : 0;
  const to = place.endsWith("/") ? place.length - 1 : place.length;
  const segments = place.slice(from, to).split("/");
  return place.includes("%") ? segments.map(decode) : segments;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new WardError("invalid-request", { reason: "path" });
  }
}

function unknownType(): WardError {
  return new WardError("not-found", { reason: "unknown-type" });
}

function noSuchPath(): WardError {
  return new WardError("not-found", { reason: "path" });
}
