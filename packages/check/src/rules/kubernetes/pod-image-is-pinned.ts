/** 45 CFR 164.312(c)(1): protection from improper alteration. */
import type { Resource } from "../../graph/resource.ts";
import { all, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";
import { everyContainer, WORKLOADS } from "./pods.ts";

export const podImageIsPinned: Rule = {
  id: "pod-image-is-pinned",
  title: "Images are named by digest or by a version",
  why: "What was reviewed is not what runs, where a tag moves.",
  remedy: "Name the image by its digest.",
  snippet: `
image: registry.example/api@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa`,
  severity: "medium",
  topics: ["integrity", "patching"],
  types: WORKLOADS,
  judge(workload: Resource) {
    return everyContainer(workload, (one) =>
      all(one.at("image").matches(/@sha256:[0-9a-f]{64}$|:[^/:]+$/), not(one.at("image").matches(/:latest$/))),
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
          image: registry.example/api:latest`,
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
          image: registry.example/api`,
      },
    ],
  },
};
