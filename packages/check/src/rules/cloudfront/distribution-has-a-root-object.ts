/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const distributionHasARootObject: Rule = {
  id: "distribution-has-a-root-object",
  title: "The distribution answers its root with a page",
  why: "Without one, a request for the root may list what is in the bucket.",
  remedy: "Set DefaultRootObject.",
  snippet: `
Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { DefaultRootObject: index.html } } }`,
  severity: "low",
  topics: ["public-exposure"],
  types: ["AWS::CloudFront::Distribution"],
  judge(thing: Resource) {
    return thing.at("DistributionConfig.DefaultRootObject").isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { DefaultRootObject: index.html } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { Enabled: true } } }`,
      },
    ],
  },
};
