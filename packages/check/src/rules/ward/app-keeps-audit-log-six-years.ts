/** 45 CFR 164.316(b)(2)(i): documentation is kept for six years. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const appKeepsAuditLogSixYears: Rule = {
  id: "app-keeps-audit-log-six-years",
  title: "The app keeps its audit log for six years at least",
  why: "Who saw a record years ago is asked years later. What was erased before its time cannot be shown to the patient, the regulator or a court.",
  remedy: "Set retentionYears to 6 or more.",
  snippet: `
retentionYears: 6,`,
  severity: "high",
  topics: ["log-retention"],
  types: ["Ward::App"],
  judge(app: Resource) {
    return app.at("retentionYears").atLeast(6);
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
          "ward.config.ts": `{ name: "clinic", residency: ["US"], frameworks: ["HIPAA"], retentionYears: 10, budgets: { actsPerMinute: 600 } }`,
        },
      },
    ],
    bad: [
      {
        ward: {
          "ward.config.ts": `{ name: "clinic", residency: ["US"], frameworks: ["HIPAA"], retentionYears: 5, budgets: { actsPerMinute: 600 } }`,
        },
      },
      { ward: { "ward.config.ts": `{ name: "clinic" }` } },
    ],
    unknown: [
      {
        ward: {
          "ward.config.ts": `{ name: "clinic", residency: ["US"], frameworks: ["HIPAA"], retentionYears: Number(process.env.YEARS), budgets: { actsPerMinute: 600 } }`,
        },
      },
    ],
  },
};
