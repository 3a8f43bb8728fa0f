/**
 * A framework of requirements as a table: what each demands, whether it is required, which facts speak to it, and what no
 * look at templates can ever show. Rules know nothing of it, so a change of the law changes a table and no rule.
 */
import type { Fact, Topic } from "../judge/fact.ts";

/**
 * 45 CFR 164.306(d): an addressable specification is implemented, or it is written down why not and what instead. Other
 * texts bind by law (`required`), as a catalog to choose from (`control`), by an auditor's opinion (`criterion`), or as
 * an authority's advice (`practice`).
 */
export type Bearing = "standard" | "required" | "addressable" | "control" | "criterion" | "practice";

export interface Requirement {
  /** As it is cited: `164.312(a)(2)(iv)`. */
  readonly id: string;
  readonly title: string;
  /** What it demands, in the words of the text or close to them. */
  readonly text: string;
  readonly bearing: Bearing;
  /** Facts of these topics speak to it. */
  readonly topics: readonly Topic[];
  /** Facts that speak to it beside those. */
  readonly rules?: readonly string[];
  /** What remains to be shown by other means: evidence, registers, interviews. */
  readonly beyond: string;
}

export interface Framework {
  readonly id: string;
  readonly title: string;
  /** Where the text stands. */
  readonly source: string;
  readonly requirements: readonly Requirement[];
}

export function requirement(
  id: string,
  title: string,
  text: string,
  bearing: Bearing,
  topics: readonly Topic[],
  beyond: string,
): Requirement {
  return { id, title, text, bearing, topics, beyond };
}

export function speaksTo(rule: Fact, requirement: Requirement): boolean {
  return (
    rule.topics.some((topic) => requirement.topics.includes(topic)) || requirement.rules?.includes(rule.id) === true
  );
}

/** The requirements that a rule speaks to, in the framework's order. */
export function citationsOf(rule: Fact, framework: Framework): readonly Requirement[] {
  return framework.requirements.filter((requirement) => speaksTo(rule, requirement));
}
