/**
 * What runs in the account, as far as a snapshot shows it, in the vocabulary of the templates. INVARIANT: what a snapshot
 * does not show is neither there nor missing; `shows` says for each property whether its absence means anything.
 */
import type { MapValue, Value } from "../graph/value.ts";
import type { SourceProblem, Spot } from "../source/source-text.ts";

export interface LiveResource {
  /** CloudFormation's name of the type. */
  readonly type: string;
  /** What people know it by: its name, else its id. */
  readonly name: string;
  /** Its name, id, ARN, URL: whatever others call it by. */
  readonly identifiers: ReadonlySet<string>;
  /** Which resource of which template it was made for, where a tag or the stack itself says so. */
  readonly logicalId?: string | undefined;
  readonly stack?: string | undefined;
  readonly properties: MapValue;
  /** Properties that the snapshot would show if they were set, by their paths. */
  readonly shows: "all" | ReadonlySet<string>;
  /** All that the source said of it, for attributes that others refer to. */
  readonly said: Value;
  /** The account says that it is there no longer. */
  readonly isGone?: boolean;
  /** The resource that it is a part of, as a bucket's policy of its bucket: one of its identifiers. */
  readonly partOf?: string;
  /** Made and kept by AWS itself: nobody writes it into a template. */
  readonly isAwsOwned?: boolean;
  readonly spot: Spot;
}

export interface Snapshot {
  readonly resources: readonly LiveResource[];
  /** Ids in the account by logical id, as `describe-stack-resources` lists them. */
  readonly stackIds: ReadonlyMap<string, string>;
  /** Types of which the snapshot lists every one: what it lacks is not there. */
  readonly listed: ReadonlySet<string>;
  readonly problems: readonly SourceProblem[];
}

/** Fragments of one resource (its encryption, its versions, its policy) as one. */
export function mergeFragments(resources: readonly LiveResource[]): readonly LiveResource[] {
  const byIdentifier = new Map<string, number>();
  const merged: (LiveResource | undefined)[] = [];
  for (const resource of resources) {
    const keys = [...resource.identifiers].map((identifier) => `${resource.type} ${identifier}`);
    const known = keys.map((key) => byIdentifier.get(key)).find((index) => index !== undefined);
    const before = known === undefined ? undefined : merged[known];
    const index = before === undefined ? merged.length : (known ?? merged.length);
    merged[index] = before === undefined ? resource : mergeTwo(before, resource);
    for (const key of keys) byIdentifier.set(key, index);
  }
  return merged.filter((one) => one !== undefined);
}

/** Whether the snapshot would show the property, or a part of it, if it were set. */
export function isShown({ shows }: LiveResource, path: string): boolean {
  if (shows === "all" || shows.has(path)) return true;
  for (let at = path.lastIndexOf("."); at > 0; at = path.lastIndexOf(".", at - 1)) {
    if (shows.has(path.slice(0, at))) return true;
  }
  for (const shown of shows) if (shown.startsWith(`${path}.`)) return true;
  return false;
}

function mergeTwo(one: LiveResource, other: LiveResource): LiveResource {
  return {
    ...one,
    name: one.name.length <= other.name.length ? one.name : other.name,
    identifiers: new Set([...one.identifiers, ...other.identifiers]),
    logicalId: one.logicalId ?? other.logicalId,
    stack: one.stack ?? other.stack,
    properties: mergeMaps(one.properties, other.properties),
    said: one.said.kind === "map" && other.said.kind === "map" ? mergeMaps(one.said, other.said) : one.said,
    shows: one.shows === "all" || other.shows === "all" ? "all" : new Set([...one.shows, ...other.shows]),
    isGone: one.isGone === true && other.isGone === true,
    isAwsOwned: one.isAwsOwned === true || other.isAwsOwned === true,
  };
}

/** What both say, the first says; lists of what was shown one by one are joined. */
function mergeMaps(one: MapValue, other: MapValue): MapValue {
  const entries = new Map(one.entries);
  for (const [key, value] of other.entries) {
    const before = entries.get(key);
    if (before === undefined) entries.set(key, value);
    else if (before.kind === "map" && value.kind === "map") entries.set(key, mergeMaps(before, value));
    else if (before.kind === "list" && value.kind === "list" && before.open !== undefined && value.open !== undefined) {
      entries.set(key, { ...before, items: [...before.items, ...value.items] });
    }
  }
  return { ...one, entries };
}
