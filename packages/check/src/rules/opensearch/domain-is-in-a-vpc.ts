/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const domainIsInAVpc: Rule = {
  id: "domain-is-in-a-vpc",
  title: "The search domain is in a VPC",
  why: "A domain outside of a VPC has a public address, and only its policy guards the index.",
  remedy: "Set VPCOptions.SubnetIds.",
  snippet: `
Thing: { Type: AWS::OpenSearchService::Domain, Properties: { VPCOptions: { SubnetIds: [s] } } }`,
  severity: "high",
  topics: ["public-exposure", "network-isolation"],
  types: ["AWS::OpenSearchService::Domain", "AWS::Elasticsearch::Domain"],
  judge(thing: Resource) {
    return thing.at("VPCOptions.SubnetIds").isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::OpenSearchService::Domain, Properties: { VPCOptions: { SubnetIds: [s] } } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::OpenSearchService::Domain }` }],
  },
};
