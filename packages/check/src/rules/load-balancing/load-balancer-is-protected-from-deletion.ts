/** 45 CFR 164.308(a)(7)(ii)(C): critical processes go on. */
import { attributeOf } from "./load-balancer-attribute.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const loadBalancerIsProtectedFromDeletion: Rule = {
  id: "load-balancer-is-protected-from-deletion",
  title: "The load balancer refuses to be deleted",
  why: "A deletion by mistake takes the service down, and with it its addresses.",
  remedy: "Set deletion_protection.enabled.",
  snippet: `
Balancer: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: { LoadBalancerAttributes: [{ Key: deletion_protection.enabled, Value: "true" }] } }`,
  severity: "low",
  topics: ["deletion-protection", "availability"],
  types: ["AWS::ElasticLoadBalancingV2::LoadBalancer"],
  judge(balancer: Resource) {
    return attributeOf(balancer, "deletion_protection.enabled").isTrue();
  },
  samples: {
    good: [
      {
        cloudformation: `Balancer: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: { LoadBalancerAttributes: [{ Key: deletion_protection.enabled, Value: "true" }] } }`,
      },
    ],
    bad: [{ cloudformation: `Balancer: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer }` }],
  },
};
