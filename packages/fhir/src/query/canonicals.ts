/**
 * References by canonical URL, `http://a/questionnaire` or with a version behind it: what they name are the records that
 * have the URL (FHIR R4 references §2.3.0.3). Without a version each of them is meant.
 */
import type { Searched } from "../extraction/searched.ts";
import { extractSearchValues } from "../extraction/extract.ts";
import type { ValueCriterion } from "../search/contract.ts";
import { resourceTypes } from "../search/definitions.ts";
import { parseUri } from "../search/kinds/uri.ts";
import { parameterOf } from "../search/parameters.ts";
import type { Sketch } from "../storage/contract.ts";
import { localReference, resourceOf } from "./references.ts";

const ABSOLUTE = /^[a-z][a-z0-9+.-]*:/i;

/** Whether records of the type have canonical URLs, and versions of them; a Device's URL is where it is reached. */
export function hasCanonical(type: string): boolean {
  return parameterOf(type, "url")?.kind === "uri" && parameterOf(type, "version") !== undefined;
}

/** How canonicals name the record: by its URL, and by its URL with its version. */
export function canonicalsOf(record: Searched): readonly string[] {
  if (!hasCanonical(record.type)) return [];
  const versions = record
    .valuesOf("version")
    .flatMap((each) => (each.kind === "token" && each.code ? [each.code] : []));
  return record
    .valuesOf("url")
    .flatMap((each) => (each.kind === "uri" ? [each.uri, ...versions.map((version) => `${each.uri}|${version}`)] : []));
}

/** Records of a type that have one of the URLs, each with or without version. */
export function canonicalCriterion(type: string, canonicals: Iterable<string>): ValueCriterion | undefined {
  const parameter = parameterOf(type, "url");
  const values = [...canonicals].flatMap((each) => parseUri(each, true) ?? []);
  return parameter && values.length > 0 ? { kind: "value", parameter, values } : undefined;
}

/** What the record refers to by a parameter, as `Type/id`, and absolute URLs of elsewhere as they are. */
export function namesOf(record: Searched, parameter: string, baseUrl: string): readonly string[] {
  const names = new Set<string>();
  for (const value of record.valuesOf(parameter)) {
    if (value.kind !== "reference" || value.reference === undefined) continue;
    const name = localReference(value.reference, baseUrl) ?? value.reference;
    if (!name.startsWith("#")) names.add(name);
  }
  return [...names];
}

/** Absolute URLs that the records refer to by one parameter, or by each (`*`), by the types that they may name. */
export function canonicalsByTarget(
  records: readonly (Sketch & { readonly resource?: Searched["resource"] })[],
  parameter: string,
  baseUrl: string,
): ReadonlyMap<string, ReadonlySet<string>> {
  const byTarget = new Map<string, Set<string>>();
  for (const record of records) {
    const values = parameter === "*" ? extractSearchValues(resourceOf(record)) : record.valuesOf(parameter);
    for (const value of values) {
      if (value.kind !== "reference" || value.reference === undefined || !ABSOLUTE.test(value.reference)) continue;
      if (localReference(value.reference, baseUrl) !== undefined) continue;
      const name = parameter === "*" ? value.parameter : parameter;
      for (const target of canonicalTargets(record.type, name)) {
        const known = byTarget.get(target);
        if (known) known.add(value.reference);
        else byTarget.set(target, new Set([value.reference]));
      }
    }
  }
  return byTarget;
}

/** A parameter without targets names any type by URL where its own type is a definition, as by `depends-on`. */
function canonicalTargets(type: string, parameter: string): readonly string[] {
  const found = parameterOf(type, parameter);
  if (found === undefined) return [];
  return (found.targets ?? (hasCanonical(type) ? resourceTypes() : [])).filter(hasCanonical);
}
