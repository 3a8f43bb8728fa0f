/**
 * FHIRPath Patch (https://hl7.org/fhir/R4/fhirpatch.html): add, insert, delete, replace and move, as `Parameters`. The
 * JSON name of an added element (`value` becomes `valueQuantity`) and whether it is a list are what the validators of
 * R4 find least wrong.
 */
import { WardError } from "@ward/core";
import { exactText, isObject, setExact, type JsonObject, type JsonValue } from "../../json.ts";
import { checkResource } from "../../validation/check-resource.ts";
import { CHOICES, findPlaces, jsonName, valueAt, type Place } from "./fhirpath-place.ts";
import { parsePlacePath, type Step } from "./place-path.ts";

export interface FhirpathOperation {
  readonly type: "add" | "insert" | "delete" | "replace" | "move";
  readonly path: string;
  readonly name?: string;
  readonly value?: PatchValue;
  readonly index?: number;
  readonly source?: number;
  readonly destination?: number;
}

interface PatchValue {
  readonly value: JsonValue;
  /** `Quantity`, of `valueQuantity`; absent for an element without a type's name. */
  readonly type: string | undefined;
  /** Of a decimal that JavaScript would write otherwise. */
  readonly text: string | undefined;
  /** Of an element that has no type's name and comes in parts; `value` is then an empty one. */
  readonly parts?: readonly (readonly [name: string, value: PatchValue])[];
}

const TYPES = ["add", "insert", "delete", "replace", "move"] as const;
const OPERATIONS_MAX = 1_000;
/** Each is tried under its names in turn. */
const PARTS_MAX = 500;

export function parseFhirpathPatch(parameters: JsonObject): readonly FhirpathOperation[] {
  // Without operations it changes nothing, as an empty JSON Patch does.
  const list = parameters["parameter"] ?? [];
  if (!Array.isArray(list)) throw new WardError("invalid-request", { reason: "patch-form" });
  if (list.length > OPERATIONS_MAX) throw new WardError("too-large", { limitOperations: OPERATIONS_MAX });
  return list.map((each, index) => {
    const operation = isObject(each) && each["name"] === "operation" ? parseOperation(each) : undefined;
    if (operation === undefined)
      throw new WardError("invalid-request", { reason: "patch-form", operationIndex: index });
    return operation;
  });
}

/** Changes `resource` and answers it. Throws `patch-failed` where a path does not name one place. */
export function applyFhirpathPatch(resource: JsonObject, operations: readonly FhirpathOperation[]): JsonObject {
  const type = resource["resourceType"] as string;
  for (const [operationIndex, operation] of operations.entries()) {
    const steps = parsePlacePath(operation.path, type);
    if (!applyWithParts(resource, operation, steps)) throw new WardError("patch-failed", { operationIndex });
  }
  if (operations.some((operation) => operation.type === "delete")) removeEmpty(resource);
  return resource;
}

/** What lost all of its content is no element any more (ele-1), nor is what holds nothing else. */
function removeEmpty(element: JsonObject): void {
  for (const [name, member] of Object.entries(element)) {
    const isBeside = name.startsWith("_");
    let items: JsonValue[] = Array.isArray(member) ? member : [member];
    for (const item of items) if (isObject(item)) removeEmpty(item);
    const isEmpty = (item: JsonValue): boolean => isObject(item) && Object.keys(item).length === 0;
    if (!items.some(isEmpty)) continue;
    // Beside a primitive's values the places count.
    items = isBeside ? items.map((item) => (isEmpty(item) ? null : item)) : items.filter((item) => !isEmpty(item));
    if (items.every((item) => item === null)) delete element[name];
    else element[name] = items;
  }
}

function parseOperation(parameter: JsonObject): FhirpathOperation | undefined {
  const parts = new Map<string, JsonObject>();
  for (const part of Array.isArray(parameter["part"]) ? parameter["part"] : []) {
    if (!isObject(part) || typeof part["name"] !== "string" || parts.has(part["name"])) return undefined;
    parts.set(part["name"], part);
  }
  const text = (name: string): string | undefined => {
    const part = parts.get(name);
    const value = part?.["valueString"] ?? part?.["valueCode"];
    return typeof value === "string" ? value : undefined;
  };
  const integer = (name: string): number | undefined => {
    const value = parts.get(name)?.["valueInteger"] ?? parts.get(name)?.["valueUnsignedInt"];
    return typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : undefined;
  };
  const type = TYPES.find((each) => each === text("type"));
  const path = text("path");
  if (type === undefined || path === undefined) return undefined;
  const part = parts.get("value");
  const value = part === undefined ? undefined : valueOf(part);
  const [name, index, source, destination] = [
    text("name"),
    integer("index"),
    integer("source"),
    integer("destination"),
  ];
  if (type === "add" && (name === undefined || value === undefined || !/^[a-z][A-Za-z0-9]{0,63}$/.test(name)))
    return undefined;
  if (type === "insert" && (index === undefined || value === undefined)) return undefined;
  if (type === "replace" && value === undefined) return undefined;
  if (type === "move" && (source === undefined || destination === undefined)) return undefined;
  return {
    type,
    path,
    ...(name === undefined ? {} : { name }),
    ...(value === undefined ? {} : { value }),
    ...(index === undefined ? {} : { index }),
    ...(source === undefined ? {} : { source }),
    ...(destination === undefined ? {} : { destination }),
  };
}

/** A value of a named type, or the members of an element that has no type of its own. */
function valueOf(part: JsonObject): PatchValue | undefined {
  const name = Object.keys(part).find((key) => /^value[A-Z]/.test(key));
  if (name !== undefined) {
    return { value: part[name] as JsonValue, type: name.slice("value".length), text: exactText(part, name) };
  }
  if (isObject(part["resource"])) return { value: part["resource"], type: undefined, text: undefined };
  if (!Array.isArray(part["part"])) return undefined;
  const parts: [string, PatchValue][] = [];
  for (const member of part["part"]) {
    if (!isObject(member) || typeof member["name"] !== "string" || !/^[a-z][A-Za-z0-9]{0,63}$/.test(member["name"])) {
      return undefined;
    }
    const value = valueOf(member);
    if (value === undefined) return undefined;
    parts.push([member["name"], value]);
  }
  return { value: {}, type: undefined, text: undefined, parts };
}

/** An element in parts is put in its place empty, and then filled: R4 says what a part may be only where it stands. */
function applyWithParts(resource: JsonObject, operation: FhirpathOperation, steps: readonly Step[]): boolean {
  const { value } = operation;
  if (value?.parts === undefined) return applyOne(resource, operation, steps);
  if (countParts(value) > PARTS_MAX) throw new WardError("too-large", { limitParts: PARTS_MAX });
  const element: JsonObject = {};
  if (!applyOne(resource, { ...operation, value: { ...value, value: element } }, steps)) return false;
  fill(resource, element, value.parts);
  return true;
}

function countParts({ parts = [] }: PatchValue): number {
  return parts.reduce((sum, [, value]) => sum + countParts(value), parts.length);
}

function fill(resource: JsonObject, element: JsonObject, parts: NonNullable<PatchValue["parts"]>): void {
  const placed = new Map<string, string>();
  for (const [name, value] of parts) {
    const own = value.parts === undefined ? value : { ...value, value: {} };
    const json = placed.get(name);
    if (json === undefined) placed.set(name, placeBest(resource, element, name, own));
    else {
      const present = element[json] as JsonValue;
      element[json] = [...(Array.isArray(present) ? present : [present]), own.value];
    }
    if (value.parts !== undefined) fill(resource, own.value as JsonObject, value.parts);
  }
}

function applyOne(resource: JsonObject, operation: FhirpathOperation, steps: readonly Step[]): boolean {
  const { type, value } = operation;
  if (type === "insert" || type === "move") {
    const list = listAt(resource, steps);
    if (list === undefined) return false;
    if (type === "move") return moveItem(list, operation.source as number, operation.destination as number);
    return insertItem(list, operation.index as number, (value as PatchValue).value);
  }
  const places = findPlaces(resource, steps);
  const [place] = places;
  if (type === "delete" && places.length === 0) return true;
  if (place === undefined || places.length > 1) return false;
  if (type === "delete") return deleteAt(place);
  if (type === "replace") return replaceAt(place, value as PatchValue);
  const name = operation.name as string;
  const element = name === "extension" || name === "id" ? elementAt(place) : valueAt(place);
  return isObject(element) && addTo(resource, element, name, value as PatchValue);
}

/** A complex element, or what stands beside a primitive's value: `_birthDate`. */
function elementAt(place: Place): JsonValue | undefined {
  const { parent, name, index } = place;
  const value = valueAt(place);
  if (isObject(value)) return value;
  const beside = `_${name}`;
  if (index === undefined) return (parent[beside] ??= {});
  const items = (parent[beside] ??= (parent[name] as JsonValue[]).map(() => null));
  return Array.isArray(items) ? (items[index] ??= {}) : undefined;
}

interface List {
  readonly parent: JsonObject;
  readonly name: string;
}

/** The list that a path ends in, whether there are items or not. */
function listAt(resource: JsonObject, steps: readonly Step[]): List | undefined {
  const last = steps.at(-1);
  if (last?.kind !== "member") return undefined;
  const parents = findPlaces(resource, steps.slice(0, -1));
  const parent = parents[0] === undefined || parents.length > 1 ? undefined : valueAt(parents[0]);
  if (!isObject(parent)) return undefined;
  const name = jsonName(parent, last.name);
  return Array.isArray(parent[name] ?? []) ? { parent, name } : undefined;
}

function insertItem({ parent, name }: List, index: number, value: JsonValue): boolean {
  const items = (parent[name] ?? []) as JsonValue[];
  if (index > items.length) return false;
  parent[name] = [...items.slice(0, index), value, ...items.slice(index)];
  const siblings = parent[`_${name}`];
  if (Array.isArray(siblings)) siblings.splice(index, 0, null);
  return true;
}

function moveItem({ parent, name }: List, source: number, destination: number): boolean {
  for (const items of [parent[name], parent[`_${name}`]]) {
    if (!Array.isArray(items)) continue;
    if (source >= items.length || destination >= items.length) return false;
    items.splice(destination, 0, ...items.splice(source, 1));
  }
  return Array.isArray(parent[name]);
}

function deleteAt({ parent, name, index }: Place): boolean {
  if (name === "root" || name === "resourceType") return false;
  for (const each of [name, `_${name}`]) {
    const items = parent[each];
    if (index !== undefined && Array.isArray(items)) items.splice(index, 1);
    // R4 knows no empty list.
    if (index === undefined || (Array.isArray(items) && items.every((item) => item === null))) delete parent[each];
  }
  return true;
}

function replaceAt({ parent, name, index }: Place, value: PatchValue): boolean {
  if (name === "root") return false;
  if (index !== undefined) {
    (parent[name] as JsonValue[])[index] = value.value;
    const siblings = parent[`_${name}`];
    if (Array.isArray(siblings)) siblings[index] = null;
    return true;
  }
  const choice = [...CHOICES].find((each) => name.startsWith(each) && /^[A-Z]/.test(name.slice(each.length)));
  delete parent[`_${name}`];
  if (choice !== undefined && value.type !== undefined && name !== choice + value.type) {
    delete parent[name];
    put(parent, choice + value.type, value);
  } else put(parent, name, value);
  return true;
}

/** Appends to a list; a single element must not be there already. */
function addTo(resource: JsonObject, element: JsonObject, name: string, value: PatchValue): boolean {
  const present = element[jsonName(element, name)];
  if (Array.isArray(present)) {
    present.push(value.value);
    return true;
  }
  if (present !== undefined) return false;
  placeBest(resource, element, name, value);
  return true;
}

/** Under the name, and alone or as a list, that R4 finds least wrong; answers the name. */
function placeBest(resource: JsonObject, element: JsonObject, name: string, value: PatchValue): string {
  const names = CHOICES.has(name) && value.type !== undefined ? [name, name + value.type] : [name];
  const place = (json: string, isList: boolean): void => {
    if (isList) element[json] = [value.value];
    else put(element, json, value);
  };
  let best: { readonly json: string; readonly isList: boolean; readonly issues: number } | undefined;
  for (const json of names) {
    for (const isList of [false, true]) {
      place(json, isList);
      const issues = structuralIssues(resource);
      delete element[json];
      if (best === undefined || issues < best.issues) best = { json, isList, issues };
    }
  }
  const { json, isList } = best as NonNullable<typeof best>;
  place(json, isList);
  return json;
}

const STRUCTURAL = new Set(["unknown-element", "expected-array", "expected-single-value", "format"]);

function structuralIssues(resource: JsonObject): number {
  return checkResource(resource).filter(({ rule }) => STRUCTURAL.has(rule)).length;
}

function put(element: JsonObject, name: string, { value, text }: PatchValue): void {
  element[name] = value;
  if (text !== undefined) setExact(element, name, text);
}
