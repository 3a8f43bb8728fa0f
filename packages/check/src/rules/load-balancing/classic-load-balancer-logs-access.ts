/** 45 CFR 164.312(b): activity is recorded. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const classicLoadBalancerLogsAccess: Rule = {
  id: "classic-load-balancer-logs-access",
  title: "The classic load balancer logs requests",
  why: "Without an access log nobody can say who asked for what.",
  remedy: "Set AccessLoggingPolicy.Enabled.",
  snippet: `
Balancer: { Type: AWS::ElasticLoadBalancing::LoadBalancer, Properties: { AccessLoggingPolicy: { Enabled: true, S3BucketName: logs } } }`,
  severity: "medium",
  topics: ["audit-logging"],
  types: ["AWS::ElasticLoadBalancing::LoadBalancer"],
  judge(balancer: Resource) {
    return balancer.at("AccessLoggingPolicy.Enabled").isTrue();
  },
  samples: {
    good: [
      {
        cloudformation: `Balancer: { Type: AWS::ElasticLoadBalancing::LoadBalancer, Properties: { AccessLoggingPolicy: { Enabled: true, S3BucketName: logs } } }`,
      },
    ],
    bad: [
      { cloudformation: `Balancer: { Type: AWS::ElasticLoadBalancing::LoadBalancer }` },
      {
        cloudformation: `Balancer: { Type: AWS::ElasticLoadBalancing::LoadBalancer, Properties: { AccessLoggingPolicy: { Enabled: false } } }`,
      },
    ],
  },
};
