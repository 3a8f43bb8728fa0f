/**
 * A record's card: its security labels, what it refers to and its dates, sealed apart from the resource and bound to
 * type, record id and version. Cards of a whole compartment are opened at once, so that a search narrows, sorts and
 * counts by them, and opens the records that it answers (docs/decisions/0051-cards.md).
 *
 * INVARIANT: a card says of its version what the resource says, made from it by the same extractors when it was sealed.
 */
import type { CompartmentKeys } from "@ward/vault";
import { searchValuesOf } from "../extraction/extract.ts";
import type { JsonObject } from "../json.ts";
import { namesOnCard } from "./card-parameters.ts";
import { compartmentId } from "./compartment.ts";
import { bind } from "./packed-rows.ts";
import { isLogicalId } from "./record-id.ts";
import { labelsOf } from "./sealed-record.ts";

/** A longer one is not kept: a list with thousands of members is opened instead. */
const CARD_MAX_BYTES = 1_000;
export const NO_CARD = Buffer.alloc(0);

/**
 * A card's first line, which cards of one kind have in common: labels; of each literal reference its text, empty where it
 * is the patient in whose compartment the record lies, and the parameters that have it; the names of the dates that
 * follow.
 *
 * Its second line has of each date when it begins and how long it is, in milliseconds; nothing where it is open. The
 * third, where there is one, has the logical id, which is the record id otherwise.
 */
export type FirstLine = readonly [
  labels: readonly string[] | 0,
  references: readonly (readonly [reference: string, ...parameters: readonly string[]])[],
  dates: readonly string[],
];

/** Empty where it would be long. */
export function sealCard(
  keys: CompartmentKeys,
  version: { readonly type: string; readonly recordId: string; readonly version: number },
  subjectId: string | undefined,
  resource: JsonObject,
): Buffer {
  const text = textOf(version.recordId, subjectId, resource);
  if (Buffer.byteLength(text) > CARD_MAX_BYTES) return NO_CARD;
  const bound = bind(version.recordId, version.version, version.type);
  return keys.sealShort(compartmentId(version.type, subjectId), bound, text);
}

function textOf(recordId: string, subjectId: string | undefined, resource: JsonObject): string {
  const references = new Map<string, [reference: string, ...parameters: string[]]>();
  const dates: string[] = [];
  const times: string[] = [];
  const patient = patientNamed(subjectId);
  for (const name of namesOnCard(resource["resourceType"] as string)) {
    for (const value of searchValuesOf(resource, name)) {
      if (value.kind === "date") {
        dates.push(name);
        times.push(timeOf(value.from), timeOf(Number.isFinite(value.from) ? value.to - value.from : value.to));
      }
      if (value.kind !== "reference" || value.reference === undefined) continue;
      const known = references.get(value.reference);
      if (known !== undefined) known.push(name);
      else references.set(value.reference, [value.reference === patient ? "" : value.reference, name]);
    }
  }
  const labels = labelsOf(resource);
  const first: FirstLine = [labels.length === 0 ? 0 : labels, [...references.values()], dates];
  const text = `${JSON.stringify(first)}\n${times.join(" ")}`;
  return isLogicalId(recordId) ? text : `${text}\n${resource["id"] as string}`;
}

/** The patient's literal reference, where its record id says it. */
export function patientNamed(subjectId: string | undefined): string | undefined {
  return subjectId !== undefined && isLogicalId(subjectId) ? `Patient/${subjectId}` : undefined;
}

function timeOf(time: number): string {
  return Number.isFinite(time) ? String(time) : "";
}
