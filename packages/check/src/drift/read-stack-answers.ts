/**
 * Answers that are in the templates' own vocabulary: Cloud Control's `get-resource` and `list-resources`, and what
 * CloudFormation says of a stack's resources and their drift.
 */
import { parseJsonText } from "../graph/json-text.ts";
import { map, type MapValue, type Value } from "../graph/value.ts";
import { itemsOf, lookUp, textAt } from "./live-value.ts";
import type { LiveResource } from "./live-resource.ts";
import { madeFor } from "./shapes/shape.ts";

/** https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/API_GetResource.html */
export function readCloudControl(answer: Value): readonly LiveResource[] | undefined {
  const type = textAt(answer, "TypeName");
  if (type === undefined) return undefined;
  const listed = lookUp(answer, "ResourceDescriptions") ?? lookUp(answer, "ResourceDescription");
  if (!listed) return undefined;
  // A list's descriptions may be of parts only; one resource's is whole.
  const isWhole = lookUp(answer, "ResourceDescription") !== undefined;
  return itemsOf(listed).flatMap((description) => {
    const identifier = textAt(description, "Identifier");
    const properties = jsonMap(lookUp(description, "Properties"));
    if (identifier === undefined || !properties) return [];
    return [
      liveOf(type, [identifier, ...identifyingIn(type, properties)], properties, isWhole ? "all" : keysOf(properties)),
    ];
  });
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackResourceDrift.html */
export function readStackDrifts(answer: Value): readonly LiveResource[] | undefined {
  const drifts = lookUp(answer, "StackResourceDrifts") ?? lookUp(answer, "StackResourceDrift");
  if (!drifts) return undefined;
  return itemsOf(drifts).flatMap((drift): readonly LiveResource[] => {
    const [type, physical] = [textAt(drift, "ResourceType"), textAt(drift, "PhysicalResourceId")];
    const logicalId = textAt(drift, "LogicalResourceId");
    const status = textAt(drift, "StackResourceDriftStatus");
    if (type === undefined || logicalId === undefined) return [];
    const actual = jsonMap(lookUp(drift, "ActualProperties")) ?? map([], drift.spot);
    const expected = jsonMap(lookUp(drift, "ExpectedProperties"));
    const isGone = status === "DELETED";
    // What was not compared says nothing but that it is there.
    const isCompared = status === "IN_SYNC" || status === "MODIFIED";
    const shows = new Set(isCompared ? [...keysOf(actual), ...(expected ? keysOf(expected) : [])] : []);
    const stack = /:stack\/([^/]+)\//.exec(textAt(drift, "StackId") ?? "")?.[1];
    const live = liveOf(
      type,
      [physical ?? logicalId, ...identifyingIn(type, actual)],
      isCompared ? actual : map([], drift.spot),
      shows,
    );
    return [{ ...live, logicalId, stack, isGone, spot: drift.spot }];
  });
}

/** Ids in the account by logical id; undefined where the answer is another. */
export function readStackIds(answer: Value): ReadonlyMap<string, string> | undefined {
  const listed = lookUp(answer, "StackResources") ?? lookUp(answer, "StackResourceSummaries");
  if (!listed) return undefined;
  return new Map(
    itemsOf(listed).flatMap((one) => {
      const [logical, physical] = [textAt(one, "LogicalResourceId"), textAt(one, "PhysicalResourceId")];
      return logical !== undefined && physical !== undefined ? [[logical, physical] as const] : [];
    }),
  );
}

function liveOf(
  type: string,
  identifiers: readonly string[],
  properties: MapValue,
  shows: LiveResource["shows"],
): LiveResource {
  const tags = lookUp(properties, "Tags");
  return {
    type,
    name: identifiers[0] ?? type,
    identifiers: new Set(identifiers),
    properties,
    shows,
    said: properties,
    spot: properties.spot,
    ...madeFor(tags),
  };
}

/** `BucketName`, `TableId`, `Arn`: what a resource calls itself, not what it names of others. */
function identifyingIn(type: string, properties: MapValue): readonly string[] {
  const own = type.slice(type.lastIndexOf(":") + 1);
  const names = ["Arn", "Id", "Name", "GroupId", "GroupName"].concat(
    ["Name", "Arn", "Id", "Url", "Identifier"].map((part) => own + part),
  );
  return names.flatMap((name) => textAt(properties, name) ?? []);
}

function jsonMap(value: Value | undefined): MapValue | undefined {
  const parsed = value && (value.kind === "map" ? value : parseJsonText(value));
  return parsed?.kind === "map" ? parsed : undefined;
}

function keysOf(properties: MapValue): ReadonlySet<string> {
  return new Set(properties.entries.keys());
}
