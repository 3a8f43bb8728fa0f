/** 45 CFR 164.308(a)(5)(ii)(D): safeguarding passwords. */
import { looksLikeCredential } from "../../graph/credential-shape.ts";
import type { Resource } from "../../graph/resource.ts";
import { fail, pass } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";
import { everyContainer, WORKLOADS } from "./pods.ts";

export const podEnvironmentHoldsNoSecrets: Rule = {
  id: "pod-environment-holds-no-secrets",
  title: "No environment of a container holds a secret",
  why: "A manifest is in a repository, and an environment in every describe.",
  remedy: "Use valueFrom.secretKeyRef, or mount the secret.",
  snippet: `
env: [{ name: DB_PASSWORD, valueFrom: { secretKeyRef: { name: db, key: password } } }]`,
  severity: "high",
  topics: ["secrets"],
  types: WORKLOADS,
  judge(workload: Resource) {
    return everyContainer(workload, (one) =>
      one.at("env").every((variable) => {
        const name = variable.at("name").text() ?? "";
        const text = variable.at("value").text() ?? "";
        const isNamedSo = /(^|_)(password|passwd|secret|token|api_?key|private_?key)$/i.test(name);
        const isSecret = looksLikeCredential(text) || (isNamedSo && text.length >= 4);
        return isSecret ? fail(`the value of ${name} is written in the manifest`, variable.spot) : pass();
      }),
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
          env: [{ name: DB_PASSWORD, valueFrom: { secretKeyRef: { name: db, key: password } } }]`,
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
          image: registry.example/api@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
          env: [{ name: DB_PASSWORD, value: hunter22 }]`,
      },
    ],
  },
};
