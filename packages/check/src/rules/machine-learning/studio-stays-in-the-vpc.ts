/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const studioStaysInTheVpc: Rule = {
  id: "studio-stays-in-the-vpc",
  title: "The studio reaches the network through the VPC",
  why: "Otherwise notebooks have a way to the internet that no rule of your network sees.",
  remedy: "Set AppNetworkAccessType to VpcOnly.",
  snippet: `
Thing: { Type: AWS::SageMaker::Domain, Properties: { AuthMode: IAM, DomainName: d, AppNetworkAccessType: VpcOnly } }`,
  severity: "medium",
  topics: ["egress-control", "network-isolation"],
  types: ["AWS::SageMaker::Domain"],
  judge(thing: Resource) {
    return thing.at("AppNetworkAccessType").equals("VpcOnly");
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::SageMaker::Domain, Properties: { AuthMode: IAM, DomainName: d, AppNetworkAccessType: VpcOnly } }`,
      },
    ],
    bad: [{ cloudformation: `Thing: { Type: AWS::SageMaker::Domain, Properties: { AuthMode: IAM, DomainName: d } }` }],
  },
};
