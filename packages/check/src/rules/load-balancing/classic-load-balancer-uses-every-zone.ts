/** 45 CFR 164.308(a)(7)(ii)(C): critical processes go on. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const classicLoadBalancerUsesEveryZone: Rule = {
  id: "classic-load-balancer-uses-every-zone",
  title: "The classic load balancer uses machines of every zone",
  why: "When one zone has fewer machines left, they take its whole share and fail next.",
  remedy: "Set CrossZone to true.",
  snippet: `
Balancer: { Type: AWS::ElasticLoadBalancing::LoadBalancer, Properties: { CrossZone: true } }`,
  severity: "low",
  topics: ["availability"],
  types: ["AWS::ElasticLoadBalancing::LoadBalancer"],
  judge(balancer: Resource) {
    return balancer.at("CrossZone").isTrue();
  },
  samples: {
    good: [
      {
        cloudformation: `Balancer: { Type: AWS::ElasticLoadBalancing::LoadBalancer, Properties: { CrossZone: true } }`,
      },
    ],
    bad: [
      { cloudformation: `Balancer: { Type: AWS::ElasticLoadBalancing::LoadBalancer }` },
      {
        cloudformation: `Balancer: { Type: AWS::ElasticLoadBalancing::LoadBalancer, Properties: { CrossZone: false } }`,
      },
    ],
  },
};
