/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const apiLogsHoldNoBodies: Rule = {
  id: "api-logs-hold-no-bodies",
  title: "The log of the stage holds no requests and answers",
  why: "With data trace on, every body goes to CloudWatch in clear text: PHI, tokens and all, for whoever may read logs.",
  remedy: "Set DataTraceEnabled to false, or leave it away.",
  snippet: `
Stage: { Type: AWS::ApiGateway::Stage, Properties: { MethodSettings: [{ LoggingLevel: ERROR, DataTraceEnabled: false }] } }`,
  severity: "high",
  topics: ["log-protection", "data-classification"],
  types: ["AWS::ApiGateway::Stage"],
  judge(stage: Resource) {
    const settings = stage.at("MethodSettings");
    return settings.isAbsent ? "notApplicable" : settings.every((one) => not(one.at("DataTraceEnabled").isTrue()));
  },
  samples: {
    good: [
      {
        cloudformation: `Stage: { Type: AWS::ApiGateway::Stage, Properties: { MethodSettings: [{ LoggingLevel: ERROR, DataTraceEnabled: false }] } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Stage: { Type: AWS::ApiGateway::Stage, Properties: { MethodSettings: [{ LoggingLevel: INFO, DataTraceEnabled: true }] } }`,
      },
    ],
  },
};
