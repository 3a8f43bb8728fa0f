/** The configuration of an app that was written to do harm; its evaluation is an attack too (`evaluation.ts`). */
import { defineConfig } from "@ward/sdk";
import { whatEvaluationReached } from "./evaluation.ts";

const reached = await whatEvaluationReached();

export default defineConfig({
  // The name stands in every event's source: `told` passes it on.
  name: `hostile-${reached}`,
  residency: ["US"],
  frameworks: ["HIPAA"],
  retentionYears: 6,
  budgets: { actsPerMinute: 10_000 },
});
