/**
 * `_sort`: the order of matches (FHIR R4 search §3.1.1.5.12). A record that has several values sorts by its first one
 * ascending and by its last one descending; one without comes last either way. Ties fall to the rows' own order, newest
 * first, so that the order is total and pages neither repeat nor lose a record.
 */
import type { QuantityValue, SearchValue } from "../extraction/search-value.ts";
import type { SortKey } from "../search/contract.ts";
import { foldText } from "../search/fold-text.ts";
import { UCUM } from "../search/units/convert-unit.ts";
import { parseUnit } from "../search/units/parse-unit.ts";
import type { Sketch } from "../storage/contract.ts";
import type { Place, SortValue } from "./cursor.ts";

/** What of a text sorts: a cursor carries it, and travels in URLs. */
const KEY_MAX_LENGTH = 100;

/** One value for each key. */
export function sortValues(record: Sketch, sort: readonly SortKey[]): SortValue[] {
  const [only] = sort;
  return only !== undefined && sort.length === 1
    ? [sortValue(record, only)]
    : sort.map((key) => sortValue(record, key));
}

function sortValue(record: Sketch, { parameter: { name }, isDescending }: SortKey): SortValue {
  if (name === "_id") return record.id;
  if (name === "_lastUpdated") return record.lastUpdated.getTime();
  let best: SortValue;
  for (const value of record.valuesOf(name)) {
    const whole = comparable(value, isDescending);
    const candidate = typeof whole === "string" ? whole.slice(0, KEY_MAX_LENGTH) : whole;
    if (candidate === undefined) continue;
    if (best === undefined || (isDescending ? candidate > best : candidate < best)) best = candidate;
  }
  return best;
}

/** Negative where `a` comes before `b`. */
export function comparePlaces(
  a: Pick<Place, "keys" | "sequence">,
  b: Pick<Place, "keys" | "sequence">,
  sort: readonly SortKey[],
): number {
  return compareKeys(a, b, sort) || (a.sequence === b.sequence ? 0 : a.sequence > b.sequence ? -1 : 1);
}

/** The same of what lies in the rows' own order already, for a sort that is stable: 0 where their keys are equal. */
export function compareKeys(a: Pick<Place, "keys">, b: Pick<Place, "keys">, sort: readonly SortKey[]): number {
  for (let at = 0; at < sort.length; at++) {
    const order = compareValues(a.keys[at], b.keys[at], (sort[at] as SortKey).isDescending);
    if (order !== 0) return order;
  }
  return 0;
}

function compareValues(a: SortValue, b: SortValue, isDescending: boolean): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  return a < b === isDescending ? 1 : -1;
}

/** What a value is compared by: numbers with numbers, text with text. */
function comparable(value: SearchValue, isDescending: boolean): SortValue {
  switch (value.kind) {
    case "date":
      return isDescending ? value.to : value.from;
    case "number":
      return isDescending ? value.high : value.low;
    case "quantity":
      return inBaseUnit(isDescending ? value.high : value.low, value);
    case "string":
      return value.isPart ? undefined : foldText(value.text);
    case "uri":
      return value.uri;
    case "reference":
      return value.reference;
    case "token":
      return value.code ?? value.texts[0];
    case "composite":
    case "position":
      return undefined;
  }
}

/** So that milligrams and grams sort by what they amount to. */
function inBaseUnit(amount: number, { system, code }: QuantityValue): number {
  const unit = system === UCUM && code !== undefined ? parseUnit(code) : undefined;
  // Binary products of decimals: 0.1 g is 100 mg, not a little more.
  return unit && Number.isFinite(amount) ? Number((amount * unit.factor + unit.offset).toPrecision(12)) : amount;
}
