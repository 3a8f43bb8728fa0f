/** 45 CFR 164.308(a)(7)(ii)(C): critical processes go on. */
import type { Resource } from "../../graph/resource.ts";
import { all } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const apiStageIsThrottled: Rule = {
  id: "api-stage-is-throttled",
  title: "The stage limits how fast it is called",
  why: "Without a limit of its own an API takes up the whole account's, and every other API with it.",
  remedy: "Set ThrottlingRateLimit and ThrottlingBurstLimit.",
  snippet: `
Stage: { Type: AWS::ApiGateway::Stage, Properties: { MethodSettings: [{ ResourcePath: "/*", HttpMethod: "*", ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 }] } }`,
  severity: "low",
  topics: ["resilience", "availability", "cost"],
  types: ["AWS::ApiGateway::Stage", "AWS::ApiGatewayV2::Stage"],
  judge(stage: Resource) {
    const isRest = stage.type === "AWS::ApiGateway::Stage";
    const limits = isRest ? stage.at("MethodSettings") : stage.at("DefaultRouteSettings");
    return limits.some((one) => all(one.at("ThrottlingRateLimit").exists(), one.at("ThrottlingBurstLimit").exists()));
  },
  samples: {
    good: [
      {
        cloudformation: `Stage: { Type: AWS::ApiGateway::Stage, Properties: { MethodSettings: [{ ResourcePath: "/*", HttpMethod: "*", ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 }] } }`,
      },
    ],
    bad: [{ cloudformation: `Stage: { Type: AWS::ApiGateway::Stage }` }],
  },
};
