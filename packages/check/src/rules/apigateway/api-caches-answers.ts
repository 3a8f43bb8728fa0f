/** 45 CFR 164.308(a)(7)(ii)(C): critical processes go on. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const apiCachesAnswers: Rule = {
  id: "api-caches-answers",
  title: "The stage caches answers",
  why: "A cache keeps the service answering when what lies behind it is slow. For answers about patients it must be encrypted, or not there.",
  remedy: "Set CachingEnabled in MethodSettings where answers are not about a patient.",
  snippet: `
Stage: { Type: AWS::ApiGateway::Stage, Properties: { MethodSettings: [{ CachingEnabled: true, CacheDataEncrypted: true }] } }`,
  severity: "low",
  topics: ["availability", "cost"],
  types: ["AWS::ApiGateway::Stage"],
  judge(stage: Resource) {
    return stage.at("MethodSettings").some((one) => one.at("CachingEnabled").isTrue());
  },
  samples: {
    good: [
      {
        cloudformation: `Stage: { Type: AWS::ApiGateway::Stage, Properties: { MethodSettings: [{ CachingEnabled: true, CacheDataEncrypted: true }] } }`,
      },
    ],
    bad: [
      { cloudformation: `Stage: { Type: AWS::ApiGateway::Stage }` },
      {
        cloudformation: `Stage: { Type: AWS::ApiGateway::Stage, Properties: { MethodSettings: [{ CachingEnabled: false }] } }`,
      },
    ],
  },
};
