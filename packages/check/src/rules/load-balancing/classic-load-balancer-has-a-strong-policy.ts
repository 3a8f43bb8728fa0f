/** 45 CFR 164.312(e)(1): transmission security. */
import type { Property } from "../../graph/property.ts";
import type { Resource } from "../../graph/resource.ts";
import { all, any, not, type Truth } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const classicLoadBalancerHasAStrongPolicy: Rule = {
  id: "classic-load-balancer-has-a-strong-policy",
  title: "The classic load balancer negotiates by a predefined policy",
  why: "A policy that someone wrote years ago still offers ciphers that were broken since.",
  remedy: "Set Reference-Security-Policy to ELBSecurityPolicy-TLS-1-2-2017-01.",
  snippet: `
Balancer: { Type: AWS::ElasticLoadBalancing::LoadBalancer, Properties: { Listeners: [{ Protocol: HTTPS, PolicyNames: [p] }], Policies: [{ PolicyName: p, PolicyType: SSLNegotiationPolicyType, Attributes: [{ Name: Reference-Security-Policy, Value: ELBSecurityPolicy-TLS-1-2-2017-01 }] }] } }`,
  severity: "high",
  topics: ["encryption-in-transit"],
  types: ["AWS::ElasticLoadBalancing::LoadBalancer"],
  judge(balancer: Resource) {
    const listeners = balancer.at("Listeners");
    const isSecure = (one: Property) => one.at("Protocol").equals("HTTPS", "SSL");
    if (listeners.some(isSecure).outcome === "fail") return "notApplicable";
    const strong = balancer
      .at("Policies")
      .items()
      .filter((policy) => policy.at("Attributes").some(isStrong).outcome === "pass")
      .flatMap((policy) => policy.at("PolicyName").text() ?? []);
    return listeners.every((one) =>
      any(
        not(isSecure(one)),
        one.at("PolicyNames").some((name) => name.equals(...strong)),
      ),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Balancer: { Type: AWS::ElasticLoadBalancing::LoadBalancer, Properties: { Listeners: [{ Protocol: HTTPS, PolicyNames: [p] }], Policies: [{ PolicyName: p, PolicyType: SSLNegotiationPolicyType, Attributes: [{ Name: Reference-Security-Policy, Value: ELBSecurityPolicy-TLS-1-2-2017-01 }] }] } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Balancer: { Type: AWS::ElasticLoadBalancing::LoadBalancer, Properties: { Listeners: [{ Protocol: HTTPS }] } }`,
      },
    ],
  },
};

function isStrong(attribute: Property): Truth {
  return all(
    attribute.at("Name").equals("Reference-Security-Policy"),
    attribute.at("Value").equals("ELBSecurityPolicy-TLS-1-2-2017-01"),
  );
}
