/** 45 CFR 164.316(b)(2)(i): six years. */
import type { Resource } from "../../graph/resource.ts";
import { any, fail, pass } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const auditLogIsKeptSixYears: Rule = {
  id: "audit-log-is-kept-six-years",
  title: "An audit log is kept for six years",
  why: "HIPAA asks for six years. A breach is found, on average, months later, and asked about for years.",
  remedy: "Set RetentionInDays to 2192 or more.",
  snippet: `
Thing: { Type: AWS::Logs::LogGroup, Properties: { LogGroupName: /clinic/audit, RetentionInDays: 2192 } }`,
  severity: "high",
  topics: ["log-retention"],
  types: ["AWS::Logs::LogGroup"],
  judge(thing: Resource) {
    const name = thing.at("LogGroupName");
    const isAudit = any(
      name.matches(/audit|trail/i),
      thing.tag("audit")?.isTrue() ?? fail("no tag audit"),
      thing.id.match(/audit|trail/i) ? pass() : fail("its name"),
    );
    if (isAudit.outcome !== "pass") return "notApplicable";
    const days = thing.at("RetentionInDays");
    return days.isAbsent ? pass("kept for ever") : days.atLeast(2_190);
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::Logs::LogGroup, Properties: { LogGroupName: /clinic/audit, RetentionInDays: 2192 } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::Logs::LogGroup, Properties: { LogGroupName: /clinic/audit, RetentionInDays: 365 } }`,
      },
    ],
  },
};
