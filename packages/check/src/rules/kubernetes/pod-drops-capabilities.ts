/** 45 CFR 164.312(a)(1): only programs that were granted access. */
import type { Resource } from "../../graph/resource.ts";
import type { Rule } from "../rule.ts";
import { everyContainer, WORKLOADS } from "./pods.ts";

export const podDropsCapabilities: Rule = {
  id: "pod-drops-capabilities",
  title: "Containers drop all capabilities",
  why: "Capabilities that nothing needs are what an attacker uses.",
  remedy: "Set capabilities.drop to [ALL].",
  snippet: `
securityContext: { capabilities: { drop: [ALL] } }`,
  severity: "medium",
  topics: ["least-privilege", "privilege-escalation"],
  types: WORKLOADS,
  judge(workload: Resource) {
    return everyContainer(workload, (one) =>
      one.at("securityContext.capabilities.drop").some((name) => name.equals("ALL")),
    );
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
          securityContext: { capabilities: { drop: [ALL] } }`,
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
