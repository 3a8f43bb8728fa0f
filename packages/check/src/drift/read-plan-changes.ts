/**
 * A plan of Terraform (`terraform show -json`) as a snapshot: Terraform asked the account when it made the plan, and what
 * it found is `before` of each change. `resource_drift` is what it found to be otherwise than it left it.
 * https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
 */
import type { Resource } from "../graph/resource.ts";
import { map, type MapValue, type Value } from "../graph/value.ts";
import { plainValueAt } from "../graph/plain-value.ts";
import type { TfResource } from "../readers/terraform/tf-resource.ts";
import { toVocabulary } from "../readers/terraform/to-vocabulary.ts";
import { readJson } from "../source/read-json.ts";
import type { SourceProblem, SourceText } from "../source/source-text.ts";
import { isNothing, itemsOf, lookUp, textAt } from "./live-value.ts";

export interface PlanState {
  /** What runs, by address. */
  readonly running: ReadonlyMap<string, Resource>;
  /** What Terraform said of each resource that was changed behind its back, before that. */
  readonly lastApplied: ReadonlyMap<string, Resource>;
  /** All that the account said, by address. */
  readonly said: ReadonlyMap<string, Value>;
  /** Addresses that somebody deleted. */
  readonly deleted: ReadonlySet<string>;
  /** Addresses that the plan takes away, as the configuration has them no longer. */
  readonly abandoned: ReadonlySet<string>;
  /** Addresses that were never made. */
  readonly planned: ReadonlySet<string>;
  /** Texts that Terraform marks as sensitive. */
  readonly hidden: ReadonlySet<string>;
  readonly problems: readonly SourceProblem[];
}

interface PlannedChange {
  readonly address: string;
  readonly type: string;
  readonly actions: readonly string[];
  readonly before: Value | undefined;
  readonly after: Value | undefined;
  readonly marks: readonly (readonly [Value | undefined, Value | undefined])[];
  readonly spot: Value["spot"];
}

/** Undefined where the text is no plan. */
export function readPlanState(source: SourceText): PlanState | undefined {
  const { root, problems } = readJson(source);
  if (!root) return undefined;
  const plan = plainValueAt(root, source);
  const changes = itemsOf(lookUp(plan, "resource_changes")).flatMap(changeOf);
  const drifts = itemsOf(lookUp(plan, "resource_drift")).flatMap(changeOf);
  if (lookUp(plan, "planned_values") === undefined && changes.length === 0) return undefined;
  const known = new Set(changes.map(({ address }) => address));
  const now = [
    ...changes.map((change) => tfResource(change, change.before)),
    ...drifts.filter(({ address }) => !known.has(address)).map((change) => tfResource(change, change.after)),
  ].filter((one) => one !== undefined);
  const driftedBefore = new Map(drifts.map((change) => [change.address, tfResource(change, change.before)]));
  const earlier = now.map((one) => driftedBefore.get(one.address) ?? one);
  const deleted = new Set(drifts.filter(({ actions }) => actions.includes("delete")).map(({ address }) => address));
  const only = (action: string) =>
    new Set(
      changes.filter(({ actions }) => actions.length === 1 && actions[0] === action).map(({ address }) => address),
    );
  return {
    running: byId(toVocabulary(now)),
    lastApplied: drifts.length === 0 ? new Map() : byId(toVocabulary(earlier)),
    said: new Map(now.map(({ address, values }) => [address, values])),
    deleted,
    abandoned: only("delete"),
    planned: only("create"),
    hidden: hiddenIn([...changes, ...drifts]),
    problems,
  };
}

function changeOf(change: Value): readonly PlannedChange[] {
  const [address, type] = [textAt(change, "address"), textAt(change, "type")];
  if (address === undefined || type === undefined || textAt(change, "mode") === "data") return [];
  const at = (path: string): Value | undefined => lookUp(change, `change.${path}`);
  const actions = itemsOf(at("actions")).flatMap((one) => (one.kind === "scalar" ? [String(one.value)] : []));
  const [before, after] = [at("before"), at("after")];
  const marks = [[before, at("before_sensitive")] as const, [after, at("after_sensitive")] as const];
  return [{ address, type, actions, before, after, marks, spot: change.spot }];
}

function tfResource({ address, type, spot }: PlannedChange, values: Value | undefined): TfResource | undefined {
  const known = values && pruned(values);
  return known?.kind === "map" ? { address, type, values: known, spot } : undefined;
}

/** Terraform writes out all that is not set. */
function pruned(value: Value): Value {
  if (value.kind === "list") return { ...value, items: value.items.filter((item) => !isNothing(item)).map(pruned) };
  if (value.kind !== "map") return value;
  const entries = [...value.entries].flatMap(([key, child]): readonly (readonly [string, Value])[] =>
    isUnset(child) ? [] : [[key, pruned(child)]],
  );
  return map(entries, value.spot) satisfies MapValue;
}

function isUnset(value: Value): boolean {
  if (isNothing(value)) return true;
  if (value.kind === "scalar") return value.value === "";
  return value.kind === "list" && value.items.length === 0;
}

function byId(resources: readonly Resource[]): ReadonlyMap<string, Resource> {
  return new Map(resources.map((resource) => [resource.id, resource]));
}

function hiddenIn(changes: readonly PlannedChange[]): ReadonlySet<string> {
  const hidden = new Set<string>();
  const visit = (value: Value | undefined, mark: Value | undefined): void => {
    if (value === undefined || mark === undefined) return;
    if (mark.kind === "scalar") {
      if (mark.value === true) addTexts(value, hidden);
    } else if (mark.kind === "map") for (const [key, child] of mark.entries) visit(lookUp(value, key), child);
    else if (mark.kind === "list" && value.kind === "list")
      mark.items.forEach((one, index) => visit(value.items[index], one));
  };
  for (const { marks } of changes) for (const [value, mark] of marks) visit(value, mark);
  return hidden;
}

function addTexts(value: Value, into: Set<string>): void {
  if (value.kind === "scalar") into.add(String(value.value));
  else if (value.kind === "list") for (const item of value.items) addTexts(item, into);
  else if (value.kind === "map") for (const child of value.entries.values()) addTexts(child, into);
}
