/** 45 CFR 164.312(e)(1): transmission security. */
import type { Resource } from "../../graph/resource.ts";
import { all, any, type Truth } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const listenerSpeaksTls: Rule = {
  id: "listener-speaks-tls",
  title: "The listener speaks TLS",
  why: "A listener on plain HTTP takes passwords and PHI in clear text.",
  remedy: "Set Protocol to HTTPS or TLS; let port 80 only redirect.",
  snippet: `
Listener: { Type: AWS::ElasticLoadBalancingV2::Listener, Properties: { Protocol: HTTPS, Port: 443 } }`,
  severity: "critical",
  topics: ["encryption-in-transit"],
  types: ["AWS::ElasticLoadBalancingV2::Listener"],
  judge(listener: Resource) {
    const redirects = all(
      listener.at("DefaultActions").isFilled(),
      listener
        .at("DefaultActions")
        .every((action) =>
          all(action.at("Type").equals("redirect"), action.at("RedirectConfig.Protocol").equals("HTTPS")),
        ),
    );
    return any(listener.at("Protocol").equals("HTTPS", "TLS"), redirects, isNotHttp(listener));
  },
  samples: {
    good: [
      {
        cloudformation: `Listener: { Type: AWS::ElasticLoadBalancingV2::Listener, Properties: { Protocol: HTTPS, Port: 443 } }`,
      },
      {
        cloudformation: `Listener: { Type: AWS::ElasticLoadBalancingV2::Listener, Properties: { Protocol: HTTP, Port: 80, DefaultActions: [{ Type: redirect, RedirectConfig: { Protocol: HTTPS, StatusCode: HTTP_301 } }] } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Listener: { Type: AWS::ElasticLoadBalancingV2::Listener, Properties: { Protocol: HTTP, Port: 80, DefaultActions: [{ Type: forward }] } }`,
      },
    ],
  },
};

/** What a network load balancer passes on is encrypted, or not, by what is behind it. */
function isNotHttp(listener: Resource): Truth {
  return listener.at("Protocol").equals("TCP", "UDP", "TCP_UDP", "GENEVE");
}
