/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import { all } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const apiStageLogsExecution: Rule = {
  id: "api-stage-logs-execution",
  title: "The stage logs its errors",
  why: "When calls fail, the execution log is where the reason stands.",
  remedy: "Set LoggingLevel to ERROR or INFO in MethodSettings, with DataTraceEnabled false.",
  snippet: `
Stage: { Type: AWS::ApiGateway::Stage, Properties: { MethodSettings: [{ ResourcePath: "/*", HttpMethod: "*", LoggingLevel: ERROR }] } }`,
  severity: "low",
  topics: ["audit-logging", "monitoring"],
  types: ["AWS::ApiGateway::Stage"],
  judge(stage: Resource) {
    const settings = stage.at("MethodSettings");
    return all(
      settings.isFilled(),
      settings.every((one) => one.at("LoggingLevel").equals("ERROR", "INFO")),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Stage: { Type: AWS::ApiGateway::Stage, Properties: { MethodSettings: [{ ResourcePath: "/*", HttpMethod: "*", LoggingLevel: ERROR }] } }`,
      },
    ],
    bad: [
      { cloudformation: `Stage: { Type: AWS::ApiGateway::Stage }` },
      {
        cloudformation: `Stage: { Type: AWS::ApiGateway::Stage, Properties: { MethodSettings: [{ LoggingLevel: "OFF" }] } }`,
      },
    ],
  },
};
