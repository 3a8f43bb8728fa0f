/** 45 CFR 164.312(e)(1): transmission security. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";

export const ingressSpeaksTls: Rule = {
  id: "ingress-speaks-tls",
  title: "The ingress speaks TLS",
  why: "Pages and answers about patients pass in clear text where an ingress has no certificate.",
  remedy: "Set spec.tls for every host.",
  snippet: `
spec: { tls: [{ hosts: [api.clinic.example], secretName: api-tls }] }`,
  severity: "critical",
  topics: ["encryption-in-transit"],
  types: ["Kubernetes::Ingress"],
  judge(ingress: Resource) {
    return ingress.at("spec.tls").isFilled();
  },
  samples: {
    good: [
      {
        cloudformation: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: api }
spec: { tls: [{ hosts: [a], secretName: s }], rules: [] }`,
      },
    ],
    bad: [
      {
        cloudformation: `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: api }
spec: { rules: [] }`,
      },
    ],
  },
};
