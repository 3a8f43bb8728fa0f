/** 45 CFR 164.312(a)(1): only those who were granted access. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const loadBalancerIsInternal: Rule = {
  id: "load-balancer-is-internal",
  title: "The load balancer is internal",
  why: "An internet-facing one puts what is behind it before everyone.",
  remedy: "Set Scheme to internal, or waive with the reason why the public needs it.",
  snippet: `
Balancer: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: { Scheme: internal } }`,
  severity: "medium",
  topics: ["public-exposure", "network-isolation"],
  types: ["AWS::ElasticLoadBalancingV2::LoadBalancer"],
  judge(balancer: Resource) {
    return balancer.at("Type").equals("gateway").outcome === "pass"
      ? "notApplicable"
      : balancer.at("Scheme").equals("internal");
  },
  samples: {
    good: [
      {
        cloudformation: `Balancer: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: { Scheme: internal } }`,
      },
    ],
    bad: [
      { cloudformation: `Balancer: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer }` },
      {
        cloudformation: `Balancer: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: { Scheme: internet-facing } }`,
      },
    ],
  },
};
