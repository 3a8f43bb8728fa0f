/** 45 CFR 164.308(a)(5)(ii)(B): protection from malicious software. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const distributionIsBehindAFirewall: Rule = {
  id: "distribution-is-behind-a-firewall",
  title: "A web application firewall guards the distribution",
  why: "Scanners try known attacks on every public address within minutes.",
  remedy: "Set WebACLId.",
  snippet: `
Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { WebACLId: w } } }`,
  severity: "medium",
  topics: ["input-validation", "public-exposure"],
  types: ["AWS::CloudFront::Distribution"],
  judge(thing: Resource) {
    return thing.at("DistributionConfig.WebACLId").isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { WebACLId: w } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { Enabled: true } } }`,
      },
    ],
  },
};
