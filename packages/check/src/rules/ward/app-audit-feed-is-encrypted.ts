/** 45 CFR 164.312(e)(1): transmission security. */
import type { Resource } from "../../graph/resource.ts";
import { any } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const appAuditFeedIsEncrypted: Rule = {
  id: "app-audit-feed-is-encrypted",
  title: "The audit log travels encrypted",
  why: "Entries say who read which record and when. On a wire without TLS anyone on the way reads and changes them.",
  remedy: "Use an https URL, or syslog, which a node sends over TLS alone.",
  snippet: `
auditFeeds: [{ kind: "https", url: "https://logs.clinic.example/ward" }],`,
  severity: "high",
  topics: ["encryption-in-transit", "log-protection"],
  types: ["Ward::App"],
  judge(app: Resource) {
    if (app.at("auditFeeds").isAbsent) return "notApplicable";
    return app
      .at("auditFeeds")
      .every((feed) => any(feed.at("kind").equals("syslog"), feed.at("url").startsWith("https://")));
  },
  samples: {
    good: [
      {
        ward: {
          "ward.config.ts": `{ name: "clinic", residency: ["US"], frameworks: ["HIPAA"], retentionYears: 6, budgets: { actsPerMinute: 600 }, auditFeeds: [{ kind: "https", url: "https://logs.clinic.example/ward" }, { kind: "syslog", host: "logs.clinic.example", port: 6514 }] }`,
        },
      },
    ],
    bad: [
      {
        ward: {
          "ward.config.ts": `{ name: "clinic", residency: ["US"], frameworks: ["HIPAA"], retentionYears: 6, budgets: { actsPerMinute: 600 }, auditFeeds: [{ kind: "https", url: "http://logs.clinic.example/ward" }] }`,
        },
      },
    ],
    unknown: [
      {
        ward: {
          "ward.config.ts": `{ name: "clinic", residency: ["US"], frameworks: ["HIPAA"], retentionYears: 6, budgets: { actsPerMinute: 600 }, auditFeeds: [{ kind: "https", url: process.env.FEED }] }`,
        },
      },
    ],
  },
};
