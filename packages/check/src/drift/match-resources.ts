/**
 * Which resource of the account is which of the templates: by what the stack itself says, by the tags that CloudFormation
 * writes, by the name, and last by the name that CloudFormation makes of a logical id. INVARIANT: two that could be meant
 * are none; a wrong pair would show changes that nobody made.
 */
import { physicalNameValue } from "../graph/physical-names.ts";
import type { Graph } from "../graph/graph.ts";
import type { Resource } from "../graph/resource.ts";
import type { Text, Value } from "../graph/value.ts";
import { coversText } from "../graph/pattern.ts";
import { namesSame } from "./identity.ts";
import type { LiveResource, Snapshot } from "./live-resource.ts";

export interface Match {
  readonly resource: Resource;
  readonly live: LiveResource;
}

/** A policy in the account belongs to its owner; in a template it names it. */
const OWNED: Readonly<Record<string, string>> = {
  "AWS::S3::BucketPolicy": "Bucket",
  "AWS::SQS::QueuePolicy": "Queues",
  "AWS::SNS::TopicPolicy": "Topics",
};
/** Names that two resources can share in one account. */
const SHARED_NAMES = new Set(["AWS::ApiGateway::Stage"]);

export function matchResources(graphs: readonly Graph[], snapshot: Snapshot): ReadonlyMap<Resource, LiveResource> {
  const matches = new Map<Resource, LiveResource>();
  const taken = new Set<LiveResource>();
  const byType = Map.groupBy(snapshot.resources, ({ type }) => type);
  const candidates = graphs.flatMap(({ resources }) => resources.filter(({ type }) => byType.has(type)));
  const pair = (fits: (resource: Resource, live: LiveResource) => boolean): void => {
    const found = candidates
      .filter((resource) => !matches.has(resource))
      .flatMap((resource) => {
        const fitting = (byType.get(resource.type) ?? []).filter((live) => !taken.has(live) && fits(resource, live));
        const [only] = fitting;
        return fitting.length === 1 && only ? [{ resource, live: only }] : [];
      });
    for (const [live, all] of Map.groupBy(found, (match: Match) => match.live)) {
      const [only] = all;
      if (all.length > 1 || !only) continue;
      matches.set(only.resource, live);
      taken.add(live);
    }
  };
  pair(({ id }, { identifiers }) => {
    const physical = snapshot.stackIds.get(logicalIdOf(id));
    return physical !== undefined && [...identifiers].some((one) => namesSame(one, physical));
  });
  pair(({ id }, { logicalId }) => logicalId === logicalIdOf(id));
  pair((resource, { identifiers, logicalId }) => logicalId === undefined && hasName(resource, identifiers));
  pair(({ id, type }, { identifiers, logicalId }) => {
    return logicalId === undefined && !SHARED_NAMES.has(type) && isMadeFrom(logicalIdOf(id), identifiers);
  });
  // What a transform makes is called after what it was made for, in ways that only the transform knows.
  pair(({ madeFor }, { logicalId }) => madeFor !== undefined && logicalId?.startsWith(logicalIdOf(madeFor)) === true);
  // Their owners are known by then.
  for (const graph of graphs) pairOwned(graph, matches, taken, byType);
  return matches;
}

/** Without the stacks or modules that it is nested in. */
export function logicalIdOf(id: string): string {
  return id.slice(id.lastIndexOf("/") + 1);
}

function hasName(resource: Resource, identifiers: ReadonlySet<string>): boolean {
  const value =
    physicalNameValue(resource) ??
    (resource.type === "AWS::ApiGateway::Stage" ? resource.at("StageName").value : undefined);
  if (value === undefined) return false;
  return [...identifiers].some((identifier) => isCalled(value, identifier));
}

function isCalled(value: Value, identifier: string): boolean {
  if (value.kind === "scalar" && typeof value.value === "string" && value.value !== "") {
    const [name, other] = [value.value, identifier];
    return name === other || (name.toLowerCase() === other.toLowerCase() && !other.startsWith("arn:"));
  }
  if (value.kind === "choice") return value.options.some((option) => isCalled(option, identifier));
  return value.kind === "text" && !identifier.startsWith("arn:") && isCalledLike(value, identifier);
}

/** `${Env}-records`: at least three letters of it are known. */
function isCalledLike({ parts }: Text, identifier: string): boolean {
  const known = parts.filter((part) => typeof part === "string").join("");
  return (
    known.length >= 3 && coversText(parts.map((part) => (typeof part === "string" ? part : "*")).join(""), identifier)
  );
}

/** `stack-Records-1ABCDEFGHIJKL`, as CloudFormation names what has no name. */
function isMadeFrom(logicalId: string, identifiers: ReadonlySet<string>): boolean {
  const part = `-${logicalId.toLowerCase()}-`;
  return [...identifiers].some((identifier) => {
    const at = identifier.toLowerCase().lastIndexOf(part);
    const [stack, random] = [identifier.slice(0, at), identifier.slice(at + part.length)];
    return at > 0 && /^[A-Za-z][A-Za-z0-9-]*$/.test(stack) && /^[A-Za-z0-9]{8,13}$/.test(random);
  });
}

function pairOwned(
  graph: Graph,
  matches: Map<Resource, LiveResource>,
  taken: Set<LiveResource>,
  byType: ReadonlyMap<string, readonly LiveResource[]>,
): void {
  for (const [type, path] of Object.entries(OWNED)) {
    for (const resource of graph.ofType(type)) {
      if (matches.has(resource)) continue;
      const owners = resource
        .at(path)
        .items()
        .flatMap((owner) => graph.target(owner) ?? []);
      const [owner] = owners.flatMap((one) => matches.get(one) ?? []);
      const live = (byType.get(type) ?? []).find(
        ({ partOf }) => partOf !== undefined && owner?.identifiers.has(partOf) === true,
      );
      if (!live || taken.has(live)) continue;
      matches.set(resource, live);
      taken.add(live);
    }
  }
}
