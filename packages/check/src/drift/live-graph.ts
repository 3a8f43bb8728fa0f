/**
 * The templates as they run: each resource that was found with what the account says of it, without those that are gone,
 * with what was put beside them. What the snapshot does not show of a resource stays as the template says, so that only
 * what was seen to differ can make a rule fail.
 */
import type { Graph } from "../graph/graph.ts";
import { physicalNameValue } from "../graph/physical-names.ts";
import { Resource } from "../graph/resource.ts";
import { list, map, reference, scalar, type MapValue, type Value } from "../graph/value.ts";
import { absent } from "../graph/value.ts";
import { defaultOf, defaultsBelow } from "./aws-defaults.ts";
import { relate } from "./compare-values.ts";
import type { Comparison, Difference } from "./relation.ts";
import { comparableProperties, expectedProperties } from "./expected-properties.ts";
import { isNothing } from "./live-value.ts";
import { isShown, type LiveResource } from "./live-resource.ts";

export interface Compared {
  readonly differences: readonly Difference[];
  /** Properties that the template sets and the snapshot does not show. */
  readonly unseen: readonly string[];
  /** Properties of which the template does not say enough. */
  readonly open: readonly string[];
  readonly merged: MapValue;
}

export function compareResource(resource: Resource, live: LiveResource, graph: Graph, given: Comparison): Compared {
  const expected = expectedProperties(resource, graph);
  const actual = comparableProperties(live.type, live.properties);
  const differences: Difference[] = [];
  const [unseen, open]: [string[], string[]] = [[], []];
  const merged = new Map(resource.properties.entries);
  const name = physicalNameValue(resource);
  const namePath = [...expected.entries].find(([, value]) => value === name && !isNothing(value))?.[0];
  for (const path of new Set([...expected.entries.keys(), ...actual.entries.keys()])) {
    if (path === namePath) {
      // Its name is what it was found by. Where a parameter gives it, others that have it of the same are to find it.
      if (name?.kind !== "scalar") merged.set(path, actual.entries.get(path) ?? scalar(live.name, live.spot));
      continue;
    }
    const said = expected.entries.get(path) ?? absent(expected.spot);
    const runs = actual.entries.get(path) ?? absent(live.spot);
    if (runs.kind === "absent" && !isShown(live, path)) {
      if (said.kind !== "absent" && !IGNORED.test(path)) unseen.push(path);
      continue;
    }
    if (said.kind === "absent" && expected.open !== undefined) continue;
    const relation = relate(said, withSeenOnly(said, runs, path, live), path, given);
    differences.push(...relation.differences);
    if (relation.state === "open") open.push(path);
    // What is equal stays as it is written: also where it is written apart.
    const own = resource.properties.entries.get(path);
    const runsAs =
      relation.state === "equal" && !isMoreThanDefault(said, runs, live.type, path) ? own : relation.merged;
    if (runsAs === undefined || runsAs.kind === "absent") merged.delete(path);
    else merged.set(path, runsAs);
  }
  return { differences, unseen, open, merged: map(merged, expected.spot, expected.open) };
}
/** The account says it, and the template does not even by a default. */
function isMoreThanDefault(said: Value, runs: Value, type: string, path: string): boolean {
  return said.kind === "absent" && runs.kind !== "absent" && defaultOf(type, path) === undefined;
}

const IGNORED = /^(Tags|Code|DeploymentId)$/;

/** Parts of a property that the snapshot would not show even if they were set: as the template says. */
function withSeenOnly(said: Value, runs: Value, path: string, live: LiveResource): Value {
  if (live.shows === "all" || live.shows.has(path) || said.kind !== "map" || runs.kind !== "map") return runs;
  const entries = new Map(runs.entries);
  for (const [key, child] of said.entries) {
    if (!entries.has(key) && !isShown(live, `${path}.${key}`)) entries.set(key, child);
  }
  return { ...runs, entries };
}

/** The template's resource with what runs. */
export function asRunning(resource: Resource, properties: MapValue): Resource {
  const { id, type, name, spot, attributes, madeFor, onlyIf } = resource;
  return new Resource({
    id,
    type,
    name,
    spot,
    properties,
    attributes,
    ...(madeFor === undefined ? {} : { madeFor }),
    ...(onlyIf === undefined ? {} : { onlyIf }),
  });
}

/** A resource of no template, with AWS's defaults where its absence from the snapshot means them. */
export function asResource(live: LiveResource, owner: Resource | undefined): Resource {
  const entries = new Map(comparableProperties(live.type, live.properties).entries);
  for (const [path, value] of defaultsBelow(live.type, "")) {
    if (path.includes(".") || value === "" || typeof value === "object" || entries.has(path) || !isShown(live, path))
      continue;
    entries.set(path, { kind: "scalar", value, spot: { ...live.spot } });
  }
  if (owner) {
    for (const path of ["Bucket", "Queues", "Topics"]) {
      const named = entries.get(path);
      if (!named) continue;
      const link = reference(owner.id, "", named.spot);
      entries.set(path, named.kind === "list" ? list([link], named.spot) : link);
    }
  }
  const why = live.shows === "all" ? undefined : "what the snapshot does not show";
  return new Resource({
    id: `${live.type} ${live.name}`,
    type: live.type,
    name: live.name,
    spot: live.spot,
    properties: map(entries, live.spot, why),
  });
}
