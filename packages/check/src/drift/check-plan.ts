/** Drift that a plan of Terraform tells: the configuration as it was planned beside what Terraform found in the account. */
import { Graph } from "../graph/graph.ts";
import type { Resource } from "../graph/resource.ts";
import type { Fact } from "../judge/fact.ts";
import type { Finding } from "../judge/finding.ts";
import { judge } from "../judge/judge.ts";
import type { Unit } from "../readers/read-unit.ts";
import { loadRules } from "../rules/catalog.ts";
import { positionOf, type SourceText } from "../source/source-text.ts";
import { comparisonOf, type DriftResult } from "./check-drift.ts";
import type { Difference } from "./relation.ts";
import { changedFindings, foundFinding, ruleFindings, unmanagedFindings } from "./drift-findings.ts";
import { DRIFT_FACTS, resourceIsThere } from "./facts.ts";
import { asRunning, compareResource, type Compared } from "./live-graph.ts";
import type { LiveResource } from "./live-resource.ts";
import { isNothing, textAt } from "./live-value.ts";
import { readPlanState, type PlanState } from "./read-plan-changes.ts";

/** What the provider counts and nobody sets. */
const COMPUTED =
  /(etag|last_?modified|last_?updated|version_?id|latest|created|timestamp|_date|status|unique_?id|revision|TagsAll|QualifiedArn)/i;
function isComputed(path: string): boolean {
  return /^(Id|Arn|.*Arn)$/.test(path) || COMPUTED.test(path);
}

/** Attributes by which Terraform's resources refer to each other. */
const IDENTIFYING = [
  "id",
  "arn",
  "name",
  "bucket",
  "key_id",
  "url",
  "function_name",
  "table_name",
  "role",
  "topic_arn",
];

export async function checkPlan(unit: Unit, source: SourceText): Promise<DriftResult | undefined> {
  const state = readPlanState(source);
  if (!state) return undefined;
  const { graph } = unit;
  const lives = new Map([...state.running].map(([id, resource]) => [id, liveOf(resource, state)]));
  const matches = new Map(
    graph.resources.flatMap((resource) => {
      const live = lives.get(resource.id);
      return live ? [[resource, live] as const] : [];
    }),
  );
  const rules = await loadRules(new Set([...graph.resources, ...state.running.values()].map(({ type }) => type)));
  const exact = comparisonOf(graph, matches, true);
  const findings: Finding[] = [];
  const running: Resource[] = [];
  for (const resource of graph.resources) {
    const live = matches.get(resource);
    if (live) {
      const compared = withDrift(compareResource(resource, live, graph, exact(resource.type)), resource, live, state);
      findings.push(foundFinding(resource, live), ...changedFindings(resource, compared, unit.format, state.hidden));
      running.push(asRunning(resource, compared.merged));
    } else findings.push(...missingFindings(resource, state));
  }
  const strangers = [...state.running.values()].filter(({ id }) => !graph.resource(id) && state.abandoned.has(id));
  const around = new Graph({ resources: [...running, ...strangers] });
  const [before, after] = [judge(graph, rules), judge(around, rules)];
  findings.push(...ruleFindings({ graph, format: unit.format, before, after, found: findings, besides: [] }));
  findings.push(...strangers.flatMap((resource) => unmanagedFindings(resource, around, rules)));
  const problems = [...graph.problems, ...state.problems];
  return {
    units: [{ unit, findings }],
    problems: problems.map(({ spot, message }) => ({ position: positionOf(spot), message })),
    facts: [...DRIFT_FACTS, ...rules] satisfies readonly Fact[],
  };
}

function liveOf({ id, type, properties, spot }: Resource, { said }: PlanState): LiveResource {
  const values = said.get(id) ?? properties;
  const identifiers = IDENTIFYING.flatMap((name) => textAt(values, name) ?? []);
  return { type, name: id, identifiers: new Set(identifiers), properties, shows: "all", said: values, spot };
}

function missingFindings(resource: Resource, { deleted, planned }: PlanState): readonly Finding[] {
  const because = deleted.has(resource.id)
    ? "somebody deleted it outside of Terraform"
    : planned.has(resource.id)
      ? "the account does not have it yet; the plan would create it"
      : undefined;
  if (because === undefined) return [];
  return [{ rule: resourceIsThere, resource, kind: "fail", because, position: positionOf(resource.spot) }];
}

/** With what was changed behind Terraform's back and the configuration does not change back. */
function withDrift(
  compared: Compared,
  resource: Resource,
  live: LiveResource,
  { lastApplied, running }: PlanState,
): Compared {
  const own = compared.differences.filter(({ path, expected }) => !isNothing(expected) || !isComputed(path));
  const [before, after] = [lastApplied.get(resource.id), running.get(resource.id)];
  if (!before || !after) return { ...compared, differences: own };
  const graph = new Graph({ resources: [before] });
  const compare = comparisonOf(graph, new Map(), true);
  const known = new Set(own.map(({ path }) => path));
  const more = compareResource(before, live, graph, compare(resource.type)).differences.filter(
    ({ path }: Difference) => !known.has(path) && !isComputed(path),
  );
  return { ...compared, differences: [...own, ...more] };
}
