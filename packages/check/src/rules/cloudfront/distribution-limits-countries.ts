/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const distributionLimitsCountries: Rule = {
  id: "distribution-limits-countries",
  title: "The distribution answers chosen countries",
  why: "A service for patients of one country is attacked from all others.",
  remedy: "Set GeoRestriction to a whitelist or a blacklist.",
  snippet: `
Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { Enabled: true, Restrictions: { GeoRestriction: { RestrictionType: whitelist, Locations: [US] } } } } }`,
  severity: "low",
  topics: ["public-exposure"],
  types: ["AWS::CloudFront::Distribution"],
  judge(thing: Resource) {
    return thing.at("DistributionConfig.Restrictions.GeoRestriction.RestrictionType").equals("whitelist", "blacklist");
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { Enabled: true, Restrictions: { GeoRestriction: { RestrictionType: whitelist, Locations: [US] } } } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { Enabled: true } } }`,
      },
      {
        cloudformation: `Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { Enabled: true, Restrictions: { GeoRestriction: { RestrictionType: none } } } } }`,
      },
    ],
  },
};
