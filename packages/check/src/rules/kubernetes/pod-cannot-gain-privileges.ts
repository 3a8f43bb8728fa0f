/** 45 CFR 164.312(a)(1): only programs that were granted access. */
import type { Resource } from "../../graph/resource.ts";
import { all, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";
import { everyContainer, WORKLOADS } from "./pods.ts";

export const podCannotGainPrivileges: Rule = {
  id: "pod-cannot-gain-privileges",
  title: "Containers cannot gain privileges",
  why: "A setuid program inside of the image is enough to become root.",
  remedy: "Set allowPrivilegeEscalation to false, and privileged nowhere.",
  snippet: `
securityContext: { allowPrivilegeEscalation: false }`,
  severity: "high",
  topics: ["privilege-escalation"],
  types: WORKLOADS,
  judge(workload: Resource) {
    return everyContainer(workload, (one) =>
      all(
        one.at("securityContext.allowPrivilegeEscalation").isFalse(),
        not(one.at("securityContext.privileged").isTrue()),
      ),
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
          securityContext: { allowPrivilegeEscalation: false }`,
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
          securityContext: { privileged: true }`,
      },
    ],
  },
};
