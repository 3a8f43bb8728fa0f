/** The app as a whole: what it is called, where its data may live, and which law it keeps. */
import { defineConfig } from "@ward/sdk";

export default defineConfig({
  name: "hospital",
  residency: ["US"],
  frameworks: ["HIPAA"],
  // 45 CFR 164.316(b)(2)(i)
  retentionYears: 6,
  // A night's backlog of laboratory messages comes in minutes, and each makes about a dozen acts.
  budgets: { actsPerMinute: 240_000 },
});
