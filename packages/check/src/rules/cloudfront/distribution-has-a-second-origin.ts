/** 45 CFR 164.308(a)(7)(ii)(C): critical processes go on. */
import type { Resource } from "../../graph/resource.ts";
import { any } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const distributionHasASecondOrigin: Rule = {
  id: "distribution-has-a-second-origin",
  title: "The distribution has a second origin",
  why: "When the origin fails, so do all pages.",
  remedy: "Set OriginGroups with failover criteria.",
  snippet: `
Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { OriginGroups: { Quantity: 1, Items: [{ Id: g, FailoverCriteria: { StatusCodes: { Quantity: 1, Items: [500] } }, Members: { Quantity: 2, Items: [{ OriginId: one }, { OriginId: two }] } }] } } } }`,
  severity: "low",
  topics: ["availability"],
  types: ["AWS::CloudFront::Distribution"],
  judge(thing: Resource) {
    return thing
      .at("DistributionConfig.OriginGroups.Items")
      .some((group) => any(group.at("Members.Items").isFilled(), group.at("Members.Quantity").atLeast(2)));
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { OriginGroups: { Quantity: 1, Items: [{ Id: g, FailoverCriteria: { StatusCodes: { Quantity: 1, Items: [500] } }, Members: { Quantity: 2, Items: [{ OriginId: one }, { OriginId: two }] } }] } } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::CloudFront::Distribution, Properties: { DistributionConfig: { Enabled: true } } }`,
      },
    ],
  },
};
