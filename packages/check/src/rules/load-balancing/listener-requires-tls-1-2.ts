/** 45 CFR 164.312(e)(1): transmission security. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const listenerRequiresTls12: Rule = {
  id: "listener-requires-tls-1-2",
  title: "The listener takes TLS 1.2 or later",
  why: "TLS 1.0 and 1.1 are broken; the default policy still takes them.",
  remedy: "Set SslPolicy to ELBSecurityPolicy-TLS13-1-2-2021-06.",
  snippet: `
Listener: { Type: AWS::ElasticLoadBalancingV2::Listener, Properties: { Protocol: HTTPS, SslPolicy: ELBSecurityPolicy-TLS13-1-2-2021-06 } }`,
  severity: "high",
  topics: ["encryption-in-transit"],
  types: ["AWS::ElasticLoadBalancingV2::Listener"],
  judge(listener: Resource) {
    const policy = listener.at("SslPolicy");
    if (policy.isAbsent && not(listener.at("Protocol").equals("HTTPS", "TLS")).outcome === "pass")
      return "notApplicable";
    return policy.matches(/^(?:ELBSecurityPolicy-)?(TLS13-1-[23]\b(?!-Ext[01])|TLS13-1-2-|TLS-1-2|FS-1-2)/);
  },
  samples: {
    good: [
      {
        cloudformation: `Listener: { Type: AWS::ElasticLoadBalancingV2::Listener, Properties: { Protocol: HTTPS, SslPolicy: ELBSecurityPolicy-TLS13-1-2-2021-06 } }`,
      },
    ],
    bad: [
      { cloudformation: `Listener: { Type: AWS::ElasticLoadBalancingV2::Listener, Properties: { Protocol: HTTPS } }` },
      {
        cloudformation: `Listener: { Type: AWS::ElasticLoadBalancingV2::Listener, Properties: { Protocol: HTTPS, SslPolicy: ELBSecurityPolicy-2016-08 } }`,
      },
      {
        cloudformation: `Listener: { Type: AWS::ElasticLoadBalancingV2::Listener, Properties: { Protocol: HTTPS, SslPolicy: ELBSecurityPolicy-TLS-1-1-2017-01 } }`,
      },
    ],
  },
};
