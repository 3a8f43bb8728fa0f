/** 45 CFR 164.308(a)(5)(ii)(B): protection from malicious software. */
import { attributeOf } from "./load-balancer-attribute.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const loadBalancerDropsMalformedHeaders: Rule = {
  id: "load-balancer-drops-malformed-headers",
  title: "The load balancer drops malformed headers",
  why: "Headers that two programs read differently smuggle one request inside another, past every check.",
  remedy: "Set routing.http.drop_invalid_header_fields.enabled.",
  snippet: `
Balancer: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: { LoadBalancerAttributes: [{ Key: routing.http.drop_invalid_header_fields.enabled, Value: "true" }] } }`,
  severity: "medium",
  topics: ["input-validation"],
  types: ["AWS::ElasticLoadBalancingV2::LoadBalancer"],
  judge(balancer: Resource) {
    return balancer.at("Type").equals("network", "gateway").outcome === "pass"
      ? "notApplicable"
      : attributeOf(balancer, "routing.http.drop_invalid_header_fields.enabled").isTrue();
  },
  samples: {
    good: [
      {
        cloudformation: `Balancer: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: { LoadBalancerAttributes: [{ Key: routing.http.drop_invalid_header_fields.enabled, Value: "true" }] } }`,
      },
    ],
    bad: [
      { cloudformation: `Balancer: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer }` },
      {
        cloudformation: `Balancer: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: { LoadBalancerAttributes: [{ Key: routing.http.drop_invalid_header_fields.enabled, Value: "false" }] } }`,
      },
    ],
  },
};
