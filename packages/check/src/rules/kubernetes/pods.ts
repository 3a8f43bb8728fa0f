/** What rules about pods share: the kinds that have one, and its containers. */
import type { Property } from "../../graph/property.ts";
import type { Resource } from "../../graph/resource.ts";
import { all, pass, type Truth } from "../../graph/truth.ts";

export const WORKLOADS: readonly string[] = [
  "CronJob",
  "DaemonSet",
  "Deployment",
  "Job",
  "Pod",
  "ReplicaSet",
  "StatefulSet",
].map((kind) => `Kubernetes::${kind}`);

export function everyContainer(workload: Resource, question: (container: Property) => Truth): Truth {
  const lists = ["containers", "initContainers"].map((name) => workload.at(`Pod.${name}`).every(question));
  return all(...lists, pass());
}
