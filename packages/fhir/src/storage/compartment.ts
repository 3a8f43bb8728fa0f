/**
 * In whose compartment a version lies, which decides the key it is sealed under and the subject in the ledger: that of
 * the first patient whom the resource names by a literal reference, in the order of the R4 patient compartment
 * definition, `subject` and `patient` before all others; `shared/<type>` where it names none.
 *
 * INVARIANT: a version that names its patient is never sealed under a shared key, or destroying the patient's key would
 * leave it readable (crypto-shredding, GDPR Art. 17). Whoever must have this of subjects by identifier, of contained
 * patients and of display text too switches `namedSubjects` on, and such resources are refused.
 */
import type { CompartmentId } from "@ward/vault";
import { searchOf } from "../search/definitions.ts";
import { isObject, type JsonObject, type JsonValue } from "../json.ts";
import { invalid } from "../validate.ts";

/** The patient's logical id, where there is one. */
export function patientOf(resource: JsonObject, namedSubjects: boolean): string | undefined {
  const type = resource["resourceType"] as string;
  if (type === "Patient") return resource["id"] as string;
  if (type === "Bundle") return patientOfEntries(resource);
  for (const [place, path] of pathsOf(type).entries()) {
    for (const value of valuesAt(resource, path)) {
      if (!isObject(value)) continue;
      const reference = value["reference"];
      const literal = typeof reference === "string" ? literalReference(reference) : undefined;
      if (literal?.[0] === "Patient") return literal[1];
      if (namedSubjects && literal === undefined && (place < PRIMARY.length || value["type"] === "Patient")) {
        refuseUnnamed(resource, type, path, value);
      }
    }
  }
  return undefined;
}

export function compartmentId(type: string, subjectId: string | null | undefined): CompartmentId {
  return subjectId === undefined || subjectId === null ? `shared/${type}` : `Patient/${subjectId}`;
}

/** Values at a dotted path, through arrays. */
export function valuesAt(resource: JsonObject, path: string): JsonValue[] {
  let values: JsonValue[] = [resource];
  for (const name of path.split(".")) {
    const next: JsonValue[] = [];
    for (const value of values) {
      if (!isObject(value)) continue;
      const member = value[name];
      if (Array.isArray(member)) next.push(...member);
      else if (member !== undefined && member !== null) next.push(member);
    }
    values = next;
  }
  return values;
}

/** `Patient/123` and `Patient/123/_history/4` → `["Patient", "123"]`; undefined for anything else. */
export function literalReference(reference: string): readonly [type: string, id: string] | undefined {
  const match = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/.exec(reference);
  return match ? [match[1] as string, match[2] as string] : undefined;
}

/** R4 has no compartment paths for some types that may well be a patient's: Device.patient, Binary.securityContext. */
const PRIMARY = ["subject", "patient"];
const EXTRA_PATHS: Readonly<Record<string, readonly string[]>> = { Binary: ["securityContext"] };
const paths = new Map<string, readonly string[]>();

function pathsOf(type: string): readonly string[] {
  let known = paths.get(type);
  if (known === undefined) {
    known = [...new Set([...PRIMARY, ...searchOf(type).compartment, ...(EXTRA_PATHS[type] ?? [])])];
    paths.set(type, known);
  }
  return known;
}

/** Of a Bundle that is stored whole: the first patient whom its entries name. */
function patientOfEntries(bundle: JsonObject): string | undefined {
  for (const resource of valuesAt(bundle, "entry.resource")) {
    const patient = isObject(resource) ? patientOf(resource, false) : undefined;
    if (typeof patient === "string") return patient;
  }
  return undefined;
}

/** A subject by identifier, display, URL or contained Patient: nobody could tell whose key should seal it. */
function refuseUnnamed(resource: JsonObject, type: string, path: string, value: JsonObject): void {
  const reference = value["reference"];
  if (typeof reference === "string" && reference.startsWith("#")) {
    const contained = ((resource["contained"] ?? []) as JsonValue[]).find(
      (each) => isObject(each) && each["id"] === reference.slice(1),
    );
    if (isObject(contained) && contained["resourceType"] !== "Patient") return;
  }
  throw invalid([`${type}.${path}: literal-reference-required`]);
}
