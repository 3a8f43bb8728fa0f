/**
 * Which rows may match, asked of the index without telling it values. INVARIANT: a record that `meets` all criteria is
 * among the rows of the plan: each group holds a token of every match, and what can't be said in tokens is left out.
 */
import type { BlindIndex, FlatCriterion, Plan, ReferenceCriterion, SearchMode, ValueCriterion } from "./contract.ts";
import { resourceTypes } from "./definitions.ts";
import { refuseOpenValueSets } from "./meets.ts";
import { parameterOf } from "./parameters.ts";
import { hasRangeIndex, indexRule } from "./tokens/index-rules.ts";
import type { IndexOptions } from "./tokens/index-options.ts";
import { joinRanges } from "./tokens/join-ranges.ts";
import { absenceKey, absenceRule } from "./tokens/absence.ts";
import { CONTAINED_KEY, keysOfOperand, referenceKey } from "./tokens/value-keys.ts";
import { updatedBounds, updatedWithin } from "./updated-within.ts";

export function plan(
  types: readonly string[],
  criteria: readonly FlatCriterion[],
  blindIndex: BlindIndex,
  options: IndexOptions = {},
): Plan {
  const joined = joinRanges(types, criteria, blindIndex, options);
  const allOf: (readonly bigint[])[] = joined.map(({ tokens }) => tokens);
  let ids: readonly string[] | undefined;
  let isSelective = joined.length === 0;
  let mode: SearchMode = "indexed";
  for (const criterion of criteria) {
    if (criterion.kind === "value") refuseOpenValueSets(criterion.parameter.name, criterion.values);
    const listed = idsOf(criterion);
    if (listed) {
      ids = ids === undefined ? [...listed] : ids.filter((id) => listed.has(id));
      continue;
    }
    if (updatedBounds(criterion) || joined.some((range) => range.criteria.has(criterion))) continue;
    const absent = absenceTokens(types, criterion, blindIndex);
    if (absent) {
      allOf.push(absent);
      continue;
    }
    const group = groupOf(types, criterion as ValueCriterion | ReferenceCriterion, blindIndex, options);
    if (group) allOf.push(group);
    else mode = "bounded-scan";
    isSelective &&= group !== undefined && decides(criterion, types, group);
  }
  if (mode === "bounded-scan" && criteria.some((each) => isOfPatient(each, types))) mode = "compartment-scan";
  const updated = updatedWithin(criteria);
  return {
    mode,
    allOf,
    ...(ids === undefined ? {} : { ids }),
    ...(updated === undefined ? {} : { updated }),
    isSelective,
  };
}

/** `_id` and what a reverse chain found. */
function idsOf(criterion: FlatCriterion): ReadonlySet<string> | undefined {
  if (criterion.kind === "ids") return criterion.ids;
  if (criterion.kind !== "value" || criterion.parameter.name !== "_id" || criterion.modifier) return undefined;
  // An id has no system: `system|id` names none.
  return new Set(
    criterion.values.flatMap((each) => (each.kind === "token" && each.code && !each.system ? [each.code] : [])),
  );
}

/** `:missing=true` where absence has a token, for each of the types: then they alone decide. */
function absenceTokens(
  types: readonly string[],
  criterion: FlatCriterion,
  blindIndex: BlindIndex,
): bigint[] | undefined {
  if (criterion.kind !== "value" || criterion.modifier !== "missing") return undefined;
  const { name } = criterion.parameter;
  const isAbsent = criterion.values.every((each) => each.kind === "missing" && each.isMissing);
  if (!isAbsent || !types.every((type) => absenceRule(type, name))) return undefined;
  return types.map((type) => blindIndex(...absenceKey(type, name)));
}

/** Tokens of which each match has one, whatever its type. */
function groupOf(
  types: readonly string[],
  criterion: ValueCriterion | ReferenceCriterion,
  blindIndex: BlindIndex,
  options: IndexOptions,
): bigint[] | undefined {
  const tokens = new Set<bigint>();
  for (const type of types) {
    const found = tokensFor(type, criterion, blindIndex, options);
    if (!found) return undefined;
    for (const token of found) tokens.add(token);
  }
  return [...tokens];
}

function tokensFor(
  type: string,
  criterion: ValueCriterion | ReferenceCriterion,
  blindIndex: BlindIndex,
  options: IndexOptions,
): bigint[] | undefined {
  const { name } = criterion.parameter;
  const rule = indexRule(type, name, options);
  if (criterion.kind === "references") {
    const contained = criterion.contained?.isNeeded ? [CONTAINED_KEY] : [];
    return rule && [...criterion.references, ...contained].map((each) => blindIndex(rule.domain, referenceKey(each)));
  }
  const { modifier, values } = criterion;
  if (criterion.parameter.kind === "composite") return narrowestPart(type, criterion, blindIndex, options);
  if (!rule) return undefined;
  const isRange = hasRangeIndex(type, name, options);
  const keys: string[] = [];
  for (const operand of values) {
    const found = keysOfOperand(operand, modifier, rule, isRange, targetsOf(type, name));
    if (!found) return undefined;
    keys.push(...found);
  }
  return keys.map((key) => blindIndex(rule.domain, key));
}

/** The first component that has tokens: all values of the composite are values of it. */
function narrowestPart(
  type: string,
  { parameter, values }: ValueCriterion,
  blindIndex: BlindIndex,
  options: IndexOptions,
): bigint[] | undefined {
  for (const [at, component] of (parameter.components ?? []).entries()) {
    const parts = values.map((each) => (each.kind === "composite" ? each.components[at] : undefined));
    if (parts.some((each) => each === undefined)) continue;
    const criterion = { kind: "value", parameter: component, values: parts as ValueCriterion["values"] } as const;
    const tokens = tokensFor(type, criterion, blindIndex, options);
    if (tokens) return tokens;
  }
  return undefined;
}

function targetsOf(type: string, name: string): readonly string[] {
  return parameterOf(type, name)?.targets ?? resourceTypes();
}

/** A record of one patient: what else is asked is compared after decrypting that patient's alone. */
function isOfPatient(criterion: FlatCriterion, types: readonly string[]): boolean {
  if (criterion.kind === "ids") return false;
  const { parameter } = criterion;
  if (criterion.kind === "value" && (criterion.modifier || criterion.values.some(({ kind }) => kind !== "reference"))) {
    return false;
  }
  return (
    (parameter.name === "patient" || parameter.name === "subject") &&
    types.every((type) => indexRule(type, parameter.name) !== undefined)
  );
}

/** Literal references have exact keys of their own; of other kinds the keys are coarser than the comparison. */
function decides(criterion: FlatCriterion, types: readonly string[], group: readonly bigint[]): boolean {
  if (criterion.kind !== "references" || group.length !== criterion.references.size) return false;
  if (criterion.contained?.isNeeded) return false;
  return types.every(
    (type) => indexRule(type, criterion.parameter.name)?.domain === `${type}.${criterion.parameter.name}`,
  );
}
