/** How Kubernetes objects hang together: they name each other by name and label, so the graph has no references of them. */
import type { Graph } from "../graph/graph.ts";
import type { Property } from "../graph/property.ts";
import type { Resource } from "../graph/resource.ts";

export interface Link {
  readonly from: string;
  readonly to: string;
  readonly kind: "trigger" | "reference";
}

export function kubernetesLinks(graph: Graph): readonly Link[] {
  const objects = graph.resources.filter(({ type }) => type.startsWith("Kubernetes::"));
  if (objects.length === 0) return [];
  const byName = new Map(objects.map((object) => [keyOf(object.type, namespaceOf(object), object.name), object]));
  const named = (type: string, from: Resource, name: string | undefined): Resource | undefined =>
    name === undefined ? undefined : byName.get(keyOf(`Kubernetes::${type}`, namespaceOf(from), name));
  const workloads = objects.filter((object) => !object.at("Pod").isAbsent);
  return objects.flatMap((object) => [
    ...routesOf(object, named),
    ...selected(object, workloads),
    ...usesOf(object, named),
    ...link(
      object,
      named(object.at("spec.scaleTargetRef.kind").text() ?? "", object, nameAt(object, "spec.scaleTargetRef")),
      "reference",
    ),
  ]);
}

type Named = (type: string, from: Resource, name: string | undefined) => Resource | undefined;

function routesOf(object: Resource, named: Named): readonly Link[] {
  if (object.type !== "Kubernetes::Ingress") return [];
  const backends = object
    .at("spec.rules")
    .items()
    .flatMap((rule) => rule.at("http.paths").items())
    .map((path) => path.at("backend"));
  return [object.at("spec.defaultBackend"), ...backends].flatMap((backend) =>
    link(
      object,
      named("Service", object, backend.at("service.name").text() ?? backend.at("serviceName").text()),
      "trigger",
    ),
  );
}

/** Workloads whose labels a service, policy or budget selects. */
function selected(object: Resource, workloads: readonly Resource[]): readonly Link[] {
  const selector = object.at("spec.selector").at("matchLabels");
  const podSelector = object.at("spec.podSelector.matchLabels");
  const wanted =
    object.type === "Kubernetes::Service" ? object.at("spec.selector") : selector.isAbsent ? podSelector : selector;
  if (!object.at("Pod").isAbsent || wanted.entries().length === 0) return [];
  return workloads
    .filter((workload) => namespaceOf(workload) === namespaceOf(object) && hasLabels(workload, wanted))
    .flatMap((workload) => link(object, workload, object.type === "Kubernetes::Service" ? "trigger" : "reference"));
}

function hasLabels(workload: Resource, wanted: Property): boolean {
  const template = workload.at("spec.template.metadata.labels");
  const labels = template.isAbsent ? workload.at("metadata.labels") : template;
  const own = new Map(labels.entries().map(([key, value]) => [key, value.text()]));
  return wanted.entries().every(([key, value]) => own.get(key) !== undefined && own.get(key) === value.text());
}

function usesOf(object: Resource, named: Named): readonly Link[] {
  const pod = object.at("Pod");
  if (pod.isAbsent) return [];
  const containers = [...pod.at("containers").items(), ...pod.at("initContainers").items()];
  const sources = [
    ...containers.flatMap((one) => one.at("envFrom").items()),
    ...containers.flatMap((one) =>
      one
        .at("env")
        .items()
        .map((entry) => entry.at("valueFrom")),
    ),
    ...pod.at("volumes").items(),
  ];
  const found = sources.flatMap((source) => [
    named(
      "Secret",
      object,
      source.at("secretRef.name").text() ??
        source.at("secretKeyRef.name").text() ??
        source.at("secret.secretName").text(),
    ),
    named(
      "ConfigMap",
      object,
      source.at("configMapRef.name").text() ??
        source.at("configMapKeyRef.name").text() ??
        source.at("configMap.name").text(),
    ),
    named("PersistentVolumeClaim", object, source.at("persistentVolumeClaim.claimName").text()),
  ]);
  return [...found, named("ServiceAccount", object, pod.at("serviceAccountName").text())].flatMap((to) =>
    link(object, to, "reference"),
  );
}

function link(from: Resource, to: Resource | undefined, kind: Link["kind"]): readonly Link[] {
  return to ? [{ from: from.id, to: to.id, kind }] : [];
}

function nameAt(object: Resource, path: string): string | undefined {
  return object.at(path).at("name").text();
}

function namespaceOf(object: Resource): string {
  return object.at("metadata.namespace").text() ?? "default";
}

function keyOf(type: string, namespace: string, name: string): string {
  return `${type}\n${namespace}\n${name}`;
}
