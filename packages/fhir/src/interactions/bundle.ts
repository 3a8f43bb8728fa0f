/**
 * A transaction Bundle (FHIR R4 http §3.1.0.11) as interactions, in the order R4 prescribes: POST, PUT, GET (DELETE is
 * refused). Entries refer to each other by `fullUrl`; `resolveReferences` puts the assigned ids in its place.
 */
import { WardError } from "@ward/core";
import { completeInteraction, parseRequestLine, takeJson, type Interaction } from "./call.ts";
import { copyJson, isObject, JSON_LIMITS, type JsonObject, type JsonValue } from "../json.ts";
import { invalid } from "../validate.ts";

export interface Entry {
  /** Place in the request, and so in the response. */
  readonly index: number;
  readonly fullUrl?: string;
  readonly interaction: Interaction;
}

const BUNDLE_MEMBERS = ["resourceType", "id", "meta", "implicitRules", "language", "identifier", "type", "timestamp"];
const LIST_MEMBERS = ["link", "entry", "signature"];
const ENTRY_MEMBERS = ["fullUrl", "link", "resource", "request"];
const REQUEST_MEMBERS = ["method", "url", "ifMatch", "ifNoneExist"];
/** Members whose whole value may be a reference to another entry (R4 §3.1.0.11.2: Reference.reference, uri, url, …). */
const REFERENCE_MEMBERS = new Set(["reference", "url", "uri", "valueUri", "valueUrl", "valueUuid", "valueCanonical"]);

/** The entries, in the order they take effect. */
export function parseTransaction(body: unknown): Entry[] {
  const bundle = takeJson(body);
  if (bundle["resourceType"] !== "Bundle") throw new WardError("invalid-request", { reason: "bundle-required" });
  if (bundle["type"] !== "transaction") throw new WardError("unsupported", { reason: "bundle-type" });
  refuseOthers(bundle, [...BUNDLE_MEMBERS, ...LIST_MEMBERS], "Bundle");
  const list = bundle["entry"];
  if (!Array.isArray(list) || list.length === 0) throw invalid(["Bundle.entry: required"]);
  if (list.length > JSON_LIMITS.entriesMax) throw new WardError("too-large", { limitEntries: JSON_LIMITS.entriesMax });
  const entries = list.map(parseEntry);
  refuseRepeats(entries);
  const order = { create: 0, update: 1, read: 2, search: 2 };
  return entries.sort((a, b) => order[a.interaction.kind] - order[b.interaction.kind] || a.index - b.index);
}

/** Runs `work` on an entry; what it finds invalid is named by the place in the Bundle. */
export function atEntry<T>(entry: Entry, isBundle: boolean, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    if (!isBundle || !(thrown instanceof WardError)) throw thrown;
    const issues = thrown.detail["issues"];
    const place = `Bundle.entry[${entry.index}].resource`;
    if (!Array.isArray(issues)) throw new WardError(thrown.code, { ...thrown.detail, entry: entry.index });
    const { type } = entry.interaction;
    throw invalid(
      (issues as string[]).map((issue) =>
        issue.startsWith(type) ? place + issue.slice(type.length) : `${place}.${issue}`,
      ),
    );
  }
}

/** The resource with each reference to another entry replaced by `Type/id`. Throws where an entry is missing. */
export function resolveReferences(resource: JsonObject, targets: ReadonlyMap<string, string>): JsonObject {
  let dangling: string | undefined;
  const resolved = copyJson(resource, (text, key) => {
    if (!REFERENCE_MEMBERS.has(key)) return text;
    const target = targets.get(text);
    if (target !== undefined) return target;
    if (key === "reference" && text.startsWith("urn:")) dangling = "dangling-reference";
    else if (key === "reference" && text.includes("?")) dangling = "conditional-reference-unsupported";
    return text;
  });
  if (dangling) throw invalid([`${resource["resourceType"] as string}: ${dangling}`]);
  return resolved as JsonObject;
}

function parseEntry(value: JsonValue, index: number): Entry {
  const place = `Bundle.entry[${index}]`;
  if (!isObject(value)) throw invalid([`${place}: structure`]);
  refuseOthers(value, ENTRY_MEMBERS, place);
  const { request, fullUrl, resource } = value;
  if (!isObject(request)) throw invalid([`${place}.request: required`]);
  refuseOthers(request, REQUEST_MEMBERS, `${place}.request`);
  const { method, url, ifMatch, ifNoneExist } = request;
  if (typeof method !== "string" || typeof url !== "string") throw invalid([`${place}.request: required`]);
  for (const text of [fullUrl, ifMatch, ifNoneExist]) {
    if (text !== undefined && (typeof text !== "string" || text === "")) throw invalid([`${place}: format`]);
  }
  try {
    const interaction = completeInteraction(parseRequestLine(method, url), resource, {
      ifMatch: ifMatch as string | undefined,
      ifNoneExist: ifNoneExist as string | undefined,
    });
    return { index, interaction, ...(typeof fullUrl === "string" ? { fullUrl } : {}) };
  } catch (thrown) {
    if (thrown instanceof WardError) throw new WardError(thrown.code, { ...thrown.detail, entry: index });
    throw thrown;
  }
}

/** One resource twice in one transaction has no defined outcome (R4 §3.1.0.11.2). */
function refuseRepeats(entries: readonly Entry[]): void {
  const seen = new Set<string>();
  for (const { index, fullUrl, interaction } of entries) {
    const target = interaction.kind === "update" ? `${interaction.type}/${interaction.id}` : undefined;
    for (const name of [fullUrl, target]) {
      if (name === undefined) continue;
      if (seen.has(name)) throw new WardError("invalid-request", { reason: "repeated-resource", entry: index });
    }
    if (fullUrl !== undefined) seen.add(fullUrl);
    if (target !== undefined) seen.add(target);
  }
}

/** Unknown members are counted, not named: a name may be PHI. */
function refuseOthers(value: JsonObject, known: readonly string[], place: string): void {
  if (Object.keys(value).some((key) => !known.includes(key))) throw invalid([`${place}: unknown-element`]);
}
