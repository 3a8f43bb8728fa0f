/** Changes of shape that renaming can't do: where Terraform has one block, CloudFormation has several, or a list of pairs. */
import { eachOption, list, map, scalar, type MapValue, type Value } from "../../../graph/value.ts";

/** A security group's rule has one range in CloudFormation and lists of them in Terraform. */
export function explodeRanges(...properties: readonly string[]): (whole: MapValue) => MapValue {
  return (whole) => {
    const entries = new Map(whole.entries);
    for (const name of properties) {
      const rules = entries.get(name);
      if (rules)
        entries.set(
          name,
          eachOption(rules, (one) =>
            one.kind === "list" ? list(one.items.flatMap(explode), one.spot, one.open) : one,
          ),
        );
    }
    return map(entries, whole.spot, whole.open);
  };
}

const RANGES: readonly string[] = [
  "CidrIp",
  "CidrIpv6",
  "SourceSecurityGroupId",
  "SourcePrefixListId",
  "DestinationSecurityGroupId",
  "DestinationPrefixListId",
];

/** The same where the resource is a rule itself; the ranges stay one list, of which each item is asked. */
function explode(rule: Value): readonly Value[] {
  if (rule.kind !== "map") return [rule];
  const ranges = RANGES.flatMap((name) => {
    const value = rule.entries.get(name);
    if (value === undefined) return [];
    return (value.kind === "list" ? value.items : [value]).map((item) => [name, item] as const);
  });
  const rest = [...rule.entries].filter(([name]) => !RANGES.includes(name));
  if (ranges.length === 0) return [map(rest, rule.spot, rule.open)];
  return ranges.map(([name, item]) => map([...rest, [name, item]], rule.spot, rule.open));
}

/** `[{ Key, Value }]` from properties, by the key of each. */
export function keyed(property: string, keys: Readonly<Record<string, string>>): (whole: MapValue) => MapValue {
  return (whole) => {
    const items = Object.entries(keys).flatMap(([from, key]) => {
      const value = at(whole, from.split("."));
      return value
        ? [
            map(
              [
                ["Key", scalar(key, value.spot)],
                ["Value", value],
              ],
              value.spot,
            ),
          ]
        : [];
    });
    if (items.length === 0) return whole;
    return map([...whole.entries, [property, list(items, whole.spot)]], whole.spot, whole.open);
  };
}

/** A list of blocks as a map by one of their properties: log publishing options by their type. */
export function byProperty(property: string, key: string): (whole: MapValue) => MapValue {
  return (whole) => {
    const blocks = whole.entries.get(property);
    if (blocks?.kind !== "list") return whole;
    const entries = blocks.items.flatMap((block) => {
      const name = block.kind === "map" ? block.entries.get(key) : undefined;
      return name?.kind === "scalar" ? [[String(name.value), block] as const] : [];
    });
    return map([...whole.entries, [property, map(entries, blocks.spot, blocks.open)]], whole.spot, whole.open);
  };
}

/** Keys inside of JSON (container definitions) in CloudFormation's case; what they hold is data and stays. */
export function pascalKeys(property: string): (whole: MapValue) => MapValue {
  const DATA = new Set(["Options", "DockerLabels"]);
  const change = (value: Value): Value => {
    if (value.kind === "list") return { ...value, items: value.items.map(change) };
    if (value.kind !== "map") return value;
    const entries = [...value.entries].map(([key, child]) => {
      const name = key.charAt(0).toUpperCase() + key.slice(1);
      return [name, DATA.has(name) ? child : change(child)] as const;
    });
    return map(entries, value.spot, value.open);
  };
  return (whole) => {
    const value = whole.entries.get(property);
    return value ? map([...whole.entries, [property, change(value)]], whole.spot, whole.open) : whole;
  };
}

/** What a block says when it leaves something out. */
export function withDefault(property: string, inner: string, value: boolean): (whole: MapValue) => MapValue {
  const filled = (block: Value): Value =>
    block.kind !== "map" || block.entries.has(inner)
      ? block
      : map([...block.entries, [inner, scalar(value, block.spot)]], block.spot, block.open);
  return (whole) => {
    const held = whole.entries.get(property);
    if (held === undefined) return whole;
    const said = held.kind === "list" ? { ...held, items: held.items.map(filled) } : filled(held);
    return map([...whole.entries, [property, said]], whole.spot, whole.open);
  };
}

/** A list of texts as a list of maps with one property. */
export function wrapItems(path: string, property: string): (whole: MapValue) => MapValue {
  return (whole) => {
    const value = whole.entries.get(path);
    if (value?.kind !== "list") return whole;
    const items = value.items.map((item) => map([[property, item]], item.spot));
    return map([...whole.entries, [path, list(items, value.spot, value.open)]], whole.spot, whole.open);
  };
}

function at(value: Value, path: readonly string[]): Value | undefined {
  let found: Value | undefined = value;
  for (const step of path) {
    if (found?.kind === "list" && found.items.length === 1) found = found.items[0];
    found = found?.kind === "map" ? found.entries.get(step) : undefined;
  }
  return found;
}
