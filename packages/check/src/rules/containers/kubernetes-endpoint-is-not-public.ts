/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const kubernetesEndpointIsNotPublic: Rule = {
  id: "kubernetes-endpoint-is-not-public",
  title: "The endpoint of the cluster is not public",
  why: "A public endpoint has one token before everything that runs.",
  remedy: "Set EndpointPublicAccess to false.",
  snippet: `
Thing: { Type: AWS::EKS::Cluster, Properties: { ResourcesVpcConfig: { EndpointPublicAccess: false } } }`,
  severity: "high",
  topics: ["public-exposure", "network-isolation"],
  types: ["AWS::EKS::Cluster"],
  judge(thing: Resource) {
    return thing.at("ResourcesVpcConfig.EndpointPublicAccess").isFalse();
  },
  samples: {
    good: [
      {
        cloudformation: `Thing: { Type: AWS::EKS::Cluster, Properties: { ResourcesVpcConfig: { EndpointPublicAccess: false } } }`,
      },
    ],
    bad: [
      { cloudformation: `Thing: { Type: AWS::EKS::Cluster, Properties: { Name: c } }` },
      {
        cloudformation: `Thing: { Type: AWS::EKS::Cluster, Properties: { ResourcesVpcConfig: { EndpointPublicAccess: true } } }`,
      },
    ],
  },
};
