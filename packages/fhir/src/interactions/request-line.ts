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

type Methods = Readonly<Record<string, () => RequestLine>>;

const ID = /^[A-Za-z0-9\-.]{1,64}$/;

/** `path` is below `base`; an absolute URL below `base` is the same. */
export function parseRequestLine(method: string, path: string, base: string): RequestLine {
  const [place, query] = splitOnce(path.startsWith(`${base}/`) ? path.slice(base.length) : path);
  const segments = place.split("/").filter((segment, at, all) => segment !== "" || (at !== 0 && at !== all.length - 1));
  const [first, second, third, fourth, ...rest] = segments.map(decode);
  if (rest.length > 0) throw noSuchPath();
  const at = (methods: Methods): RequestLine => choose(methods, method === "HEAD" ? "GET" : method);
  if (first === undefined)
    return at({ GET: () => ({ kind: "search", query }), POST: () => ({ kind: "bundle", query }) });
  if (second === undefined && !isResourceType(first)) return onSystem(first, query, at);
  if (!isResourceType(first)) throw unknownType();
  const type = first;
  if (second === undefined) return onType(type, query, at);
  if (third === undefined && isReserved(second)) return besideType(type, second, query, at);
  if (!ID.test(second)) throw new WardError("not-found", { type, reason: "id-form" });
  return onInstance(type, second, third, fourth, query, at);
}

type Choose = (methods: Methods) => RequestLine;

function onSystem(name: string, query: string, at: Choose): RequestLine {
  if (name === "metadata") return at({ GET: () => ({ kind: "capabilities", query }) });
  if (name === "_search") return at({ POST: () => ({ kind: "search", query }) });
  if (name === "_history") return at({ GET: () => ({ kind: "history", query }) });
  if (name.startsWith("$")) return operation(name, {}, query, at);
  throw unknownType();
}

function onType(type: string, query: string, at: Choose): RequestLine {
  return at({
    GET: () => ({ kind: "search", type, query }),
    POST: () => ({ kind: "create", type, query }),
    PUT: () => ({ kind: "update", type, query }),
    PATCH: () => ({ kind: "patch", type, query }),
    DELETE: () => ({ kind: "delete", type, query }),
  });
}

function besideType(type: string, name: string, query: string, at: Choose): RequestLine {
  if (name === "_search") return at({ POST: () => ({ kind: "search", type, query }) });
  if (name === "_history") return at({ GET: () => ({ kind: "history", type, query }) });
  if (name.startsWith("$")) return operation(name, { type }, query, at);
  throw noSuchPath();
}

function onInstance(
  type: string,
  id: string,
  third: string | undefined,
  fourth: string | undefined,
  query: string,
  at: Choose,
): RequestLine {
  if (third === undefined) {
    return at({
      GET: () => ({ kind: "read", type, id, query }),
      PUT: () => ({ kind: "update", type, id, query }),
      PATCH: () => ({ kind: "patch", type, id, query }),
      DELETE: () => ({ kind: "delete", type, id, query }),
    });
  }
  if (third === "_history" && fourth !== undefined) {
    return at({ GET: () => ({ kind: "vread", type, id, version: fourth, query }) });
  }
  if (third === "_history") return at({ GET: () => ({ kind: "history", type, id, query }) });
  if (third.startsWith("$") && fourth === undefined) return operation(third, { type, id }, query, at);
  if (!isCompartmentType(type) || (third !== "*" && !isResourceType(third))) throw noSuchPath();
  const search = {
    kind: "search",
    compartment: { type, id },
    query,
    ...(third === "*" ? {} : { type: third }),
  } as const;
  if (fourth === undefined) return at({ GET: () => search });
  if (fourth === "_search") return at({ POST: () => search });
  throw noSuchPath();
}

function operation(
  name: string,
  place: { readonly type?: string; readonly id?: string },
  query: string,
  at: Choose,
): RequestLine {
  const line = { kind: "operation", name: name.slice(1), ...place, query } as const;
  return at({ GET: () => line, POST: () => line });
}

function choose(methods: Methods, method: string): RequestLine {
  const found = Object.hasOwn(methods, method) ? methods[method] : undefined;
  if (found === undefined) throw new WardError("method-not-allowed", { allow: Object.keys(methods) });
  return found();
}

function isReserved(segment: string): boolean {
  return segment.startsWith("_") || segment.startsWith("$");
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new WardError("invalid-request", { reason: "path" });
  }
}

function splitOnce(path: string): readonly [place: string, query: string] {
  const at = path.indexOf("?");
  return at < 0 ? [path, ""] : [path.slice(0, at), path.slice(at + 1)];
}

function unknownType(): WardError {
  return new WardError("not-found", { reason: "unknown-type" });
}

function noSuchPath(): WardError {
  return new WardError("not-found", { reason: "path" });
}
