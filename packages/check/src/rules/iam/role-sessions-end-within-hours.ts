/** 45 CFR 164.312(a)(2)(iii): a session ends. */
import type { Resource } from "../../graph/resource.ts";
import { pass } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const roleSessionsEndWithinHours: Rule = {
  id: "role-sessions-end-within-hours",
  title: "Sessions of the role end within four hours",
  why: "A session that was stolen stays good for as long as the role allows, up to twelve hours.",
  remedy: "Set MaxSessionDuration to 14400 or less, or leave it away: the default is one hour.",
  snippet: `
MaxSessionDuration: 3600`,
  severity: "low",
  topics: ["session"],
  types: ["AWS::IAM::Role"],
  judge(role: Resource) {
    const duration = role.at("MaxSessionDuration");
    return duration.isAbsent ? pass() : duration.atMost(14_400);
  },
  samples: {
    good: [
      { cloudformation: `Role: { Type: AWS::IAM::Role }` },
      { cloudformation: `Role: { Type: AWS::IAM::Role, Properties: { MaxSessionDuration: 3600 } }` },
    ],
    bad: [{ cloudformation: `Role: { Type: AWS::IAM::Role, Properties: { MaxSessionDuration: 43200 } }` }],
  },
};
