/**
 * Items of AWS Config: what its delivery files, `get-resource-config-history`, `batch-get-resource-config` and
 * `select-resource-config` hold. `configuration` is in the API's vocabulary for old types and in CloudFormation's for those
 * that Config took up later. https://docs.aws.amazon.com/config/latest/APIReference/API_ConfigurationItem.html
 */
import { parseJsonText } from "../graph/json-text.ts";
import { map, type MapValue, type Value } from "../graph/value.ts";
import { asTags, itemsOf, lookUp, spelled, textAt, unwrapped } from "./live-value.ts";
import type { LiveResource } from "./live-resource.ts";
import { configShapes, shownInConfig } from "./shapes/in-config.ts";
import { madeFor, readItem } from "./shapes/shape.ts";

/** Types that Config calls otherwise. */
const TYPES: Readonly<Record<string, string>> = { "AWS::IAM::Policy": "AWS::IAM::ManagedPolicy" };

export function isConfigAnswer(answer: Value): boolean {
  return configItems(answer).length > 0;
}

/** Of each resource the latest state. */
export function readConfigItems(answer: Value): readonly LiveResource[] {
  const latest = new Map<string, Value>();
  for (const item of configItems(answer)) {
    const key = `${textAt(item, "resourceType")} ${textAt(item, "awsRegion")} ${textAt(item, "resourceId")}`;
    const before = latest.get(key);
    if (!before || capturedAt(item) > capturedAt(before)) latest.set(key, item);
  }
  return [...latest.values()].flatMap(readConfigItem);
}

/** Types of which a delivered snapshot, unlike a history, lists all that Config records. */
export function typesListed(answer: Value): readonly string[] {
  if (lookUp(answer, "configSnapshotId") === undefined) return [];
  return configItems(answer).flatMap((item) => typeOf(item) ?? []);
}

function configItems(answer: Value): readonly Value[] {
  const listed = lookUp(answer, "configurationItems") ?? lookUp(answer, "baseConfigurationItems");
  const results = lookUp(answer, "Results");
  const items = listed
    ? itemsOf(listed)
    : results?.kind === "list"
      ? results.items.map((one) => parseJsonText(one) ?? one)
      : [lookUp(answer, "configurationItem") ?? answer];
  return items.filter((item) => lookUp(item, "resourceType") && lookUp(item, "resourceId"));
}

function capturedAt(item: Value): string {
  const text = textAt(item, "configurationItemCaptureTime") ?? "";
  return /^\d+(\.\d+)?$/.test(text) ? text.padStart(20, "0") : text;
}

function typeOf(item: Value): string | undefined {
  const type = textAt(item, "resourceType");
  return type === undefined ? undefined : Object.hasOwn(TYPES, type) ? TYPES[type] : type;
}

function readConfigItem(item: Value): readonly LiveResource[] {
  const type = typeOf(item);
  if (type === undefined) return [];
  const identifiers = ["resourceName", "resourceId", "arn"].flatMap((key) => textAt(item, key) ?? []);
  const tags = asTags(lookUp(item, "tags") ?? map([], item.spot));
  const base = {
    name: identifiers[0] ?? type,
    identifiers: new Set(identifiers),
    spot: item.spot,
    ...madeFor(tags),
  };
  if (/Deleted/.test(textAt(item, "configurationItemStatus") ?? "")) {
    const nothing = map([], item.spot);
    return [{ ...base, type, properties: nothing, shows: new Set<string>(), said: nothing, isGone: true }];
  }
  const [first, ...parts] = readConfiguration(type, configurationOf(item), base);
  if (!first) return [];
  const entries = new Map(first.properties.entries);
  if (!entries.has("Tags") && itemsOf(tags).length > 0) entries.set("Tags", tags);
  const whole: LiveResource = {
    ...first,
    ...base,
    identifiers: new Set([...identifiers, ...first.identifiers]),
    properties: { ...first.properties, entries },
    shows:
      first.shows === "all"
        ? "all"
        : shownInConfig(type, first.shows, (path) => lookUp(first.properties, path) !== undefined),
  };
  return [whole, ...parts.map((part) => ({ ...part, partOf: whole.name }))];
}

/** With what Config keeps beside it for some types. */
function configurationOf(item: Value): MapValue {
  const configuration = unwrapped(lookUp(item, "configuration") ?? map([], item.spot));
  const beside = lookUp(item, "supplementaryConfiguration");
  const entries = new Map(configuration.kind === "map" ? configuration.entries : []);
  if (beside?.kind === "map") {
    for (const [key, value] of beside.entries) entries.set(key, unwrapped(value));
  }
  return map(entries, configuration.spot);
}

function readConfiguration(
  type: string,
  configuration: MapValue,
  base: Pick<LiveResource, "name" | "identifiers" | "spot">,
): readonly LiveResource[] {
  const shape = configShapes(type).find(({ needs }) =>
    needs.every((path) => lookUp(configuration, path) !== undefined),
  );
  const read = shape ? readItem({ ...shape, at: "" }, configuration) : [];
  if (read.length > 0) return read;
  const properties = spelled(configuration);
  if (properties.kind !== "map") return [];
  return [{ ...base, type, properties, shows: new Set(properties.entries.keys()), said: configuration }];
}
