/**
 * Which resources have a box of their own, and which are told of in another's. INVARIANT: every resource is in exactly one
 * box; what serves nobody that is here has its own.
 */
import type { Graph } from "../graph/graph.ts";
import { physicalNameOf } from "../graph/physical-names.ts";
import type { Resource } from "../graph/resource.ts";
import { kindOf, type Boundary } from "./kinds.ts";
import { kubernetesLinks } from "./kubernetes-links.ts";
import { serviceOf } from "./satellites.ts";

export interface Fold {
  /** The id of the resource whose box tells of it; its own for what has a box. */
  hostOf(id: string): string;
  /** Resources with a box, in the order of the graph. */
  readonly boxes: readonly Resource[];
  /** What a box tells of beside its own resource. */
  foldedInto(id: string): readonly Resource[];
}

/** Whom a serving resource had best be told with, where several would do. */
const PREFERENCE: Readonly<Record<Boundary, number>> = {
  functions: 0,
  edge: 1,
  data: 2,
  outside: 3,
  internet: 3,
  shared: 4,
};

/** What stands for a template or an app as a whole, and functions; what else is the reader's own is told of with these. */
const WITH_BOX: ReadonlySet<string> = new Set(["Ward::App", "Ward::Template", "Ward::Function"]);

export function foldGraph(graph: Graph): Fold {
  const links = linksOf(graph);
  const hosts = new Map<string, string>();
  for (const resource of graph.resources) hosts.set(resource.id, resource.id);
  for (const resource of graph.resources) {
    const host = hostFor(resource, graph, links);
    if (host !== undefined && host !== resource.id) hosts.set(resource.id, host);
  }
  const settled = settle(graph, hosts);
  const folded = Map.groupBy(
    graph.resources.filter(({ id }) => settled.get(id) !== id),
    ({ id }) => settled.get(id) ?? id,
  );
  return {
    hostOf: (id) => settled.get(id) ?? id,
    boxes: graph.resources.filter(({ id }) => settled.get(id) === id),
    foldedInto: (id) => folded.get(id) ?? [],
  };
}

interface Links {
  readonly out: ReadonlyMap<string, readonly string[]>;
  readonly in: ReadonlyMap<string, readonly string[]>;
  readonly functionsByName: ReadonlyMap<string, string>;
}

function linksOf(graph: Graph): Links {
  const out = new Map<string, string[]>();
  const into = new Map<string, string[]>();
  const pairs = [...graph.edges.filter(({ path }) => !path.includes(".SourceArn")), ...kubernetesLinks(graph)];
  for (const { from, to } of pairs) {
    push(out, from, to);
    push(into, to, from);
  }
  const functionsByName = new Map<string, string>();
  for (const one of graph.ofType("AWS::Lambda::Function")) functionsByName.set(physicalNameOf(one) ?? one.id, one.id);
  return { out, in: into, functionsByName };
}

function hostFor(resource: Resource, graph: Graph, links: Links): string | undefined {
  if (resource.type.startsWith("Ward::") && !WITH_BOX.has(resource.type)) {
    return (graph.ofType("Ward::App")[0] ?? graph.ofType("Ward::Template")[0])?.id;
  }
  const { boundary, picture } = kindOf(resource.type);
  const service = serviceOf(resource.type, !(boundary === "shared" && picture === "part"));
  if (!service) return undefined;
  if (service.first) {
    const { first } = service;
    const host = (links.in.get(resource.id) ?? []).find((id) => first.test(graph.resource(id)?.type ?? ""));
    if (host !== undefined) return host;
  }
  for (const path of service.paths) {
    const property = resource.at(path);
    const target = graph.target(property)?.id ?? best([...property.references()], resource, graph);
    if (target !== undefined && target !== resource.id) return target;
  }
  const logging = resource.type === "AWS::Logs::LogGroup" ? logsOf(resource, links) : undefined;
  if (logging !== undefined) return logging;
  for (const direction of service.afterwards) {
    const host = best(links[direction].get(resource.id) ?? [], resource, graph);
    if (host !== undefined) return host;
  }
  // A rule that a transform made starts the function that it was made for: it stands before it.
  if (resource.madeFor === undefined || resource.type === "AWS::Events::Rule") return undefined;
  return graph.resource(resource.madeFor) ? resource.madeFor : undefined;
}

/** `/aws/lambda/save-results` is where the function of that name logs. */
function logsOf(group: Resource, { functionsByName }: Links): string | undefined {
  const name = physicalNameOf(group);
  return name?.startsWith("/aws/lambda/") === true ? functionsByName.get(name.slice(12)) : undefined;
}

function best(ids: readonly string[], resource: Resource, graph: Graph): string | undefined {
  let chosen: Resource | undefined;
  let rank = Number.POSITIVE_INFINITY;
  for (const id of ids) {
    const candidate = graph.resource(id);
    // Two that only serve each other serve nobody: keys and alarms are named by many and no one's own.
    if (!candidate || id === resource.id || candidate.type === "AWS::KMS::Key" || isWatch(candidate)) continue;
    const service = serviceOf(candidate.type, true);
    if (service?.paths.some((path) => candidate.at(path).references().has(resource.id)) === true) continue;
    const own = service === undefined ? 0 : 10;
    const value = own + PREFERENCE[kindOf(candidate.type).boundary];
    if (value < rank) [chosen, rank] = [candidate, value];
  }
  return chosen?.id;
}

function isWatch({ type }: Resource): boolean {
  return type === "AWS::CloudWatch::Alarm" || type === "AWS::Backup::BackupSelection" || type === "AWS::S3::Object";
}

/** Follows who serves whom to the end. A circle of servants ends at the first that was met. */
function settle(graph: Graph, hosts: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const settled = new Map<string, string>();
  for (const { id } of graph.resources) {
    const way: string[] = [];
    const seen = new Set<string>();
    let at = id;
    while (!settled.has(at) && !seen.has(at) && (hosts.get(at) ?? at) !== at) {
      seen.add(at);
      way.push(at);
      at = hosts.get(at) ?? at;
    }
    const end = settled.get(at) ?? at;
    settled.set(end, end);
    for (const one of way) settled.set(one, end);
  }
  return settled;
}

function push(lists: Map<string, string[]>, key: string, value: string): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
