/**
 * Who names whom in a template, by reference or by name, and what it hands to the outside. A mention is no use yet: a policy
 * that grants, an alarm that watches and a log group mention what they are about.
 */
import type { Graph } from "../../graph/graph.ts";
import { physicalNameOf } from "../../graph/physical-names.ts";
import type { Property } from "../../graph/property.ts";
import type { Resource } from "../../graph/resource.ts";
import type { Value } from "../../graph/value.ts";

export interface Mention {
  readonly from: Resource;
  /** The property that names it. */
  readonly path: string;
}

/** Types whose references only grant. */
const GRANTS =
  /^AWS::(IAM::(Policy|ManagedPolicy|Role|User|Group|UserPolicy|RolePolicy)|S3::BucketPolicy|SQS::QueuePolicy|SNS::TopicPolicy|KMS::(Key|Alias|ReplicaKey)|EC2::VPCEndpoint)$/;
/** Types whose references watch or describe; they may act with a role all the same. */
const WATCHES =
  /^AWS::(ApplicationAutoScaling::.*|Backup::BackupSelection|CloudWatch::(Dashboard|AnomalyDetector|InsightRule)|ResourceGroups::.*|Logs::(LogGroup|MetricFilter)|Shield::.*|FIS::.*)$/;

/** A name shorter than this is a word that a template may say for other reasons. */
const NAME_MIN = 4;

export class Mentions {
  readonly #of = new Map<string, Mention[]>();

  constructor(graph: Graph) {
    const named = new Map<string, Resource[]>();
    for (const resource of graph.resources) {
      const name = physicalNameOf(resource);
      if (name !== undefined && name.length >= NAME_MIN) named.set(name, [...(named.get(name) ?? []), resource]);
    }
    for (const from of graph.resources) {
      const waiting: Property[] = [from.whole];
      for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
        if (at.value.kind === "map") waiting.push(...at.entries().map(([, child]) => child));
        else if (at.value.kind === "list") waiting.push(...at.items());
        else for (const id of namedBy(at.value, named)) this.#add(id, { from, path: at.path });
      }
    }
  }

  /** Every mention of the resource by another, also by those that only grant or watch. */
  of(resource: Resource): readonly Mention[] {
    return (this.#of.get(resource.id) ?? []).filter(({ from }) => from.id !== resource.id);
  }

  /** Those that use it: a trigger, a target, a setting that names it. A function's environment is none by itself. */
  usesOf(resource: Resource): readonly Mention[] {
    return this.of(resource).filter(
      ({ from, path }) =>
        !GRANTS.test(from.type) &&
        !(WATCHES.test(from.type) && resource.type !== "AWS::IAM::Role") &&
        !(isFunction(from) && /^Environment\b/.test(path)),
    );
  }

  #add(id: string, mention: Mention): void {
    const known = this.#of.get(id);
    if (known) known.push(mention);
    else this.#of.set(id, [mention]);
  }
}

export function isFunction({ type }: Resource): boolean {
  return type === "AWS::Lambda::Function";
}

function* namedBy(value: Value, named: ReadonlyMap<string, readonly Resource[]>): Generator<string> {
  switch (value.kind) {
    case "reference":
      yield value.resource;
      return;
    case "choice":
      for (const option of value.options) yield* namedBy(option, named);
      return;
    case "text":
      for (const part of value.parts) {
        if (typeof part !== "string") {
          if (part.kind === "reference") yield part.resource;
        } else yield* byName(part, named);
      }
      return;
    case "scalar":
      if (typeof value.value === "string") yield* byName(value.value, named);
      return;
    case "map":
      for (const child of value.entries.values()) yield* namedBy(child, named);
      return;
    case "list":
      for (const item of value.items) yield* namedBy(item, named);
  }
}

/** The whole text, or a word of an ARN or URL. */
function* byName(text: string, named: ReadonlyMap<string, readonly Resource[]>): Generator<string> {
  const words = text.length > 2000 ? [text] : [text, ...text.split(/[:/"',\s]+/)];
  for (const word of new Set(words)) for (const { id } of named.get(word) ?? []) yield id;
}
