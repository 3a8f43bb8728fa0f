/** 45 CFR 164.312(b): activity is recorded. */
import { attributeOf } from "./load-balancer-attribute.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const loadBalancerLogsAccess: Rule = {
  id: "load-balancer-logs-access",
  title: "The load balancer logs requests",
  why: "Without an access log nobody can say who asked for what.",
  remedy: "Set access_logs.s3.enabled and the bucket.",
  snippet: `
Balancer: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: { LoadBalancerAttributes: [{ Key: access_logs.s3.enabled, Value: "true" }] } }`,
  severity: "medium",
  topics: ["audit-logging"],
  types: ["AWS::ElasticLoadBalancingV2::LoadBalancer"],
  judge(balancer: Resource) {
    return attributeOf(balancer, "access_logs.s3.enabled").isTrue();
  },
  samples: {
    good: [
      {
        cloudformation: `Balancer: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: { LoadBalancerAttributes: [{ Key: access_logs.s3.enabled, Value: "true" }] } }`,
      },
    ],
    bad: [
      { cloudformation: `Balancer: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer }` },
      {
        cloudformation: `Balancer: { Type: AWS::ElasticLoadBalancingV2::LoadBalancer, Properties: { LoadBalancerAttributes: [{ Key: access_logs.s3.enabled, Value: "false" }] } }`,
      },
    ],
  },
};
