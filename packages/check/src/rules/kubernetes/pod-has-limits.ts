/** 45 CFR 164.308(a)(7)(ii)(C): critical processes go on. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";
import { everyContainer, WORKLOADS } from "./pods.ts";

export const podHasLimits: Rule = {
  id: "pod-has-limits",
  title: "Containers have a limit of memory",
  why: "One container without a limit takes the node down, and all that runs on it.",
  remedy: "Set resources.limits.",
  snippet: `
resources: { limits: { memory: 256Mi, cpu: 500m } }`,
  severity: "medium",
  topics: ["availability", "resilience"],
  types: WORKLOADS,
  judge(workload: Resource) {
    return everyContainer(workload, (one) => one.at("resources.limits.memory").isFilled());
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
          resources: { limits: { memory: 256Mi } }`,
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
