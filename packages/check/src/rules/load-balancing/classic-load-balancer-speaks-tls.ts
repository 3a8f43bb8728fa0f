/** 45 CFR 164.312(e)(1): transmission security. */
import type { Resource } from "../../graph/resource.ts";
import { all, any, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const classicLoadBalancerSpeaksTls: Rule = {
  id: "classic-load-balancer-speaks-tls",
  title: "The classic load balancer speaks TLS",
  why: "A listener on plain HTTP takes passwords and PHI in clear text.",
  remedy: "Set Protocol to HTTPS or SSL for every listener.",
  snippet: `
Balancer: { Type: AWS::ElasticLoadBalancing::LoadBalancer, Properties: { Listeners: [{ Protocol: HTTPS, InstanceProtocol: HTTPS, LoadBalancerPort: "443", InstancePort: "443" }] } }`,
  severity: "critical",
  topics: ["encryption-in-transit"],
  types: ["AWS::ElasticLoadBalancing::LoadBalancer"],
  judge(balancer: Resource) {
    return balancer
      .at("Listeners")
      .every((one) =>
        all(
          one.at("Protocol").equals("HTTPS", "SSL"),
          any(not(one.at("InstanceProtocol").exists()), one.at("InstanceProtocol").equals("HTTPS", "SSL")),
        ),
      );
  },
  samples: {
    good: [
      {
        cloudformation: `Balancer: { Type: AWS::ElasticLoadBalancing::LoadBalancer, Properties: { Listeners: [{ Protocol: HTTPS, InstanceProtocol: HTTPS, LoadBalancerPort: "443", InstancePort: "443" }] } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Balancer: { Type: AWS::ElasticLoadBalancing::LoadBalancer, Properties: { Listeners: [{ Protocol: HTTP, LoadBalancerPort: "80", InstancePort: "80" }] } }`,
      },
    ],
  },
};
