/** 45 CFR 164.312(b): the record of activity is out of reach of those it is about. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const appSendsAuditLogElsewhere: Rule = {
  id: "app-sends-audit-log-elsewhere",
  title: "The app sends its audit log to a second place",
  why: "Who rules the machine can stop the log with it. A copy that another team receives as it is made tells of that too.",
  remedy: "Add the collector of your security team to auditFeeds.",
  snippet: `
auditFeeds: [{ kind: "syslog", host: "logs.clinic.example", port: 6514 }],`,
  severity: "low",
  topics: ["log-protection", "monitoring"],
  types: ["Ward::App"],
  judge(app: Resource) {
    return app.at("auditFeeds").isFilled();
  },
  samples: {
    good: [
      {
        ward: {
          "ward.config.ts": `{ name: "clinic", residency: ["US"], frameworks: ["HIPAA"], retentionYears: 6, budgets: { actsPerMinute: 600 }, auditFeeds: [{ kind: "syslog", host: "logs.clinic.example", port: 6514 }] }`,
        },
      },
    ],
    bad: [
      {
        ward: {
          "ward.config.ts": `{ name: "clinic", residency: ["US"], frameworks: ["HIPAA"], retentionYears: 6, budgets: { actsPerMinute: 600 } }`,
        },
      },
      {
        ward: {
          "ward.config.ts": `{ name: "clinic", residency: ["US"], frameworks: ["HIPAA"], retentionYears: 6, budgets: { actsPerMinute: 600 }, auditFeeds: [] }`,
        },
      },
    ],
  },
};
