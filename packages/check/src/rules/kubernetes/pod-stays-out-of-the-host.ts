/** 45 CFR 164.312(a)(1): only programs that were granted access. */
import type { Resource } from "../../graph/resource.ts";
import { all, not } from "../../graph/truth.ts";
import type { Rule } from "../rule.ts";
import { WORKLOADS } from "./pods.ts";

export const podStaysOutOfTheHost: Rule = {
  id: "pod-stays-out-of-the-host",
  title: "The pod shares no namespace and no folder with its node",
  why: "What sees the network, the processes or the disks of the node sees every other pod.",
  remedy: "Remove hostNetwork, hostPID, hostIPC and hostPath volumes.",
  snippet: `
volumes: [{ name: work, emptyDir: {} }]`,
  severity: "high",
  topics: ["network-isolation", "privilege-escalation"],
  types: WORKLOADS,
  judge(workload: Resource) {
    const shares = ["hostNetwork", "hostPID", "hostIPC"].map((name) => not(workload.at(`Pod.${name}`).isTrue()));
    return all(
      ...shares,
      workload.at("Pod.volumes").every((volume) => not(volume.at("hostPath").exists())),
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
      hostNetwork: true
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
      volumes: [{ name: v, hostPath: { path: / } }]
      containers:
        - name: api
          image: registry.example/api@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa`,
      },
    ],
  },
};
