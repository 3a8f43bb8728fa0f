/**
 * In whose compartment a record lies, which decides the key it is sealed under and the subject in the ledger.
 * INVARIANT: a record about a patient is never sealed under a shared key, or destroying the patient's key would leave
 * it readable (crypto-shredding, GDPR Art. 17). Where it can't be told who the patient is, the record is refused.
 */
import type { CompartmentId } from "@ward/vault";
import { searchOf } from "../search/definitions.ts";
import { isObject, type JsonObject, type JsonValue } from "../json.ts";
import { invalid } from "../validate.ts";

export interface Compartment {
  readonly id: CompartmentId;
  /** Patient id; absent for records about no patient. */
  readonly subjectId?: string;
}

/** R4 knows no `patient` parameter for these, yet they may be a patient's. */
const EXTRA_PATHS: Readonly<Record<string, readonly string[]>> = { Binary: ["securityContext"] };

/** The compartment of a resource whose references are resolved. Throws `invalid-resource`. */
export function compartmentOf(resource: JsonObject): Compartment {
  const type = resource["resourceType"] as string;
  if (type === "Patient") return patientCompartment(resource["id"] as string);
  const { search, compartment } = searchOf(type);
  const primary = new Set([...(search["patient"]?.paths ?? []), ...(search["subject"]?.paths ?? [])]);
  for (const path of EXTRA_PATHS[type] ?? []) primary.add(path);
  const subject = thePatient(resource, type, [...primary], true);
  if (subject) return patientCompartment(subject);
  const secondary = compartment.filter((path) => !primary.has(path));
  const related = thePatient(resource, type, secondary, primary.size === 0);
  return related ? patientCompartment(related) : { id: `shared/${type}` };
}

export function compartmentId(type: string, subjectId: string | undefined): CompartmentId {
  return subjectId === undefined ? `shared/${type}` : `Patient/${subjectId}`;
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

function patientCompartment(subjectId: string): Compartment {
  return { id: `Patient/${subjectId}`, subjectId };
}

/** The one patient that the paths refer to. `strict`: a reference that could hide a patient is refused. */
function thePatient(resource: JsonObject, type: string, paths: readonly string[], strict: boolean): string | undefined {
  const patients = new Set<string>();
  for (const path of paths) {
    for (const value of valuesAt(resource, path)) {
      if (!isObject(value)) continue;
      const reference = value["reference"];
      const literal = typeof reference === "string" ? literalReference(reference) : undefined;
      if (literal?.[0] === "Patient") patients.add(literal[1]);
      else if (literal === undefined && (strict || value["type"] === "Patient"))
        refuseUnnamed(resource, type, path, value);
    }
  }
  if (patients.size > 1) throw invalid([`${type}: one-patient-only`]);
  return [...patients][0];
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
