/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const apiStatesCacheEncryption: Rule = {
  id: "api-states-cache-encryption",
  title: "The stage says that a cache would be encrypted",
  why: "A cache is switched on in a hurry, under load. Said beforehand, it is encrypted from its first minute.",
  remedy: "Set CacheDataEncrypted to true in MethodSettings.",
  snippet: `
Stage: { Type: AWS::ApiGateway::Stage, Properties: { MethodSettings: [{ ResourcePath: "/*", HttpMethod: "*", CacheDataEncrypted: true }] } }`,
  severity: "low",
  topics: ["encryption-at-rest"],
  types: ["AWS::ApiGateway::Stage"],
  judge(stage: Resource) {
    return stage.at("MethodSettings").some((one) => one.at("CacheDataEncrypted").isTrue());
  },
  samples: {
    good: [
      {
        cloudformation: `Stage: { Type: AWS::ApiGateway::Stage, Properties: { MethodSettings: [{ ResourcePath: "/*", HttpMethod: "*", CacheDataEncrypted: true }] } }`,
      },
    ],
    bad: [
      { cloudformation: `Stage: { Type: AWS::ApiGateway::Stage }` },
      {
        cloudformation: `Stage: { Type: AWS::ApiGateway::Stage, Properties: { MethodSettings: [{ CacheDataEncrypted: false }] } }`,
      },
    ],
  },
};
