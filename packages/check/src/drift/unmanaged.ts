/** What runs and no template has. What AWS made itself, and what another stack's tags say is its own, is left out. */
import type { Resource } from "../graph/resource.ts";
import type { Unit } from "../readers/read-unit.ts";
import type { LiveResource, Snapshot } from "./live-resource.ts";
import { logicalIdOf } from "./match-resources.ts";

export interface Unmanaged {
  /** Policies that were put onto a resource of a template, which is given with each. */
  readonly besides: ReadonlyMap<LiveResource, Resource>;
  /** Resources of their own. */
  readonly strangers: readonly LiveResource[];
}

/** Types whose settings belong to others: without their owner they tell nothing. */
const PARTS = new Set(["AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"]);

export function unmanagedIn(
  { resources }: Snapshot,
  units: readonly Unit[],
  matches: ReadonlyMap<Resource, LiveResource>,
): Unmanaged {
  const matched = new Set(matches.values());
  const owners = new Map(
    [...matches].flatMap(([resource, live]) => [...live.identifiers].map((one) => [one, resource] as const)),
  );
  const stacks = new Set([...matched].flatMap(({ stack }) => stack ?? []));
  const functions = new Set(
    [...matched].flatMap(({ type, identifiers }) => (type === "AWS::Lambda::Function" ? [...identifiers] : [])),
  );
  const made = new Set(
    units.flatMap(({ graph }) =>
      graph.resources.flatMap(({ madeFor }) => (madeFor === undefined ? [] : [logicalIdOf(madeFor)])),
    ),
  );
  const besides = new Map<LiveResource, Resource>();
  const strangers: LiveResource[] = [];
  for (const live of resources) {
    if (matched.has(live) || live.isGone === true || live.isAwsOwned === true) continue;
    const owner = live.partOf === undefined ? undefined : owners.get(live.partOf);
    if (owner && !mayHavePolicy(owner, live.type, units)) besides.set(live, owner);
    else if (!PARTS.has(live.type) && isStrange(live, stacks, functions) && !isMade(live, made)) strangers.push(live);
  }
  return { besides, strangers };
}

/** Lambda writes to a log group of its own making. */
function isStrange(live: LiveResource, stacks: ReadonlySet<string>, functions: ReadonlySet<string>): boolean {
  if (live.stack !== undefined && !stacks.has(live.stack)) return false;
  const own = /^\/aws\/lambda\/(.+)$/.exec(live.name)?.[1];
  return !(live.type === "AWS::Logs::LogGroup" && own !== undefined && functions.has(own));
}

/** A transform made it of a resource that the template has: an API's stage, a function's permission. */
function isMade({ logicalId }: LiveResource, made: ReadonlySet<string>): boolean {
  return (
    logicalId !== undefined && [...made].some((id) => logicalId.startsWith(id) || logicalId.startsWith("Serverless"))
  );
}

/** A policy of the template may be the one, though its owner could not be told. */
function mayHavePolicy(owner: Resource, type: string, units: readonly Unit[]): boolean {
  const path = type === "AWS::S3::BucketPolicy" ? "Bucket" : type === "AWS::SQS::QueuePolicy" ? "Queues" : "Topics";
  return units.some(({ graph }) => {
    if (graph.resource(owner.id) !== owner) return false;
    const { sure, maybe } = graph.attached(owner, type, path);
    return sure.length + maybe.length > 0;
  });
}
