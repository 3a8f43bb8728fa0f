/** 45 CFR 164.312(e)(1): transmission security. */
import type { Resource } from "../../graph/resource.ts";
import { all } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const classicLoadBalancerHasAStrongPolicy: Rule = {
  id: "classic-load-balancer-has-a-strong-policy",
  title: "The classic load balancer negotiates by a predefined policy",
  why: "A policy that someone wrote years ago still offers ciphers that were broken since.",
  remedy: "Set Reference-Security-Policy to ELBSecurityPolicy-TLS-1-2-2017-01.",
  snippet: `
Balancer: { Type: AWS::ElasticLoadBalancing::LoadBalancer, Properties: { Listeners: [{ Protocol: HTTPS }], Policies: [{ PolicyName: p, PolicyType: SSLNegotiationPolicyType, Attributes: [{ Name: Reference-Security-Policy, Value: ELBSecurityPolicy-TLS-1-2-2017-01 }] }] } }`,
  severity: "high",
  topics: ["encryption-in-transit"],
  types: ["AWS::ElasticLoadBalancing::LoadBalancer"],
  judge(balancer: Resource) {
    const secure = balancer.at("Listeners").some((one) => one.at("Protocol").equals("HTTPS", "SSL"));
    if (secure.outcome === "fail") return "notApplicable";
    return balancer
      .at("Policies")
      .some((policy) =>
        policy
          .at("Attributes")
          .some((one) =>
            all(
              one.at("Name").equals("Reference-Security-Policy"),
              one.at("Value").equals("ELBSecurityPolicy-TLS-1-2-2017-01"),
            ),
          ),
      );
  },
  samples: {
    good: [
      {
        cloudformation: `Balancer: { Type: AWS::ElasticLoadBalancing::LoadBalancer, Properties: { Listeners: [{ Protocol: HTTPS }], Policies: [{ PolicyName: p, PolicyType: SSLNegotiationPolicyType, Attributes: [{ Name: Reference-Security-Policy, Value: ELBSecurityPolicy-TLS-1-2-2017-01 }] }] } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Balancer: { Type: AWS::ElasticLoadBalancing::LoadBalancer, Properties: { Listeners: [{ Protocol: HTTPS }] } }`,
      },
    ],
  },
};
