/** 45 CFR 164.312(a)(1): only programs that were granted access. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";
import { everyContainer, WORKLOADS } from "./pods.ts";

export const podDoesNotRunAsRoot: Rule = {
  id: "pod-does-not-run-as-root",
  title: "Containers do not run as root",
  why: "Root in a container is one kernel hole away from root on the node, and from every pod on it.",
  remedy: "Set runAsNonRoot to true in the pod or in every container.",
  snippet: `
securityContext: { runAsNonRoot: true }`,
  severity: "high",
  topics: ["privilege-escalation"],
  types: WORKLOADS,
  judge(workload: Resource) {
    const ofPod = workload.at("Pod.securityContext.runAsNonRoot").isTrue();
    return everyContainer(workload, (one) => {
      const own = one.at("securityContext.runAsNonRoot");
      return own.isAbsent ? ofPod : own.isTrue();
    });
  },
  samples: {
    good: [
      {
        cloudformation: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: api }
spec:
  template:
    spec:
      containers:
        - name: api
          image: registry.example/api@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
          securityContext: { runAsNonRoot: true }`,
      },
      {
        cloudformation: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: api }
spec:
  template:
    spec:
      securityContext: { runAsNonRoot: true }
      containers:
        - name: api
          image: registry.example/api@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa`,
      },
    ],
    bad: [
      {
        cloudformation: `
apiVersion: apps/v1
kind: Deployment
metadata: { name: api }
spec:
  template:
    spec:
      containers:
        - name: api
          image: registry.example/api@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa`,
      },
    ],
  },
};
