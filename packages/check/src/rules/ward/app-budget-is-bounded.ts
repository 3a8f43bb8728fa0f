/** 45 CFR 164.308(a)(1)(ii)(D): an unusual amount of accesses is noticed. */
import type { Resource } from "../../graph/resource.ts";
import { ACTS_MAX } from "./laws.ts";
import type { Rule } from "../rule.ts";

export const appBudgetIsBounded: Rule = {
  id: "app-budget-is-bounded",
  title: "The app bounds what one may do in a minute",
  why: "A stolen login that may read without a limit empties the whole hospital before anyone looks at the log.",
  remedy: "Set budgets.actsPerMinute to what the busiest function or person really needs.",
  snippet: `
budgets: { actsPerMinute: 600 },`,
  severity: "medium",
  topics: ["least-privilege", "resilience"],
  types: ["Ward::App"],
  judge(app: Resource) {
    return app.at("budgets.actsPerMinute").atMost(ACTS_MAX);
  },
  samples: {
    good: [
      {
        ward: {
          "ward.config.ts": `{ name: "clinic", residency: ["US"], frameworks: ["HIPAA"], retentionYears: 6, budgets: { actsPerMinute: 600 } }`,
        },
      },
      {
        ward: {
          "ward.config.ts": `{ name: "clinic", residency: ["US"], frameworks: ["HIPAA"], retentionYears: 6, budgets: { actsPerMinute: 240_000 } }`,
        },
      },
    ],
    bad: [
      {
        ward: {
          "ward.config.ts": `{ name: "clinic", residency: ["US"], frameworks: ["HIPAA"], retentionYears: 6, budgets: { actsPerMinute: 10_000_000 } }`,
        },
      },
      {
        ward: {
          "ward.config.ts": `{ name: "clinic", residency: ["US"], frameworks: ["HIPAA"], retentionYears: 6, budgets: {} }`,
        },
      },
    ],
  },
};
