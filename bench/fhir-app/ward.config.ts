/** An app without functions: FHIR alone is what is measured. */
import { defineConfig } from "@ward/sdk";

export default defineConfig({
  name: "fhir-bench",
  residency: ["US"],
  frameworks: ["HIPAA"],
  retentionYears: 6,
  // The meter works as it does anywhere; it is only never the limit.
  budgets: { actsPerMinute: 10_000_000 },
});
