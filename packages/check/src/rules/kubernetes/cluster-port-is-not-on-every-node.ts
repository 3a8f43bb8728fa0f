/** 45 CFR 164.312(a)(1): only programs that were granted access. */
import type { Resource } from "../../graph/resource.ts";
import { not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";

export const clusterPortIsNotOnEveryNode: Rule = {
  id: "cluster-port-is-not-on-every-node",
  title: "No port is opened on every node",
  why: "A NodePort is reached past the ingress, its certificate and its log.",
  remedy: "Use ClusterIP behind an ingress.",
  snippet: `
spec: { type: ClusterIP }`,
  severity: "medium",
  topics: ["network-isolation", "public-exposure"],
  types: ["Kubernetes::Service"],
  judge(resource: Resource) {
    return not(resource.at("spec.type").equals("NodePort"));
  },
  samples: {
    good: [
      {
        cloudformation: `
apiVersion: v1
kind: Service
metadata: { name: api }
spec: { type: ClusterIP }`,
      },
    ],
    bad: [
      {
        cloudformation: `
apiVersion: v1
kind: Service
metadata: { name: api }
spec: { type: NodePort }`,
      },
    ],
  },
};
