/** 45 CFR 164.308(a)(5)(ii)(B): protection from malicious software. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const distributionSendsSecurityHeaders: Rule = {
  id: "distribution-sends-security-headers",
  title: "The distribution tells browsers what pages may do",
  why: "Headers such as Strict-Transport-Security and a content policy stop a stolen script from reading the page.",
  remedy: "Set ResponseHeadersPolicyId.",
  snippet: `
Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { Enabled: true, DefaultCacheBehavior: { TargetOriginId: o, ViewerProtocolPolicy: https-only, ResponseHeadersPolicyId: 67f7725c-6f97-4210-82d7-5512b31e9d03 } } } }`,
  severity: "low",
  topics: ["input-validation"],
  types: ["AWS::CloudFront::Distribution"],
  judge(thing: Resource) {
    return thing.at("DistributionConfig.DefaultCacheBehavior.ResponseHeadersPolicyId").isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { Enabled: true, DefaultCacheBehavior: { TargetOriginId: o, ViewerProtocolPolicy: https-only, ResponseHeadersPolicyId: 67f7725c-6f97-4210-82d7-5512b31e9d03 } } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { Enabled: true, DefaultCacheBehavior: { TargetOriginId: o, ViewerProtocolPolicy: https-only } } } }`,
      },
    ],
  },
};
