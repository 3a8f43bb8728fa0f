/** An app without functions, for what drives FHIR from outside: `npm run conformance`, `npm run bench -- fhir`. */
import { defineConfig } from "@ward/sdk";

export default defineConfig({
  name: "fhir-conformance",
  residency: ["US"],
  frameworks: ["HIPAA"],
  retentionYears: 6,
  // The meter works as it does anywhere; it is only never the limit.
  budgets: { actsPerMinute: 10_000_000 },
});
