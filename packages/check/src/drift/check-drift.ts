/**
 * Drift: what runs in an account beside the templates that it should come from. Finds what was changed, what is missing,
 * what no template has, and, by the same rules as the templates, what of it no longer holds. It asks no account: what runs
 * is in files that somebody took there.
 */
import type { InputProblem, JudgedUnit } from "../analyses/analysis.ts";
import { Graph } from "../graph/graph.ts";
import type { Resource } from "../graph/resource.ts";
import type { Fact } from "../judge/fact.ts";
import type { Finding } from "../judge/finding.ts";
import { judge } from "../judge/judge.ts";
import type { Unit } from "../readers/read-unit.ts";
import { loadRules } from "../rules/catalog.ts";
import type { Rule } from "../rules/rule.ts";
import { positionOf, type SourceText } from "../source/source-text.ts";
import { STEPS_MAX, type Comparison } from "./relation.ts";
import { DRIFT_FACTS } from "./facts.ts";
import { asResource, asRunning, compareResource } from "./live-graph.ts";
import type { LiveResource, Snapshot } from "./live-resource.ts";
import { lookUp, textAt } from "./live-value.ts";
import { matchResources } from "./match-resources.ts";
import { changedFindings, foundFinding, missingFinding, ruleFindings, unmanagedFindings } from "./drift-findings.ts";
import { readSnapshot } from "./read-snapshot.ts";
import { unmanagedIn } from "./unmanaged.ts";

export interface DriftResult {
  readonly units: readonly JudgedUnit[];
  readonly problems: readonly InputProblem[];
  readonly facts: readonly Fact[];
}

export async function checkSnapshot(units: readonly Unit[], sources: readonly SourceText[]): Promise<DriftResult> {
  const snapshot = readSnapshot(sources);
  const matches = matchResources(
    units.map(({ graph }) => graph),
    snapshot,
  );
  const rules = await loadRules(typesOf(units, snapshot));
  const unmanaged = unmanagedIn(snapshot, units, matches);
  const judged = units.map((unit) => judgeUnit(unit, snapshot, matches, unmanaged.besides, rules));
  const strangers = unmanagedUnits(unmanaged.strangers, judged, rules);
  return {
    units: [...judged.map(({ unit, findings }) => ({ unit, findings })), ...strangers],
    problems: [...units.flatMap(({ graph }) => graph.problems), ...snapshot.problems].map(({ spot, message }) => ({
      position: positionOf(spot),
      message,
    })),
    facts: [...DRIFT_FACTS, ...rules],
  };
}

function typesOf(units: readonly Unit[], { resources }: Snapshot): ReadonlySet<string> {
  return new Set([
    ...units.flatMap(({ graph }) => graph.resources.map(({ type }) => type)),
    ...resources.map(({ type }) => type),
  ]);
}

/** The unit with what was found, and its graph as it runs. */
interface RunningUnit extends JudgedUnit {
  readonly running: Graph;
}

function judgeUnit(
  unit: Unit,
  snapshot: Snapshot,
  matches: ReadonlyMap<Resource, LiveResource>,
  besides: ReadonlyMap<LiveResource, Resource>,
  rules: readonly Rule[],
): RunningUnit {
  const { graph } = unit;
  const compare = comparisonOf(graph, matches);
  const findings: Finding[] = [];
  const running: Resource[] = [];
  for (const resource of graph.resources) {
    const live = matches.get(resource);
    if (live && live.isGone !== true) {
      const compared = compareResource(resource, live, graph, compare(resource.type));
      findings.push(foundFinding(resource, live), ...changedFindings(resource, compared, unit.format));
      running.push(asRunning(resource, compared.merged));
      continue;
    }
    const missing = missingFinding(resource, live, snapshot);
    if (missing) findings.push(missing);
    if (missing?.kind !== "fail") running.push(resource);
  }
  for (const [live, owner] of besides) if (graph.resource(owner.id) === owner) running.push(asResource(live, owner));
  const lives = new Graph({ resources: running, ...(graph.region === undefined ? {} : { region: graph.region }) });
  const [before, after] = [judge(graph, rules), judge(lives, rules)];
  const answers = { graph, format: unit.format, before, after, found: findings, besides: [...besides.keys()] };
  findings.push(...ruleFindings(answers));
  return { unit, findings, running: lives };
}

/** How references of the graph are called in the account. */
export function comparisonOf(
  graph: Graph,
  matches: ReadonlyMap<Resource, LiveResource>,
  isExact = false,
): (type: string) => Comparison {
  const budget = { steps: STEPS_MAX };
  const liveOf = (id: string): LiveResource | undefined => {
    const resource = graph.resource(id);
    return resource && matches.get(resource);
  };
  return (type) => ({
    type,
    identifiersOf: (id) => liveOf(id)?.identifiers,
    attributeOf: (id, attribute) => {
      const said = liveOf(id)?.said;
      return said && lookUp(said, attribute) && textAt(said, attribute);
    },
    isExact,
    budget,
  });
}

function unmanagedUnits(
  strangers: readonly LiveResource[],
  judged: readonly RunningUnit[],
  rules: readonly Rule[],
): readonly JudgedUnit[] {
  const bySource = Map.groupBy(strangers, ({ spot }) => spot.source);
  return [...bySource].map(([source, lives]) => {
    const resources = lives.map((live) => asResource(live, undefined));
    const graph = new Graph({ resources });
    const around = new Graph({ resources: [...judged.flatMap(({ running }) => running.resources), ...resources] });
    const unit: Unit = { file: source.file, format: "account", graph };
    return { unit, findings: resources.flatMap((resource) => unmanagedFindings(resource, around, rules)) };
  });
}
