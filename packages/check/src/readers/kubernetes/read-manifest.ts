/**
 * A Kubernetes manifest as resources of type `Kubernetes::<Kind>`. The pod of a workload, wherever its kind keeps it,
 * stands under `Pod`, so that a rule about pods is one rule.
 */
import { plainValueAt } from "../../graph/plain-value.ts";
import { Property } from "../../graph/property.ts";
import { Resource } from "../../graph/resource.ts";
import { map, type MapValue } from "../../graph/value.ts";
import { rawAt, rawText, type RawNode } from "../../source/raw-node.ts";
import type { SourceText } from "../../source/source-text.ts";
import type { Reading } from "../reading.ts";

const POD_PATHS: Readonly<Record<string, string>> = {
  CronJob: "spec.jobTemplate.spec.template.spec",
  Pod: "spec",
};
const WORKLOADS = new Set(["CronJob", "DaemonSet", "Deployment", "Job", "Pod", "ReplicaSet", "StatefulSet"]);

function looksLikeManifest(root: RawNode): boolean {
  return rawText(rawAt(root, "apiVersion")) !== undefined && rawText(rawAt(root, "kind")) !== undefined;
}

export function readManifest(source: SourceText, root: RawNode): Reading {
  const listed = rawText(rawAt(root, "kind")) === "List" ? rawAt(root, "items") : undefined;
  const objects = listed?.kind === "list" ? listed.items : [root];
  return { resources: objects.filter(looksLikeManifest).map((object) => resourceOf(source, object)), problems: [] };
}

function resourceOf(source: SourceText, object: RawNode): Resource {
  const kind = rawText(rawAt(object, "kind")) ?? "";
  const name = rawText(rawAt(object, "metadata", "name")) ?? "(without a name)";
  const namespace = rawText(rawAt(object, "metadata", "namespace")) ?? "default";
  const spot = { source, offset: object.offset };
  const value = plainValueAt(object, source);
  const written: MapValue = value.kind === "map" ? value : map([], spot);
  const pod = new Property(written, "").at(POD_PATHS[kind] ?? "spec.template.spec");
  const properties =
    WORKLOADS.has(kind) && pod.value.kind === "map" ? map([...written.entries, ["Pod", pod.value]], spot) : written;
  return new Resource({ id: `${namespace}/${kind}/${name}`, name, type: `Kubernetes::${kind}`, properties, spot });
}
