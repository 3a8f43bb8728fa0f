/**
 * One criterion from its name and text: `code`, `code:not`, `subject:Patient.name`, `_has:Observation:patient:code`
 * (FHIR R4 search §3.1.1.4, §3.1.1.4.0.6). INVARIANT: what is returned is checked, so that matching it cannot fail.
 */
import { assert } from "@ward/core";
import type {
  ChainCriterion,
  Criterion,
  Modifier,
  Parameter,
  ReverseChainCriterion,
  SearchContext,
  ValueCriterion,
} from "./contract.ts";
import { isResourceType, resourceTypes } from "./definitions.ts";
import { isRefused, parameterOf } from "./parameters.ts";
import { parseValues } from "./parse-values.ts";
import { invalidSearch, tooLargeSearch, unsupportedSearch } from "./refuse.ts";

/** `subject.general-practitioner.organization.part-of.name` and as deep for `_has`. */
export const CHAIN_DEPTH_MAX = 5;

const MODIFIERS: Readonly<Record<Parameter["kind"], readonly Modifier[]>> = {
  token: ["missing", "text", "not", "above", "below", "in", "not-in", "of-type"],
  string: ["missing", "exact", "contains"],
  reference: ["missing", "identifier", "below"],
  uri: ["missing", "above", "below"],
  date: ["missing"],
  number: ["missing"],
  quantity: ["missing"],
  composite: ["missing"],
  special: [],
};

/** What a criterion is parsed with, also its inner ones. */
interface Parsing {
  readonly text: string;
  readonly context: SearchContext;
  /** Inner criteria by type and rest of the name: targets of targets are many, but mostly the same. */
  readonly inner: Map<string, Criterion | undefined>;
  /** What stands at the end of the chain, by the kind of parameter that it is for a target: a hundred targets share it. */
  readonly ends: Map<string, Pick<ValueCriterion, "modifier" | "values">>;
}

/** Undefined for a parameter that the types have not: the caller decides whether that is an error. */
export function parseCriterion(
  types: readonly string[],
  name: string,
  text: string,
  context: SearchContext,
): Criterion | undefined {
  return parseAt(types, name, { text, context, inner: new Map(), ends: new Map() }, 0);
}

function parseAt(types: readonly string[], name: string, parsing: Parsing, depth: number): Criterion | undefined {
  if (depth > CHAIN_DEPTH_MAX) throw tooLargeSearch("query", "limitChainDepth", CHAIN_DEPTH_MAX);
  if (name.startsWith("_has:")) return parseReverseChain(types, name, parsing, depth);
  if (name === "_list" || name.startsWith("_list:")) return parseMembership(name, parsing, depth);
  const dot = name.indexOf(".");
  if (dot >= 0) return parseChain(types, name.slice(0, dot), name.slice(dot + 1), parsing, depth);
  const [code, modifier, ...rest] = name.split(":") as [string, ...string[]];
  const parameter = commonParameter(types, code);
  if (!parameter) return undefined;
  if (rest.length > 0) throw invalidSearch(code, "modifier");
  // Of the many targets of a chain those that can't refer to the type are none.
  if (depth > 0 && modifier !== undefined && isResourceType(modifier) && !mayTarget(parameter, modifier))
    return undefined;
  return { kind: "value", parameter, ...modified(parameter, modifier, parsing) };
}

function modified(
  parameter: Parameter,
  modifier: string | undefined,
  { text, context, ends }: Parsing,
): Pick<ValueCriterion, "modifier" | "values"> {
  const key = kindOf(parameter);
  const known = ends.get(key);
  if (known) return known;
  const end = parseEnd(parameter, modifier, text, context);
  ends.set(key, end);
  return end;
}

/** Parameters of one kind read the same text the same way. */
function kindOf({ kind, components = [] }: Parameter): string {
  return [kind, ...components.map((each) => each.kind)].join("$");
}

function parseEnd(
  parameter: Parameter,
  modifier: string | undefined,
  text: string,
  context: SearchContext,
): Pick<ValueCriterion, "modifier" | "values"> {
  if (modifier === undefined) return { values: parseValues(parameter, undefined, text, context) };
  const known = MODIFIERS[parameter.kind].find((each) => each === modifier);
  if (known !== undefined) return { modifier: known, values: parseValues(parameter, known, text, context) };
  if (parameter.kind !== "reference") throw invalidSearch(parameter.name, "modifier");
  if (modifier === "above") throw unsupportedSearch(parameter.name, "hierarchy");
  checkTarget(parameter, modifier);
  return { values: parseValues(parameter, undefined, text, context, modifier) };
}

/** `_has:Observation:patient:` and then what the Observation must meet. */
function parseReverseChain(
  types: readonly string[],
  name: string,
  parsing: Parsing,
  depth: number,
): ReverseChainCriterion {
  const match = /^_has:([A-Za-z]+):([A-Za-z_-]+):(.+)$/s.exec(name);
  const [, type = "", code = "", rest = ""] = match ?? [];
  if (!match || !isResourceType(type)) throw invalidSearch("_has", "has-form");
  const parameter = parameterOf(type, code);
  if (parameter?.kind !== "reference") throw invalidSearch("_has", "has-reference");
  if (parameter.targets && !types.some((each) => parameter.targets?.includes(each))) {
    throw invalidSearch("_has", "has-target");
  }
  const inner = parseInner(type, rest, parsing, depth);
  if (!inner) throw invalidSearch("_has", "unknown-parameter");
  return { kind: "reverseChain", type, parameter, inner };
}

/** `_list=42`: what `List/42` refers to. A list by its function (`$current-problems`) is none that a server must keep. */
function parseMembership(name: string, parsing: Parsing, depth: number): ReverseChainCriterion {
  if (name !== "_list") throw invalidSearch("_list", "modifier");
  for (const id of parsing.text.split(",")) {
    if (id.startsWith("$")) throw unsupportedSearch("_list", "list-by-function");
    if (!/^[A-Za-z0-9\-.]{1,64}$/.test(id)) throw invalidSearch("_list", "id-form");
  }
  const parameter = parameterOf("List", "item");
  const inner = parseAt(["List"], "_id", parsing, depth + 1);
  assert(parameter && inner, "R4 has both");
  return { kind: "reverseChain", type: "List", parameter, inner, isMembership: true };
}

function parseChain(
  types: readonly string[],
  head: string,
  rest: string,
  parsing: Parsing,
  depth: number,
): ChainCriterion | undefined {
  const [code, onlyType, ...more] = head.split(":") as [string, ...string[]];
  const parameter = commonParameter(types, code);
  if (!parameter) return undefined;
  if (parameter.kind !== "reference") {
    if (depth > 0) return undefined;
    throw invalidSearch(code, "chain-reference");
  }
  if (more.length > 0) throw invalidSearch(code, "modifier");
  // A document's Composition and a message's header lie in the Bundle: no record of theirs is there to be searched.
  if (types.includes("Bundle")) throw unsupportedSearch(code, "inside-a-bundle");
  if (onlyType !== undefined) checkTarget(parameter, onlyType);
  const targets = onlyType === undefined ? (parameter.targets ?? resourceTypes()) : [onlyType];
  const byMeaning = new Map<string, { inner: Criterion; types: string[] }>();
  for (const target of targets) {
    const inner = parseInner(target, rest, parsing, depth);
    if (!inner) continue;
    const meaning = meaningOf(inner);
    const same = byMeaning.get(meaning);
    if (same) {
      same.types.push(target);
      same.inner = joinTypes(same.inner, inner);
    } else byMeaning.set(meaning, { inner, types: [target] });
  }
  const [first, ...others] = byMeaning.values();
  if (!first) throw invalidSearch(code, "chain-parameter");
  if (others.length > 0) throw invalidSearch(code, "chain-ambiguous");
  return { kind: "chain", parameter, types: first.types, inner: first.inner };
}

function parseInner(target: string, rest: string, parsing: Parsing, depth: number): Criterion | undefined {
  const key = `${target}/${rest.length}`;
  if (parsing.inner.has(key)) return parsing.inner.get(key);
  const inner = parseAt([target], rest, parsing, depth + 1);
  parsing.inner.set(key, inner);
  return inner;
}

/** Of two criteria of one meaning: chains go on to the targets of either. */
function joinTypes(one: Criterion, other: Criterion): Criterion {
  if (one === other || one.kind !== "chain" || other.kind !== "chain") return one;
  return { ...one, types: [...new Set([...one.types, ...other.types])], inner: joinTypes(one.inner, other.inner) };
}

/** What the criterion asks, whatever type's definition it was found by; its text and name are the same for all. */
function meaningOf(criterion: Criterion): string {
  if (criterion.kind === "chain") return `chain(${meaningOf(criterion.inner)})`;
  if (criterion.kind === "reverseChain") return `has(${meaningOf(criterion.inner)})`;
  return criterion.kind === "value" ? kindOf(criterion.parameter) : criterion.kind;
}

/** The parameter that all the types have, of one kind. */
export function commonParameter(types: readonly string[], name: string): Parameter | undefined {
  if (types.some((type) => isRefused(type, name))) throw unsupportedSearch(name, "parameter");
  const found = types.map((type) => parameterOf(type, name));
  const [first] = found;
  return first && found.every((each) => each?.kind === first.kind) ? first : undefined;
}

function checkTarget(parameter: Parameter, type: string): void {
  if (!isResourceType(type)) throw invalidSearch(parameter.name, "modifier");
  if (!mayTarget(parameter, type)) throw invalidSearch(parameter.name, "target-type");
}

function mayTarget({ kind, targets }: Parameter, type: string): boolean {
  return kind !== "reference" || !targets || targets.includes(type);
}
