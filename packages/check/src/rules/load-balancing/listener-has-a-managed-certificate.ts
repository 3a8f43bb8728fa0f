/** 45 CFR 164.312(e)(1): transmission security. */
import { isManaged } from "./managed-certificate.ts";
import type { Resource } from "../../graph/resource.ts";
import { all, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const listenerHasAManagedCertificate: Rule = {
  id: "listener-has-a-managed-certificate",
  title: "The listener has a certificate that renews itself",
  why: "A certificate that expires unnoticed takes the service down; one that people copy leaks.",
  remedy: "Name a certificate of ACM in Certificates.",
  snippet: `
Listener: { Type: AWS::ElasticLoadBalancingV2::Listener, Properties: { Protocol: HTTPS, Certificates: [{ CertificateArn: "arn:aws:acm:us-east-1:1:certificate/c" }] } }`,
  severity: "medium",
  topics: ["encryption-in-transit", "availability"],
  types: ["AWS::ElasticLoadBalancingV2::Listener", "AWS::ElasticLoadBalancingV2::ListenerCertificate"],
  judge(listener: Resource) {
    if (listener.type === LISTENER && not(listener.at("Protocol").equals("HTTPS", "TLS", "HTTP")).outcome === "pass")
      return "notApplicable";
    return all(
      listener.at("Certificates").isFilled(),
      listener.at("Certificates").every((one) => isManaged(one.at("CertificateArn"))),
    );
  },
  samples: {
    good: [
      {
        cloudformation: `Listener: { Type: AWS::ElasticLoadBalancingV2::Listener, Properties: { Protocol: HTTPS, Certificates: [{ CertificateArn: "arn:aws:acm:us-east-1:1:certificate/c" }] } }`,
      },
    ],
    bad: [
      { cloudformation: `Listener: { Type: AWS::ElasticLoadBalancingV2::Listener, Properties: { Protocol: HTTPS } }` },
    ],
  },
};

const LISTENER = "AWS::ElasticLoadBalancingV2::Listener";
