/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const apiStageIsTraced: Rule = {
  id: "api-stage-is-traced",
  title: "The stage is traced",
  why: "When a request went wrong on its way through the functions, a trace tells where.",
  remedy: "Set TracingEnabled to true.",
  snippet: `
Stage: { Type: AWS::ApiGateway::Stage, Properties: { TracingEnabled: true } }`,
  severity: "low",
  topics: ["monitoring"],
  types: ["AWS::ApiGateway::Stage"],
  judge(stage: Resource) {
    return stage.at("TracingEnabled").isTrue();
  },
  samples: {
    good: [{ cloudformation: `Stage: { Type: AWS::ApiGateway::Stage, Properties: { TracingEnabled: true } }` }],
    bad: [
      { cloudformation: `Stage: { Type: AWS::ApiGateway::Stage }` },
      { cloudformation: `Stage: { Type: AWS::ApiGateway::Stage, Properties: { TracingEnabled: false } }` },
    ],
  },
};
