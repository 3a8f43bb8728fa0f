/** A batch or transaction Bundle (FHIR R4 http §3.1.0.11) as calls, entry by entry; what it may not hold is refused. */
import { WardError, type FhirCall } from "@ward/core";
import { isObject, JSON_LIMITS, type JsonObject, type JsonValue } from "../../json.ts";
import { invalid } from "../../validate.ts";

export interface BundleRequest {
  readonly type: "batch" | "transaction";
  readonly entries: readonly EntryRequest[];
}

export interface EntryRequest {
  /** Place in the request, and so in the response. */
  readonly index: number;
  readonly fullUrl?: string;
  readonly call: FhirCall;
}

const META_MEMBERS = ["resourceType", "id", "meta", "implicitRules", "language", "identifier", "type", "timestamp"];
const BUNDLE_MEMBERS = [...META_MEMBERS, "link", "entry", "signature", "total"];
const ENTRY_MEMBERS = ["id", "extension", "modifierExtension", "fullUrl", "link", "resource", "request"];
const CONDITIONS = ["ifMatch", "ifNoneMatch", "ifModifiedSince", "ifNoneExist"] as const;
const REQUEST_MEMBERS = ["id", "extension", "method", "url", ...CONDITIONS];
const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"];

/** `around`: the call that the Bundle came with, whose wishes hold for its entries too. */
export function parseBundle(bundle: JsonObject, around: FhirCall): BundleRequest {
  if (bundle["resourceType"] !== "Bundle") throw new WardError("invalid-request", { reason: "bundle-required" });
  const { type, entry: list } = bundle;
  if (type !== "batch" && type !== "transaction") throw new WardError("invalid-request", { reason: "bundle-type" });
  if (hasOthers(bundle, BUNDLE_MEMBERS)) throw invalid(["Bundle: unknown-element"]);
  if (list === undefined) return { type, entries: [] };
  if (!Array.isArray(list) || list.length === 0) throw invalid(["Bundle.entry: empty-value"]);
  if (list.length > JSON_LIMITS.entriesMax) throw new WardError("too-large", { limitEntries: JSON_LIMITS.entriesMax });
  const entries = list.map((value, index) => parseEntry(value, index, around));
  refuseRepeated(entries);
  return { type, entries };
}

function parseEntry(value: JsonValue, index: number, around: FhirCall): EntryRequest {
  if (!isObject(value)) throw invalidAt(index, ": structure");
  if (hasOthers(value, ENTRY_MEMBERS)) throw invalidAt(index, ": unknown-element");
  const { request, fullUrl, resource } = value;
  if (!isObject(request)) throw invalidAt(index, ".request: required");
  if (hasOthers(request, REQUEST_MEMBERS)) throw invalidAt(index, ".request: unknown-element");
  const { method, url } = request;
  if (typeof method !== "string" || !METHODS.includes(method)) {
    throw invalidAt(index, ".request.method: required-binding");
  }
  if (typeof url !== "string") throw invalidAt(index, ".request.url: required");
  if (fullUrl !== undefined && (typeof fullUrl !== "string" || !isFullUrl(fullUrl))) {
    throw invalidAt(index, ".fullUrl: format");
  }
  const conditions: { -readonly [Name in (typeof CONDITIONS)[number]]?: string } = {};
  for (const name of CONDITIONS) {
    const text = request[name];
    if (text === undefined) continue;
    if (typeof text !== "string" || text === "") throw invalidAt(index, `.request.${name}: format`);
    conditions[name] = text;
  }
  const { base, prefer } = around;
  const call: FhirCall = {
    method: method === "HEAD" ? "GET" : (method as FhirCall["method"]),
    path: url,
    ...(resource === undefined ? {} : { body: resource }),
    ...conditions,
    ...(base === undefined ? {} : { base }),
    // What was written is answered to who asks for it: who posts a Bundle has its resources.
    prefer: prefer ?? "return=minimal",
  };
  return { index, call, ...(fullUrl === undefined ? {} : { fullUrl }) };
}

/**
 * Absolute (bdl-8: and not of one version). Many clients name an entry as the others refer to it, by `Patient/1`: nothing
 * of it is stored, and what it means is as clear.
 */
function isFullUrl(text: string): boolean {
  if (/^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/.test(text)) return true;
  return /^[A-Za-z][A-Za-z0-9+.-]*:\S+$/.test(text) && !text.includes("/_history/");
}

/** bdl-7. */
function refuseRepeated(entries: readonly EntryRequest[]): void {
  const seen = new Set<string>();
  for (const { index, fullUrl } of entries) {
    if (fullUrl === undefined) continue;
    if (seen.has(fullUrl)) throw invalidAt(index, ".fullUrl: bdl-7");
    seen.add(fullUrl);
  }
}

/** Whoever refuses them does not name them: a name may be PHI. */
function hasOthers(value: JsonObject, known: readonly string[]): boolean {
  for (const key in value) if (!known.includes(key)) return true;
  return false;
}

function invalidAt(index: number, issue: string): WardError {
  return invalid([`Bundle.entry[${index}]${issue}`]);
}
