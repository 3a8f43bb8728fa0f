/** An app without functions, for the tests that drive FHIR from outside. */
import { defineConfig } from "@ward/sdk";

export default defineConfig({
  name: "fhir-tests",
  residency: ["US"],
  frameworks: ["HIPAA"],
  retentionYears: 6,
  // The meter works as it does anywhere; it is only never the limit.
  budgets: { actsPerMinute: 10_000_000 },
});
