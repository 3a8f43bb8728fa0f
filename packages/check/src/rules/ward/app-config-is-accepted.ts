/** 45 CFR 164.316(b)(1): the configuration is the document that a node holds itself to. */
import { parseAppConfig } from "@ward/core";
import type { Resource } from "../../graph/resource.ts";
import { accepted } from "./accepted.ts";
import type { Rule } from "../rule.ts";

export const appConfigIsAccepted: Rule = {
  id: "app-config-is-accepted",
  title: "The configuration is one that a node takes",
  why: "A node refuses an app whose configuration it does not understand, so that a misspelt setting is never a silent nothing. That is better heard of before the night it is deployed.",
  remedy: "Correct the entry that is named.",
  snippet: `
retentionYears: 6,`,
  severity: "medium",
  topics: ["hygiene"],
  types: ["Ward::App"],
  judge(app: Resource) {
    return accepted(app, parseAppConfig, /^(retentionYears|residency|frameworks|budgets)/);
  },
  samples: {
    good: [
      {
        ward: {
          "ward.config.ts": `{ name: "clinic", residency: ["US"], frameworks: ["HIPAA"], retentionYears: 6, budgets: { actsPerMinute: 600 } }`,
        },
      },
    ],
    bad: [
      {
        ward: {
          "ward.config.ts": `{ name: "clinic", residency: ["US"], frameworks: ["HIPAA"], retentionYears: 6, budgets: { actsPerMinute: 600 }, auditFeed: [] }`,
        },
      },
      {
        ward: {
          "ward.config.ts": `{ name: "The Clinic", residency: ["US"], frameworks: ["HIPAA"], retentionYears: 6, budgets: { actsPerMinute: 600 } }`,
        },
      },
    ],
    unknown: [
      {
        ward: {
          "ward.config.ts": `{ name: process.env.NAME, residency: ["US"], frameworks: ["HIPAA"], retentionYears: 6, budgets: { actsPerMinute: 600 } }`,
        },
      },
    ],
  },
};
