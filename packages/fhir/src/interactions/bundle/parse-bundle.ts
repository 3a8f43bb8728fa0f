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

const BUNDLE_MEMBERS = ["resourceType", "id", "meta", "implicitRules", "language", "identifier", "type", "timestamp"];
const LIST_MEMBERS = ["link", "entry", "signature", "total"];
const ENTRY_MEMBERS = ["id", "extension", "modifierExtension", "fullUrl", "link", "resource", "request"];
const CONDITIONS = ["ifMatch", "ifNoneMatch", "ifModifiedSince", "ifNoneExist"] as const;
const REQUEST_MEMBERS = ["id", "extension", "method", "url", ...CONDITIONS];
const METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"];

/** `around`: the call that the Bundle came with, whose wishes hold for its entries too. */
export function parseBundle(bundle: JsonObject, around: FhirCall): BundleRequest {
  if (bundle["resourceType"] !== "Bundle") throw new WardError("invalid-request", { reason: "bundle-required" });
  const { type, entry: list } = bundle;
  if (type !== "batch" && type !== "transaction") throw new WardError("invalid-request", { reason: "bundle-type" });
  refuseOthers(bundle, [...BUNDLE_MEMBERS, ...LIST_MEMBERS], "Bundle");
  if (list === undefined) return { type, entries: [] };
  if (!Array.isArray(list) || list.length === 0) throw invalid(["Bundle.entry: empty-value"]);
  if (list.length > JSON_LIMITS.entriesMax) throw new WardError("too-large", { limitEntries: JSON_LIMITS.entriesMax });
  const entries = list.map((value, index) => parseEntry(value, index, around));
  refuseRepeated(entries);
  return { type, entries };
}

function parseEntry(value: JsonValue, index: number, around: FhirCall): EntryRequest {
  const place = `Bundle.entry[${index}]`;
  if (!isObject(value)) throw invalid([`${place}: structure`]);
  refuseOthers(value, ENTRY_MEMBERS, place);
  const { request, fullUrl, resource } = value;
  if (!isObject(request)) throw invalid([`${place}.request: required`]);
  refuseOthers(request, REQUEST_MEMBERS, `${place}.request`);
  const { method, url } = request;
  if (typeof method !== "string" || !METHODS.includes(method))
    throw invalid([`${place}.request.method: required-binding`]);
  if (typeof url !== "string") throw invalid([`${place}.request.url: required`]);
  if (fullUrl !== undefined && (typeof fullUrl !== "string" || !isFullUrl(fullUrl))) {
    throw invalid([`${place}.fullUrl: format`]);
  }
  const conditions: { -readonly [Name in (typeof CONDITIONS)[number]]?: string } = {};
  for (const name of CONDITIONS) {
    const text = request[name];
    if (text === undefined) continue;
    if (typeof text !== "string" || text === "") throw invalid([`${place}.request.${name}: format`]);
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

/** Absolute (bdl-8: and not of one version). */
function isFullUrl(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9+.-]*:\S+$/.test(text) && !text.includes("/_history/");
}

/** bdl-7. */
function refuseRepeated(entries: readonly EntryRequest[]): void {
  const seen = new Set<string>();
  for (const { index, fullUrl } of entries) {
    if (fullUrl === undefined) continue;
    if (seen.has(fullUrl)) throw invalid([`Bundle.entry[${index}].fullUrl: bdl-7`]);
    seen.add(fullUrl);
  }
}

/** Unknown members are not named: a name may be PHI. */
function refuseOthers(value: JsonObject, known: readonly string[], place: string): void {
  if (Object.keys(value).some((key) => !known.includes(key))) throw invalid([`${place}: unknown-element`]);
}
