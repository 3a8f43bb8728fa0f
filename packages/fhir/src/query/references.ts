/** What a resource refers to, as `Type/id`: versions dropped, absolute references below our base made relative. */
import { assert } from "@ward/core";
import { extractSearchValues } from "../extraction/extract.ts";
import type { SearchValue } from "../extraction/search-value.ts";
import { isObject, type JsonObject } from "../json.ts";
import type { RecordKey, Sketch } from "../storage/contract.ts";

/** What all its parameters refer to, only a record that is opened tells. */
type Referring = Pick<Sketch, "type" | "valuesOf"> & { readonly resource?: JsonObject };

const LITERAL = /^([A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;

/** By one reference parameter, or by each (`*`), of all records of a type, or of any (`*`): each reference once. */
export function referencesOfAll(
  records: readonly Referring[],
  type: string,
  parameter: string,
  baseUrl: string,
): ReadonlySet<string> {
  const references = new Set<string>();
  let last: readonly SearchValue[] | undefined;
  for (const record of records) {
    if (type !== "*" && record.type !== type) continue;
    const values = parameter === "*" ? extractSearchValues(resourceOf(record)) : record.valuesOf(parameter);
    // Cards that have them in common tell the same ones.
    if (values === last) continue;
    last = values;
    for (const value of values) {
      if (value.kind !== "reference") continue;
      const literal = value.reference === undefined ? undefined : localReference(value.reference, baseUrl);
      if (literal !== undefined) references.add(literal);
    }
  }
  return references;
}

/** What a List's entries refer to, but for those that it says were deleted from it (FHIR R4 search, `_list`). */
export function membersOf(list: JsonObject, baseUrl: string): readonly string[] {
  const members = new Set<string>();
  for (const entry of Array.isArray(list["entry"]) ? list["entry"] : []) {
    if (!isObject(entry) || entry["deleted"] === true || !isObject(entry["item"])) continue;
    const { reference } = entry["item"];
    const literal = typeof reference === "string" ? localReference(reference, baseUrl) : undefined;
    if (literal !== undefined) members.add(literal);
  }
  return [...members];
}

export function resourceOf({ resource }: Referring): JsonObject {
  assert(resource, "only what is opened is asked for all that it refers to");
  return resource;
}

export function localReference(reference: string, baseUrl: string): string | undefined {
  const isOurs = baseUrl !== "" && reference.startsWith(`${baseUrl}/`);
  return LITERAL.exec(isOurs ? reference.slice(baseUrl.length + 1) : reference)?.[1];
}

/** `Patient` of `Patient/123`. */
export function typeOf(reference: string): string {
  return reference.slice(0, reference.indexOf("/"));
}

/** Of `Patient/123`. */
export function keyOfReference(reference: string): RecordKey {
  const slash = reference.indexOf("/");
  return { type: reference.slice(0, slash), id: reference.slice(slash + 1) };
}
