/** 45 CFR 164.312(a)(2)(iv): encryption of what is stored. */
import type { Resource } from "../../graph/resource.ts";
import { any, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const apiCacheIsEncrypted: Rule = {
  id: "api-cache-is-encrypted",
  title: "Answers in the cache are encrypted",
  why: "A cache of answers about patients is a copy of their records on a disk.",
  remedy: "Set CacheDataEncrypted to true wherever CachingEnabled is.",
  snippet: `
Stage: { Type: AWS::ApiGateway::Stage, Properties: { MethodSettings: [{ CachingEnabled: true, CacheDataEncrypted: true }] } }`,
  severity: "high",
  topics: ["encryption-at-rest"],
  types: ["AWS::ApiGateway::Stage", "AWS::ApiGateway::Deployment"],
  judge(stage: Resource) {
    const settings =
      stage.type === "AWS::ApiGateway::Stage" ? stage.at("MethodSettings") : stage.at("StageDescription");
    return settings.isAbsent
      ? "notApplicable"
      : settings.every((one) => any(not(one.at("CachingEnabled").isTrue()), one.at("CacheDataEncrypted").isTrue()));
  },
  samples: {
    good: [
      {
        cloudformation: `Stage: { Type: AWS::ApiGateway::Stage, Properties: { MethodSettings: [{ CachingEnabled: true, CacheDataEncrypted: true }] } }`,
      },
      {
        cloudformation: `Stage: { Type: AWS::ApiGateway::Stage, Properties: { MethodSettings: [{ CachingEnabled: false }] } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Stage: { Type: AWS::ApiGateway::Stage, Properties: { MethodSettings: [{ CachingEnabled: true }] } }`,
      },
      {
        cloudformation: `Deployment: { Type: AWS::ApiGateway::Deployment, Properties: { StageDescription: { CachingEnabled: true, CacheDataEncrypted: false } } }`,
      },
    ],
  },
};
