/** One resource of the normal form. Its type is CloudFormation's name for it, whatever format it was written in. */
import type { Spot } from "../source/source-text.ts";
import { Property } from "./property.ts";
import type { MapValue } from "./value.ts";

export interface ResourceParts {
  /** Unique in the graph; a nested stack's or module's resources carry its id before a slash. */
  readonly id: string;
  readonly type: string;
  readonly properties: MapValue;
  readonly spot: Spot;
  /** What is said of the resource beside its properties: DeletionPolicy, Metadata, DependsOn, Condition. */
  readonly attributes?: MapValue;
  /** What its author calls it in their own format: `aws_s3_bucket.records`, a CDK construct path. */
  readonly name?: string;
  /** The resource that it was made for by a transform, as a function's role by SAM. */
  readonly madeFor?: string;
  /** Why it may not exist, where a condition decides that at deployment. */
  readonly onlyIf?: string;
}

/** What rules judge like a resource and nobody wrote as one: the template itself, its parameters, a region it names. */
export function isPseudoType(type: string): boolean {
  return /^Ward::(Template|Parameter|Region|Included)$/.test(type);
}

export class Resource {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly spot: Spot;
  readonly madeFor: string | undefined;
  readonly onlyIf: string | undefined;
  readonly properties: MapValue;
  readonly attributes: MapValue;

  constructor(parts: ResourceParts) {
    this.id = parts.id;
    this.type = parts.type;
    this.name = parts.name ?? parts.id;
    this.spot = parts.spot;
    this.madeFor = parts.madeFor;
    this.onlyIf = parts.onlyIf;
    this.properties = parts.properties;
    this.attributes = parts.attributes ?? { kind: "map", entries: new Map(), spot: parts.spot };
  }

  /** A property by its path: `at("VersioningConfiguration.Status")`. */
  at(path: string): Property {
    return new Property(this.properties, "").at(path);
  }

  /** `attribute("DeletionPolicy")`, `attribute("Metadata.ward")`. */
  attribute(path: string): Property {
    return new Property(this.attributes, "").at(path);
  }

  /** All properties as one. */
  get whole(): Property {
    return new Property(this.properties, "");
  }

  /** The value of a tag, from a list of Key and Value or from a map. */
  tag(key: string): Property | undefined {
    const tags = this.at("Tags");
    const written = tags.entries().find(([name]) => name === key)?.[1];
    return (
      written ??
      tags
        .items()
        .find((item) => item.at("Key").text() === key)
        ?.at("Value")
    );
  }
}
