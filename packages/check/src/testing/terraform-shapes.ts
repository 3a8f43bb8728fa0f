/** The reader's changes of shape backwards: properties as they were before `reshape`. */
import type { Resource } from "../graph/resource.ts";
import { list, map, scalar, type Value } from "../graph/value.ts";

type Unshape = (resource: Resource) => ReadonlyMap<string, Value>;

const BALANCER: Readonly<Record<string, string>> = {
  "access_logs.s3.enabled": "Enabled",
  "access_logs.s3.bucket": "Bucket",
  "routing.http.drop_invalid_header_fields.enabled": "DropInvalidHeaderFields",
  "deletion_protection.enabled": "EnableDeletionProtection",
};

export const UNSHAPED: Readonly<Record<string, Unshape>> = {
  aws_lb: balancer,
  aws_opensearch_domain: logsByType,
  aws_elasticsearch_domain: logsByType,
  aws_ecs_task_definition: (resource) => lowerKeys(resource, "ContainerDefinitions"),
  aws_batch_job_definition: (resource) => lowerKeys(resource, "ContainerProperties"),
  aws_eks_cluster: clusterLogging,
  aws_api_gateway_stage: methodPaths,
};

function balancer({ properties }: Resource): ReadonlyMap<string, Value> {
  const entries = new Map(properties.entries);
  const attributes = entries.get("LoadBalancerAttributes");
  if (attributes?.kind !== "list") return entries;
  const logs: (readonly [string, Value])[] = [];
  const left = attributes.items.filter((item) => {
    const key = item.kind === "map" ? item.entries.get("Key") : undefined;
    const value = item.kind === "map" ? item.entries.get("Value") : undefined;
    const name = key?.kind === "scalar" ? BALANCER[String(key.value)] : undefined;
    if (name === undefined || value === undefined) return true;
    if (name === "Enabled" || name === "Bucket") logs.push([name, value]);
    else entries.set(name, value);
    return false;
  });
  if (logs.length > 0) entries.set("AccessLogs", map(logs, attributes.spot));
  entries.delete("LoadBalancerAttributes");
  if (left.length > 0) entries.set("LoadBalancerAttributes", list(left, attributes.spot, attributes.open));
  return entries;
}

function logsByType({ properties }: Resource): ReadonlyMap<string, Value> {
  const entries = new Map(properties.entries);
  const logs = entries.get("LogPublishingOptions");
  if (logs?.kind !== "map") return entries;
  const blocks = [...logs.entries].map(([type, block]) =>
    block.kind === "map"
      ? map([...block.entries, ["LogType", scalar(type, block.spot)]], block.spot, block.open)
      : block,
  );
  return entries.set("LogPublishingOptions", list(blocks, logs.spot, logs.open));
}

function lowerKeys({ properties }: Resource, property: string): ReadonlyMap<string, Value> {
  const entries = new Map(properties.entries);
  const value = entries.get(property);
  return value === undefined ? entries : entries.set(property, lowered(value));
}

function lowered(value: Value): Value {
  if (value.kind === "list") return { ...value, items: value.items.map(lowered) };
  if (value.kind !== "map") return value;
  const entries = [...value.entries].map(
    ([key, child]) => [key.charAt(0).toLowerCase() + key.slice(1), key === "Options" ? child : lowered(child)] as const,
  );
  return map(entries, value.spot, value.open);
}

function clusterLogging(resource: Resource): ReadonlyMap<string, Value> {
  const entries = new Map(resource.properties.entries);
  const types = resource.at("Logging.ClusterLogging.EnabledTypes");
  if (types.isAbsent) return entries;
  entries.delete("Logging");
  const names = types.items().map((item) => item.at("Type").value);
  return entries.set("EnabledTypes", list(names, types.spot));
}

/** `~1records/GET` is one path in Terraform. */
function methodPaths({ properties }: Resource): ReadonlyMap<string, Value> {
  const entries = new Map(properties.entries);
  const settings = entries.get("MethodSettings");
  if (settings?.kind !== "list") return entries;
  const items = settings.items.map((item) => {
    if (item.kind !== "map") return item;
    const { HttpMethod: method, ResourcePath: path, ...rest } = Object.fromEntries(item.entries);
    if (method?.kind !== "scalar" || path?.kind !== "scalar") return item;
    const joined = scalar(`${String(path.value).replace(/^\//, "")}/${String(method.value)}`, item.spot);
    return map([...Object.entries(rest), ["MethodPath", joined]], item.spot, item.open);
  });
  return entries.set("MethodSettings", list(items, settings.spot, settings.open));
}
