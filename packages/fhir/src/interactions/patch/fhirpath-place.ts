/** Where a FHIRPath Patch changes something: places and not values, since a primitive's value does not tell where it stood. */
import { isObject, type JsonObject, type JsonValue } from "../../json.ts";
import type { Comparison, Literal, Measure, Step, Test } from "./place-path.ts";

/** A member of an object, or an item of the list in that member. */
export interface Place {
  readonly parent: JsonObject;
  /** JSON name: `valueString` for `value`. */
  readonly name: string;
  readonly index?: number;
}

/** The places that a path names; a list is named by each of its items. */
export function findPlaces(resource: JsonObject, steps: readonly Step[]): readonly Place[] {
  let places: readonly Place[] = [{ parent: { root: resource }, name: "root" }];
  for (const step of steps) places = take(places, step);
  return places;
}

export function valueAt({ parent, name, index }: Place): JsonValue | undefined {
  const value = parent[name];
  if (index === undefined) return value;
  return Array.isArray(value) ? value[index] : undefined;
}

/** The JSON name of a member: the element's own, or one of its types for `value[x]`. */
export function jsonName(parent: JsonObject, name: string): string {
  if (Object.hasOwn(parent, name)) return name;
  return Object.keys(parent).find((key) => isTyped(key, name)) ?? name;
}

function take(places: readonly Place[], step: Step): readonly Place[] {
  switch (step.kind) {
    case "member":
      return places.flatMap((place) => members(valueAt(place) ?? null, step.name, place));
    case "index":
      return places.slice(step.at, step.at + 1);
    case "first":
      return places.slice(0, 1);
    case "last":
      return places.slice(-1);
    case "skip":
      return places.slice(step.count);
    case "take":
      return places.slice(0, step.count);
    case "type":
      return places.filter((place) => isOfType(place, step.name));
    case "where":
      return places.filter((place, at) => holds(place, at, step.test));
  }
}

function members(value: JsonValue, name: string, place: Place): readonly Place[] {
  if (!isObject(value)) return name === "extension" || name === "id" ? members(besideAt(place) ?? {}, name, place) : [];
  const json = jsonName(value, name);
  const member = value[json];
  if (member === undefined) return [];
  if (!Array.isArray(member)) return [{ parent: value, name: json }];
  return member.map((_, index) => ({ parent: value, name: json, index }));
}

/** What stands beside a primitive's value: `_birthDate`. */
function besideAt({ parent, name, index }: Place): JsonObject | undefined {
  const beside = parent[`_${name}`];
  const value = index === undefined ? beside : Array.isArray(beside) ? beside[index] : undefined;
  return isObject(value) ? value : undefined;
}

/** `at`: which of the places that are looked at. */
function holds(place: Place, at: number, test: Test): boolean {
  switch (test.kind) {
    case "and":
      return holds(place, at, test.left) && holds(place, at, test.right);
    case "or":
      return holds(place, at, test.left) || holds(place, at, test.right);
    case "xor":
      return holds(place, at, test.left) !== holds(place, at, test.right);
    case "implies":
      return !holds(place, at, test.left) || holds(place, at, test.right);
    case "not":
      return !holds(place, at, test.test);
  }
  let found: readonly Place[] = [place];
  for (const step of test.path) found = take(found, step);
  if (test.kind === "exists") return found.length > 0;
  const value = "value" in test ? measured(found, at, test.of) : onlyOf(found);
  // Empty compared with anything is empty, and empty is not true (FHIRPath N1 §"Operators").
  if (value === undefined || value === null) return false;
  return "value" in test ? compares(test.kind, value, test.value) : value !== false;
}

function onlyOf(found: readonly Place[]): JsonValue | undefined {
  const [only] = found;
  return only === undefined || found.length > 1 ? undefined : valueAt(only);
}

function measured(found: readonly Place[], at: number, of: Measure | undefined): JsonValue | undefined {
  if (of === "$index") return at;
  if (of === "count") return found.length;
  const value = onlyOf(found);
  if (of === undefined || typeof value !== "string") return of === undefined ? value : undefined;
  if (of === "length") return value.length;
  return of === "lower" ? value.toLowerCase() : value.toUpperCase();
}

function compares(kind: Comparison, value: JsonValue, wanted: Literal): boolean {
  if (kind === "=") return value === wanted;
  if (kind === "!=") return value !== wanted;
  if (typeof value === "string" && typeof wanted === "string") {
    if (kind === "startsWith") return value.startsWith(wanted);
    if (kind === "endsWith") return value.endsWith(wanted);
    if (kind === "contains") return value.includes(wanted);
  } else if (typeof value !== "number" || typeof wanted !== "number") return false;
  if (kind === "<") return value < wanted;
  if (kind === ">") return value > wanted;
  return kind === "<=" ? value <= wanted : value >= wanted;
}

/** `valueQuantity` holds a Quantity; an element without choice is whatever it is. */
function isOfType({ parent, name }: Place, type: string): boolean {
  const value = parent[name];
  if (isObject(value) && typeof value["resourceType"] === "string") return value["resourceType"] === type;
  return name.endsWith(type.charAt(0).toUpperCase() + type.slice(1));
}

function isTyped(key: string, name: string): boolean {
  return key.length > name.length && key.startsWith(name) && /^[A-Z]/.test(key.slice(name.length)) && CHOICES.has(name);
}

/** Elements that R4 writes with `[x]`, somewhere. */
export const CHOICES: ReadonlySet<string> = new Set(
  (
    "abatement additive age allowed amount answer asNeeded author born bounds characteristic chargeItem code collected " +
    "content created date deceased defaultValue definingSubstance definition detail diagnosis dose doseNumber due " +
    "duration effective entity event example fastingStatus fixed identified indication instances item legallyBinding " +
    "location manufacturer maxValue medication minValue minimumVolume module multipleBirth name occurred occurrence " +
    "offset onset participantEffective pattern performed probability procedure product quantity rate reported scheduled " +
    "seriesDoses serviced source start statusReason studyEffective subject substance target time timing topic used " +
    "value when"
  ).split(" "),
);
