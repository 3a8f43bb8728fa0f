/**
 * The normal form: every resource of what was read, however many files and formats that was, and how they hang together.
 * Rules see this and nothing else, so a rule written once holds for every format.
 */
import type { SourceProblem } from "../source/source-text.ts";
import { findEdges, type Edge } from "./edges.ts";
import { physicalNameOf, physicalNameValue } from "./physical-names.ts";
import type { Property } from "./property.ts";
import type { Resource } from "./resource.ts";
import { fail, pass, truth, unknown, type Truth } from "./truth.ts";
import { isSameText, type Value } from "./value.ts";

/** What belongs to a resource, as far as that is known. */
export interface Attached {
  readonly sure: readonly Resource[];
  /** These may belong to it: what they name is not known before deployment. */
  readonly maybe: readonly Resource[];
}

export interface GraphParts {
  readonly resources: readonly Resource[];
  readonly problems?: readonly SourceProblem[];
  /** The region of the deployment, where it was given. */
  readonly region?: string;
}

export class Graph {
  readonly resources: readonly Resource[];
  readonly problems: readonly SourceProblem[];
  readonly region: string | undefined;
  readonly #byId: ReadonlyMap<string, Resource>;
  readonly #byType = new Map<string, Resource[]>();
  #edges: readonly Edge[] | undefined;

  constructor({ resources, problems = [], region }: GraphParts) {
    this.resources = resources;
    this.problems = problems;
    this.region = region;
    this.#byId = new Map(resources.map((resource) => [resource.id, resource]));
    for (const resource of resources) {
      const same = this.#byType.get(resource.type);
      if (same) same.push(resource);
      else this.#byType.set(resource.type, [resource]);
    }
  }

  resource(id: string): Resource | undefined {
    return this.#byId.get(id);
  }

  ofType(...types: readonly string[]): readonly Resource[] {
    const [only] = types;
    if (types.length === 1 && only !== undefined) return this.#byType.get(only) ?? [];
    return types.flatMap((type) => this.#byType.get(type) ?? []);
  }

  /** How resources hang together: references, triggers, permissions, network reach, data flow. */
  get edges(): readonly Edge[] {
    this.#edges ??= findEdges(this);
    return this.#edges;
  }

  /** The resource that a property names, by reference or by its name or ARN; undefined where none here is meant. */
  target(property: Property): Resource | undefined {
    const { value } = property;
    if (value.kind === "reference") return this.#byId.get(value.resource);
    if (value.kind === "choice") return undefined;
    if (value.kind === "text") {
      const named = [...property.references()].map((id) => this.#byId.get(id)).filter((one) => one !== undefined);
      return named.length === 1 ? named[0] : undefined;
    }
    const text = property.text();
    return text === undefined ? undefined : this.resources.find((one) => isNamed(one, text));
  }

  /** Whether the property means this resource. */
  means(property: Property, resource: Resource): Truth {
    return property.judge(({ value, spot }) => {
      if (meansByReference(value, resource) || isSameText(value, physicalNameValue(resource))) {
        return pass(`it names ${resource.id}`, spot);
      }
      const text = value.kind === "scalar" && value.value !== null ? String(value.value) : undefined;
      if (text !== undefined) return truth(isNamed(resource, text) ? "pass" : "fail", `it names ${text}`, spot);
      if (value.kind === "unknown") return unknown(value.reason, spot);
      return fail(`it names another than ${resource.id}`, spot);
    });
  }

  /** Resources of a type whose property means this one: `attached(bucket, "AWS::S3::BucketPolicy", "Bucket")`. */
  attached(resource: Resource, type: string, path: string): Attached {
    const sure: Resource[] = [];
    const maybe: Resource[] = [];
    for (const candidate of this.ofType(type)) {
      const { outcome } = this.#meansOneOf(candidate.at(path), resource);
      if (outcome === "pass") (candidate.onlyIf === undefined ? sure : maybe).push(candidate);
      else if (outcome === "unknown") maybe.push(candidate);
    }
    return { sure, maybe };
  }

  #meansOneOf(property: Property, resource: Resource): Truth {
    if (property.value.kind !== "list") return this.means(property, resource);
    return property.some((item) => this.means(item, resource));
  }
}

/** Whether something that belongs to the resource satisfies the question; unknown where only what may belong does. */
export function someAttached(attached: Attached, missing: Truth, question: (one: Resource) => Truth): Truth {
  const answers = attached.sure.map(question);
  const decided = answers.find(({ outcome }) => outcome === "pass");
  if (decided) return decided;
  const doubt = answers.find(({ outcome }) => outcome === "unknown");
  if (doubt) return doubt;
  const [maybe] = attached.maybe.filter((one) => question(one).outcome !== "fail");
  if (maybe) return unknown(`it depends on what ${maybe.name} belongs to`, maybe.spot);
  return answers[0] ?? missing;
}

function meansByReference(value: Value, resource: Resource): boolean {
  if (value.kind === "reference") return value.resource === resource.id;
  if (value.kind !== "text") return false;
  return value.parts.some(
    (part) => typeof part !== "string" && part.kind === "reference" && part.resource === resource.id,
  );
}

function isNamed(resource: Resource, text: string): boolean {
  const name = physicalNameOf(resource);
  if (name === undefined || name === "") return false;
  // An ARN ends with the name, after a colon or a slash.
  return text === name || (text.startsWith("arn:") && (text.endsWith(`:${name}`) || text.endsWith(`/${name}`)));
}
