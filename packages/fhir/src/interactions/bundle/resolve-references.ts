/**
 * References between the entries of a transaction (FHIR R4 http §3.1.0.11.2, bundle §2.36.4.1): by `fullUrl`, also below
 * the base of the entry that refers, in references, uris, urls, canonicals and the links and images of narrative; and
 * conditional references (`Patient?identifier=…`). Elements of type oid and uuid stay: with a reference in them the
 * resource would not be R4.
 */
import { copyJson, type JsonObject, type JsonValue, type RewriteText } from "../../json.ts";
import { isResourceType } from "../../search/definitions.ts";
import { invalid } from "../../validate.ts";

export interface ReferenceTargets {
  /** As clients name this server. */
  readonly ownBase: string;
  /** `Type/id` by `fullUrl`. */
  readonly byFullUrl: ReadonlyMap<string, string>;
  /** `Type/id` by conditional reference. */
  readonly byCriteria: ReadonlyMap<string, string>;
}

/** R4's elements that are a uri, url or canonical, wherever they stand, and none that is a text somewhere. */
const URI_ELEMENTS = new Set(
  (
    "answerValueSet authority authorizationUrl baseDefinition contentReference definition definitionCanonical " +
    "definitionUri derivedFrom derivedFromUri endpoint graph implementationGuide import imports inputProfile " +
    "instantiates instantiatesCanonical instantiatesUri library link measure onlineInformation outputProfile partOf " +
    "policy profile protocol questionnaire reference rendering replaces resource source supplements supportedProfile " +
    "targetProfile topic uri url valueCanonical valueSet valueUri valueUrl workflow"
  ).split(" "),
);

/**
 * The resource with the references replaced by `Type/id`. `fullUrl`: the entry's own. Throws `invalid-resource` where a
 * `urn:` leads to no entry.
 */
export function resolveReferences(
  resource: JsonObject,
  { ownBase, byFullUrl, byCriteria }: ReferenceTargets,
  fullUrl?: string,
): JsonObject {
  // A Bundle that is stored whole has its own entries to refer to.
  if (resource["resourceType"] === "Bundle") return resource;
  const relative = relativeTo(ownBase);
  const base = baseOf(fullUrl);
  let dangling: string | undefined;
  const targetOf = (text: string): string | undefined => {
    const [url, fragment] = splitFragment(text);
    const target =
      byFullUrl.get(url) ?? (base === undefined ? undefined : byFullUrl.get(base + url)) ?? withoutVersion(url);
    return target === undefined ? undefined : target + fragment;
  };
  const withoutVersion = (url: string): string | undefined => {
    const at = url.indexOf("/_history/");
    if (at < 0) return undefined;
    const plain = url.slice(0, at);
    return byFullUrl.get(plain) ?? (base === undefined ? undefined : byFullUrl.get(base + plain));
  };
  const resolved = copyJson(resource, (text, name) => {
    if (name === "div") return text.includes("=") ? linksReplaced(text, targetOf) : text;
    if (!URI_ELEMENTS.has(name) || text.startsWith("#")) return text;
    const target = targetOf(text);
    if (target !== undefined) return target;
    if (name !== "reference") return text;
    if (text.startsWith("urn:")) dangling = "dangling-reference";
    return isConditional(text) ? (byCriteria.get(text) ?? text) : relative(text, name);
  });
  if (dangling !== undefined) throw invalid([`${resource["resourceType"] as string}: ${dangling}`]);
  return resolved as JsonObject;
}

/**
 * Makes absolute references to this server's records relative: they are the same, and whose record one is must be told
 * from it (`storage/compartment.ts`).
 */
export function relativeTo(ownBase: string): RewriteText {
  const prefix = `${ownBase}/`;
  return (text, name) => {
    if (name !== "reference" || !text.startsWith(prefix)) return text;
    const place = text.slice(prefix.length);
    return /^[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/\d{1,9})?$/.test(place) ? place : text;
  };
}

/** Puts what a write of its own refers to by criteria in their place. */
export function resolveConditional(resource: JsonObject, byCriteria: ReadonlyMap<string, string>): JsonObject {
  return copyJson(resource, (text, name) => (name === "reference" && byCriteria.get(text)) || text) as JsonObject;
}

/** The conditional references of a resource: `Patient?identifier=…`. A Bundle that is stored whole keeps its own. */
export function conditionalReferences(resource: JsonObject): ReadonlySet<string> {
  const found = new Set<string>();
  if (resource["resourceType"] === "Bundle") return found;
  addConditional(found, resource, "");
  return found;
}

function addConditional(found: Set<string>, value: JsonValue, name: string): void {
  if (typeof value === "string") {
    if (name === "reference" && isConditional(value)) found.add(value);
  } else if (Array.isArray(value)) for (const each of value) addConditional(found, each, name);
  else if (typeof value === "object" && value !== null) {
    // Every element of every entry comes by: without a list of each object's members.
    for (const key in value) addConditional(found, value[key] as JsonValue, key);
  }
}

export function isConditional(reference: string): boolean {
  const at = reference.indexOf("?");
  return at > 0 && isResourceType(reference.slice(0, at));
}

/** `http://host/fhir/` of `http://host/fhir/Patient/1`: what the entry's relative references are relative to. */
function baseOf(fullUrl: string | undefined): string | undefined {
  const match = /^(https?:\/\/\S+\/)([A-Z][A-Za-z]+)\/[A-Za-z0-9\-.]{1,64}$/.exec(fullUrl ?? "");
  return match && isResourceType(match[2]) ? match[1] : undefined;
}

function splitFragment(text: string): readonly [url: string, fragment: string] {
  const at = text.indexOf("#");
  return at <= 0 ? [text, ""] : [text.slice(0, at), text.slice(at)];
}

function linksReplaced(html: string, targetOf: (text: string) => string | undefined): string {
  return html.replace(/(\s(?:href|src)\s*=\s*)(["'])([^"']*)\2/g, (all, name: string, quote: string, url: string) => {
    const target = targetOf(url.replaceAll("&amp;", "&"));
    return target === undefined ? all : `${name}${quote}${target}${quote}`;
  });
}
