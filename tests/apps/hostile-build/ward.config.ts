/** An app whose build would carry the node's own files into its functions. */
import { defineConfig } from "@ward/sdk";

export default defineConfig({
  name: "hostile-build",
  residency: ["US"],
  frameworks: ["HIPAA"],
  retentionYears: 6,
  budgets: { actsPerMinute: 1_000 },
});
