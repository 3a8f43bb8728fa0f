/** 45 CFR 164.312(e)(1): transmission security. */
import type { Property } from "../../graph/property.ts";
import type { Resource } from "../../graph/resource.ts";
import { all, pass } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const distributionRequiresHttps: Rule = {
  id: "distribution-requires-https",
  title: "The distribution takes HTTPS only",
  why: "Pages and answers about patients pass in clear text where plain HTTP is answered.",
  remedy: "Set ViewerProtocolPolicy to https-only or redirect-to-https for every behavior.",
  snippet: `
Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { DefaultCacheBehavior: { TargetOriginId: o, ViewerProtocolPolicy: https-only } } } }`,
  severity: "critical",
  topics: ["encryption-in-transit"],
  types: ["AWS::CloudFront::Distribution"],
  judge(thing: Resource) {
    const config = thing.at("DistributionConfig");
    const secure = (behavior: Property) =>
      behavior.at("ViewerProtocolPolicy").equals("https-only", "redirect-to-https");
    const byDefault = config.at("DefaultCacheBehavior");
    return all(byDefault.isAbsent ? pass() : secure(byDefault), config.at("CacheBehaviors").every(secure));
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { DefaultCacheBehavior: { TargetOriginId: o, ViewerProtocolPolicy: https-only } } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { DefaultCacheBehavior: { TargetOriginId: o, ViewerProtocolPolicy: allow-all } } } }`,
      },
    ],
  },
};
