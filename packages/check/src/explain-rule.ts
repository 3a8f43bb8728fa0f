/** `ward check explain` and `ward check rules`: what the rules are, without any input. */
import { FRAMEWORK_IDS, loadFramework } from "./frameworks/catalog.ts";
import { citationsOf, speaksTo, type Framework } from "./frameworks/framework.ts";
import { reportRule, type ReportedRule } from "./report/report.ts";
import { formatRule, type TextOptions } from "./report/text-report.ts";
import { loadAllFacts } from "./all-facts.ts";
import type { Fact } from "./judge/fact.ts";
import { CheckUsageError } from "./run-check.ts";

export async function explainRule(
  id: string,
  options: TextOptions,
): Promise<{ readonly text: string; readonly rule: ReportedRule }> {
  const rules = await loadAllFacts();
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
  readonly rules: readonly Fact[];
}

/** With a framework its requirements and the rules that speak to each; without one all rules. */
export async function listRules(frameworkId: string | undefined): Promise<{
  readonly rules: readonly Fact[];
  readonly framework?: Framework;
  readonly requirements: readonly ListedRequirement[];
}> {
  const rules = await loadAllFacts();
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

/** Up to three that share most with what was written; a word that few rules have tells most. */
function nearest(id: string, rules: readonly Fact[]): string {
  const wordsOf = (text: string) => new Set(text.toLowerCase().split(/[^a-z0-9]+/));
  const described = rules.map((rule) => ({ rule, words: wordsOf(`${rule.id} ${rule.title}`) }));
  const weigh = (word: string) => 1 / described.filter(({ words }) => words.has(word)).length;
  const asked = [...wordsOf(id)];
  const [subject] = asked;
  const scored = described.map(({ rule, words }) => {
    const shared = asked.filter((word) => words.has(word)).reduce((sum, word) => sum + weigh(word), 0);
    return { rule, score: shared + (shared > 0 && rule.id.split("-")[0] === subject ? 1 : 0) };
  });
  const best = scored.filter(({ score }) => score > 0).toSorted((one, other) => other.score - one.score);
  if (best.length === 0) return "";
  const names = best.slice(0, 3).map(({ rule }) => rule.id);
  return ` Did you mean ${names.join(" or ")}?`;
}
