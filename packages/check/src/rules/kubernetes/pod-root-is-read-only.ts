/** 45 CFR 164.308(a)(5)(ii)(B): protection from malicious software. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";
import { everyContainer, WORKLOADS } from "./pods.ts";

export const podRootIsReadOnly: Rule = {
  id: "pod-root-is-read-only",
  title: "The root file system of the pod is read-only",
  why: "Whoever breaks in can then leave nothing behind.",
  remedy: "Set readOnlyRootFilesystem to true and mount what must be written.",
  snippet: `
securityContext: { readOnlyRootFilesystem: true }`,
  severity: "medium",
  topics: ["integrity", "malicious-software"],
  types: WORKLOADS,
  judge(workload: Resource) {
    return everyContainer(workload, (one) => one.at("securityContext.readOnlyRootFilesystem").isTrue());
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
          securityContext: { readOnlyRootFilesystem: true }`,
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
