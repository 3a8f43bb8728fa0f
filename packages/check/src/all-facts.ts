/** Every fact there is, of rules, of analyses and of drift: what `explain` and `rules` show and what a waiver may name. */
import { loadAnalysisFacts } from "./analyses/catalog.ts";
import { DRIFT_FACTS } from "./drift/facts.ts";
import type { Fact } from "./judge/fact.ts";
import { loadAllRules } from "./rules/catalog.ts";

export async function loadAllFacts(): Promise<readonly Fact[]> {
  const [rules, others] = await Promise.all([loadAllRules(), loadAnalysisFacts()]);
  return [...rules, ...others, ...DRIFT_FACTS];
}
