/** The Globals section: what all functions, APIs or tables of a template share. Maps merge, lists join, the own value wins. */
import { Resource } from "../../../graph/resource.ts";
import { list, map, type MapValue, type Value } from "../../../graph/value.ts";
import { ownEntry } from "../../../source/own-entry.ts";

const SECTION: Readonly<Record<string, string>> = {
  "AWS::Serverless::Function": "Function",
  "AWS::Serverless::Api": "Api",
  "AWS::Serverless::HttpApi": "HttpApi",
  "AWS::Serverless::SimpleTable": "SimpleTable",
  "AWS::Serverless::StateMachine": "StateMachine",
  "AWS::Serverless::LayerVersion": "LayerVersion",
};

export function withGlobals(resource: Resource, globals: Value | undefined): Resource {
  const section = ownEntry(SECTION, resource.type);
  if (section === undefined || globals?.kind !== "map") return resource;
  const shared = globals.entries.get(section);
  if (shared?.kind !== "map") return resource;
  const properties = merge(shared, resource.properties) as MapValue;
  return new Resource({
    id: resource.id,
    type: resource.type,
    name: resource.name,
    attributes: resource.attributes,
    spot: resource.spot,
    properties: { ...properties, spot: resource.properties.spot },
    ...(resource.onlyIf === undefined ? {} : { onlyIf: resource.onlyIf }),
  });
}

function merge(shared: Value, own: Value): Value {
  if (shared.kind === "map" && own.kind === "map") {
    const entries = new Map(shared.entries);
    for (const [key, value] of own.entries) {
      const under = entries.get(key);
      entries.set(key, under ? merge(under, value) : value);
    }
    return map(entries, own.spot, own.open ?? shared.open);
  }
  if (shared.kind === "list" && own.kind === "list") {
    return list([...shared.items, ...own.items], own.spot, own.open ?? shared.open);
  }
  return own;
}
