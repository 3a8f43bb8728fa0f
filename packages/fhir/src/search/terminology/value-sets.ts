/**
 * Value sets as sets of codes, for `:in` and `:not-in`: those of R4's definitions, and stored ones that say their codes;
 * and what stands above or below a code of a stored code system.
 * A value set that can't be enumerated is an error and never an empty set: `:not-in` would answer everything.
 */
import { isObject, type JsonObject } from "../../json.ts";
import type { Criterion, Search } from "../contract.ts";
import { codeKey } from "../kinds/token.ts";
import type { Operand } from "../operand.ts";
import { invalidSearch, tooLargeSearch } from "../refuse.ts";
import { withoutVersion } from "../kinds/uri.ts";
import {
  allCodes,
  codesBelow,
  codeSystem,
  relatedCodes,
  terminology,
  type CodeNode,
  type ValueSetPart,
} from "./code-systems.ts";

/** Answers a stored ValueSet or CodeSystem by its canonical URL, of the version that it names, or by `ValueSet/id`. */
export type FindDefinition = (url: string) => Promise<JsonObject | undefined>;

const CODES_MAX = 20_000;
const NESTING_MAX = 8;

/** Its codes where the definitions have it; else the URL, to be looked up. */
export function valueSetOperand(url: string): Operand | undefined {
  const trimmed = url.trim();
  return /^\S+$/.test(trimmed) ? { kind: "valueSet", url: trimmed } : undefined;
}

/** Replaces what is still to be looked up, also within chains. */
export async function resolveValueSets(search: Search, find: FindDefinition): Promise<Search> {
  if (!search.criteria.some(isOpen)) return search;
  const criteria = await Promise.all(search.criteria.map(async (each) => await resolveCriterion(each, find)));
  return { ...search, criteria };
}

/** What matching can't answer by itself. */
export function isToBeLookedUp({ kind }: Operand): boolean {
  return kind === "valueSet" || kind === "related";
}

function isOpen(criterion: Criterion): boolean {
  if (criterion.kind === "chain" || criterion.kind === "reverseChain") return isOpen(criterion.inner);
  return criterion.kind === "value" && criterion.values.some(isToBeLookedUp);
}

async function resolveCriterion(criterion: Criterion, find: FindDefinition): Promise<Criterion> {
  if (criterion.kind === "chain" || criterion.kind === "reverseChain") {
    return { ...criterion, inner: await resolveCriterion(criterion.inner, find) };
  }
  if (criterion.kind !== "value" || !isOpen(criterion)) return criterion;
  const { name } = criterion.parameter;
  const values = await Promise.all(
    criterion.values.map(async (operand): Promise<Operand> => {
      if (operand.kind === "valueSet") return { kind: "codes", codes: await expand(operand.url, find, name, 0) };
      if (operand.kind !== "related") return operand;
      const { system, code, direction } = operand;
      const nodes = storedNodes(await find(system));
      if (!nodes) throw invalidSearch(name, "code-system-unknown");
      return { kind: "codes", codes: relatedCodes(nodes, system, code, direction) };
    }),
  );
  return { ...criterion, values };
}

async function expand(url: string, find: FindDefinition, name: string, depth: number): Promise<Set<string>> {
  if (depth > NESTING_MAX) throw tooLargeSearch(name, "limitValueSetDepth", NESTING_MAX);
  const { valueSets } = terminology();
  const bare = withoutVersion(url);
  if (Object.hasOwn(valueSets, bare) && (bare === url || /\|4\.0(?:\.1)?$/.test(url))) {
    const { include, exclude = [] } = valueSets[bare] as (typeof valueSets)[string];
    return await compose(include, exclude, find, name, depth);
  }
  const stored = await find(url);
  if (stored?.["resourceType"] !== "ValueSet") throw invalidSearch(name, "value-set-unknown");
  const expansion = stored["expansion"];
  if (isObject(expansion) && Array.isArray(expansion["contains"])) {
    const codes = new Set<string>();
    collect(expansion["contains"], codes, name);
    return codes;
  }
  const parts = stored["compose"];
  if (!isObject(parts)) throw invalidSearch(name, "value-set-not-enumerable");
  return await compose(partsOf(parts["include"], name), partsOf(parts["exclude"], name), find, name, depth);
}

async function compose(
  include: readonly ValueSetPart[],
  exclude: readonly ValueSetPart[],
  find: FindDefinition,
  name: string,
  depth: number,
): Promise<Set<string>> {
  const codes = new Set<string>();
  for (const part of include) {
    for (const each of await codesOf(part, find, name, depth)) codes.add(each);
    if (codes.size > CODES_MAX) throw tooLargeSearch(name, "limitCodes", CODES_MAX);
  }
  for (const part of exclude) for (const each of await codesOf(part, find, name, depth)) codes.delete(each);
  return codes;
}

/** A part with a system and value sets is what they have in common (ValueSet.compose.include, R4 §4.9.8). */
async function codesOf(
  part: ValueSetPart,
  find: FindDefinition,
  name: string,
  depth: number,
): Promise<ReadonlySet<string>> {
  const { system } = part;
  let codes: Set<string> | undefined;
  if (system !== undefined) {
    const list = part.codes ?? (await systemCodes(system, part, find, name));
    codes = new Set(list.map((code) => codeKey(system, code)));
  }
  for (const url of part.valueSets ?? []) {
    const inner = await expand(url, find, name, depth + 1);
    codes = codes === undefined ? inner : new Set([...codes].filter((each) => inner.has(each)));
  }
  if (codes === undefined) throw invalidSearch(name, "value-set-not-enumerable");
  return codes;
}

async function systemCodes(
  system: string,
  { isA, below }: ValueSetPart,
  find: FindDefinition,
  name: string,
): Promise<readonly string[]> {
  const nodes = codeSystem(system) ?? storedNodes(await find(system));
  if (!nodes) throw invalidSearch(name, "value-set-not-enumerable");
  if (isA !== undefined) return [isA, ...codesBelow(nodes, isA)];
  return below === undefined ? allCodes(nodes) : codesBelow(nodes, below);
}

function storedNodes(codeSystemResource: JsonObject | undefined): CodeNode[] | undefined {
  if (codeSystemResource?.["resourceType"] !== "CodeSystem" || codeSystemResource["content"] !== "complete") {
    return undefined;
  }
  return nodesOf(codeSystemResource["concept"]);
}

function nodesOf(concepts: unknown): CodeNode[] {
  return (Array.isArray(concepts) ? concepts : []).flatMap((each: unknown): CodeNode[] => {
    if (!isObject(each) || typeof each["code"] !== "string") return [];
    return Array.isArray(each["concept"]) ? [[each["code"], nodesOf(each["concept"])]] : [each["code"]];
  });
}

function collect(contains: readonly unknown[], codes: Set<string>, name: string): void {
  for (const each of contains) {
    if (!isObject(each)) continue;
    if (typeof each["code"] === "string" && each["abstract"] !== true) {
      codes.add(codeKey(typeof each["system"] === "string" ? each["system"] : "", each["code"]));
    }
    if (codes.size > CODES_MAX) throw tooLargeSearch(name, "limitCodes", CODES_MAX);
    if (Array.isArray(each["contains"])) collect(each["contains"], codes, name);
  }
}

function partsOf(parts: unknown, name: string): ValueSetPart[] {
  return (Array.isArray(parts) ? parts : []).filter(isObject).map((part) => {
    const { system, concept, filter, valueSet } = part;
    const filters = (Array.isArray(filter) ? filter : []).filter(isObject);
    const [only] = filters;
    const isPlace = only?.["op"] === "is-a" || only?.["op"] === "descendent-of";
    const place = only?.["value"];
    if (filters.length > 1 || (only && (!isPlace || only["property"] !== "concept" || typeof place !== "string"))) {
      throw invalidSearch(name, "value-set-not-enumerable");
    }
    const codes = Array.isArray(concept)
      ? concept.flatMap((each) => (isObject(each) && typeof each["code"] === "string" ? [each["code"]] : []))
      : [];
    return {
      ...(typeof system === "string" ? { system } : {}),
      ...(Array.isArray(concept) ? { codes } : {}),
      ...(typeof place === "string" ? { [only?.["op"] === "is-a" ? "isA" : "below"]: place } : {}),
      ...(Array.isArray(valueSet) ? { valueSets: valueSet.filter((each) => typeof each === "string") } : {}),
    };
  });
}
