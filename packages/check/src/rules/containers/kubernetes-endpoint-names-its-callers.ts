/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import { all, any, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const kubernetesEndpointNamesItsCallers: Rule = {
  id: "kubernetes-endpoint-names-its-callers",
  title: "The endpoint of the cluster admits known sources only",
  why: "0.0.0.0/0 is everyone.",
  remedy: "Set PublicAccessCidrs to your own ranges, or close the endpoint.",
  snippet: `
Thing: { Type: AWS::EKS::Cluster, Properties: { ResourcesVpcConfig: { EndpointPublicAccess: true, PublicAccessCidrs: [10.0.0.0/8] } } }`,
  severity: "high",
  topics: ["public-exposure", "network-isolation"],
  types: ["AWS::EKS::Cluster"],
  judge(thing: Resource) {
    return any(
      thing.at("ResourcesVpcConfig.EndpointPublicAccess").isFalse(),
      all(
        thing.at("ResourcesVpcConfig.PublicAccessCidrs").isFilled(),
        thing.at("ResourcesVpcConfig.PublicAccessCidrs").every((one) => not(one.equals("0.0.0.0/0", "::/0"))),
      ),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::EKS::Cluster, Properties: { ResourcesVpcConfig: { EndpointPublicAccess: true, PublicAccessCidrs: [10.0.0.0/8] } } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Thing: { Type: AWS::EKS::Cluster, Properties: { ResourcesVpcConfig: { EndpointPublicAccess: true, PublicAccessCidrs: [0.0.0.0/0] } } }`,
      },
      { cloudformation: `Thing: { Type: AWS::EKS::Cluster, Properties: { Name: c } }` },
    ],
  },
};
