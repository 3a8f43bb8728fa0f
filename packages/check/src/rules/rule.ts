/**
 * A rule is a fact that should hold of a resource, with what a person needs to understand and mend it when it does not.
 * It sees the graph and nothing else, answers in three values, and knows no law: which requirement it speaks to is a
 * table of src/frameworks. How to write one: docs/guide/write-a-check-rule.md.
 */
import type { Fact } from "../judge/fact.ts";
import type { Graph } from "../graph/graph.ts";
import type { Resource } from "../graph/resource.ts";
import type { Verdict } from "../graph/truth.ts";

export interface Rule extends Fact {
  /** Types of resource that `judge` is asked about; each is CloudFormation's name. */
  readonly types: readonly string[];
  /** Pure and total; a throw is reported as an error of the rule. */
  readonly judge: (resource: Resource, graph: Graph) => Verdict;
  readonly samples: Samples;
}

/** Inputs for the generated tests. Each `good` one has a pass and no fail of this rule, each `bad` one a fail. */
export interface Samples {
  readonly good: readonly Sample[];
  readonly bad: readonly Sample[];
  /** Inputs of which the rule must say that they don't tell. */
  readonly unknown?: readonly Sample[];
}

/**
 * Either the resources of a template (what stands under `Resources:`, or a whole template), or Terraform, or the files of a
 * Ward app; of those a text in braces is a definition.
 */
export type Sample =
  | { readonly cloudformation: string }
  | { readonly terraform: string }
  | { readonly ward: Readonly<Record<string, string>> };
