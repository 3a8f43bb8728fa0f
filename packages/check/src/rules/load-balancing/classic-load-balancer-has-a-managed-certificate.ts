/** 45 CFR 164.312(e)(1): transmission security. */
import { isManaged } from "./managed-certificate.ts";
import type { Resource } from "../../graph/resource.ts";
import { not, pass } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const classicLoadBalancerHasAManagedCertificate: Rule = {
  id: "classic-load-balancer-has-a-managed-certificate",
  title: "The classic load balancer has a certificate of ACM",
  why: "A certificate that expires unnoticed takes the service down; one that people copy leaks.",
  remedy: "Name a certificate of ACM in SSLCertificateId.",
  snippet: `
Balancer: { Type: AWS::ElasticLoadBalancing::LoadBalancer, Properties: { Listeners: [{ Protocol: HTTPS, SSLCertificateId: "arn:aws:acm:us-east-1:1:certificate/c" }] } }`,
  severity: "medium",
  topics: ["encryption-in-transit", "availability"],
  types: ["AWS::ElasticLoadBalancing::LoadBalancer"],
  judge(balancer: Resource) {
    return balancer
      .at("Listeners")
      .every((one) =>
        not(one.at("Protocol").equals("HTTPS", "SSL")).outcome === "pass"
          ? pass()
          : isManaged(one.at("SSLCertificateId")),
      );
  },
  samples: {
    good: [
      {
        cloudformation: `Balancer: { Type: AWS::ElasticLoadBalancing::LoadBalancer, Properties: { Listeners: [{ Protocol: HTTPS, SSLCertificateId: "arn:aws:acm:us-east-1:1:certificate/c" }] } }`,
      },
    ],
    bad: [
      {
        cloudformation: `Balancer: { Type: AWS::ElasticLoadBalancing::LoadBalancer, Properties: { Listeners: [{ Protocol: HTTPS, SSLCertificateId: "arn:aws:iam::1:server-certificate/c" }] } }`,
      },
    ],
  },
};
