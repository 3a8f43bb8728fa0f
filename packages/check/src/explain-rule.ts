/** `ward check explain` and `ward check rules`: what the rules are, without any input. */
import { FRAMEWORK_IDS, loadFramework } from "./frameworks/catalog.ts";
import { citationsOf, speaksTo, type Framework } from "./frameworks/framework.ts";
import { reportRule, type ReportedRule } from "./report/report.ts";
import { formatRule, type TextOptions } from "./report/text-report.ts";
import { loadAllRules } from "./rules/catalog.ts";
import type { Rule } from "./rules/rule.ts";
import { CheckUsageError } from "./run-check.ts";

export async function explainRule(
  id: string,
  options: TextOptions,
): Promise<{ readonly text: string; readonly rule: ReportedRule }> {
  const rules = await loadAllRules();
  const rule = rules.find((one) => one.id === id);
  if (!rule) throw new CheckUsageError(`There is no rule ${id}.${nearest(id, rules)} \`ward check rules\` lists them.`);
  const frameworks = await Promise.all(FRAMEWORK_IDS.map(loadFramework));
  const reported = reportRule(
    rule,
    frameworks.filter((one) => one !== undefined),
  );
  return { text: formatRule(reported, options), rule: reported };
}

export interface ListedRequirement {
  readonly requirement: Framework["requirements"][number];
  readonly rules: readonly Rule[];
}

/** With a framework its requirements and the rules that speak to each; without one all rules. */
export async function listRules(frameworkId: string | undefined): Promise<{
  readonly rules: readonly Rule[];
  readonly framework?: Framework;
  readonly requirements: readonly ListedRequirement[];
}> {
  const rules = await loadAllRules();
  if (frameworkId === undefined) return { rules, requirements: [] };
  const framework = await loadFramework(frameworkId);
  if (!framework)
    throw new CheckUsageError(`There is no framework ${frameworkId}. Use one of ${FRAMEWORK_IDS.join(", ")}.`);
  return {
    rules: rules.filter((rule) => citationsOf(rule, framework).length > 0),
    framework,
    requirements: framework.requirements.map((requirement) => ({
      requirement,
      rules: rules.filter((rule) => speaksTo(rule, requirement)),
    })),
  };
}

function nearest(id: string, rules: readonly Rule[]): string {
  const words = new Set(id.split("-"));
  const scored = rules.map((rule) => ({ rule, score: rule.id.split("-").filter((word) => words.has(word)).length }));
  const best = scored.toSorted((one, other) => other.score - one.score)[0];
  return best && best.score > 0 ? ` Did you mean ${best.rule.id}?` : "";
}
