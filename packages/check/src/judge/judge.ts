/** Asks every rule about every resource of its types. A rule that throws is a finding of its own kind; none is skipped. */
import type { Graph } from "../graph/graph.ts";
import type { Resource } from "../graph/resource.ts";
import type { Verdict } from "../graph/truth.ts";
import type { Rule } from "../rules/rule.ts";
import { positionOf } from "../source/source-text.ts";
import type { Finding } from "./finding.ts";

export function judge(graph: Graph, rules: readonly Rule[]): readonly Finding[] {
  const byType = new Map<string, Rule[]>();
  for (const rule of rules) {
    for (const type of rule.types) byType.set(type, [...(byType.get(type) ?? []), rule]);
  }
  return graph.resources.flatMap((resource) =>
    (byType.get(resource.type) ?? []).flatMap((rule) => ask(rule, resource, graph) ?? []),
  );
}

function ask(rule: Rule, resource: Resource, graph: Graph): Finding | undefined {
  let verdict: Verdict;
  try {
    verdict = rule.judge(resource, graph);
  } catch (thrown) {
    const because = `the rule broke: ${thrown instanceof Error ? thrown.message : "it threw"}`;
    return { rule, resource, kind: "error", because, position: positionOf(resource.spot) };
  }
  if (verdict === "notApplicable") return undefined;
  const position = positionOf(verdict.spot ?? resource.spot);
  return { rule, resource, kind: verdict.outcome, because: verdict.because, position };
}
