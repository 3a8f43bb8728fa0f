/**
 * Reading what AWS says of a resource, whose names are written in more than one way: `kmsKeyId`, `KmsKeyId` and `KMSKeyId`
 * are one property, and a policy is JSON, a text of JSON, or that URL-encoded.
 */
import { parseJsonText } from "../graph/json-text.ts";
import { absent, list, map, scalar, type MapValue, type Value } from "../graph/value.ts";
import type { Spot } from "../source/source-text.ts";

/** CloudFormation's spelling where it is not the API's with a capital. */
const SPELLINGS: ReadonlyMap<string, string> = new Map(
  [
    "SSEAlgorithm",
    "KMSMasterKeyID",
    "SSEEnabled",
    "SSEType",
    "KMSKeyArn",
    "MFADelete",
    "EnableECSManagedTags",
    "CidrIpv6",
    "TTL",
    "IPAddressType",
  ].map((name) => [name.toLowerCase(), name] as const),
);

/** Keys below these are data and stay as they are. */
const DATA = /(^|\.)(Variables|Tags|Labels|Statement|.*Document|.*Policy|RequestParameters|StageVariables)$/;

/** `lookUp(value, "SSEDescription.Status")`, letter case aside. Undefined where nothing is there. */
export function lookUp(value: Value, path: string): Value | undefined {
  let at: Value | undefined = value;
  for (const key of path.split(".")) at = at && childOf(at, key);
  return at === undefined || isNothing(at) ? undefined : at;
}

export function textAt(value: Value, path: string): string | undefined {
  const found = lookUp(value, path);
  return found?.kind === "scalar" && found.value !== null ? String(found.value) : undefined;
}

export function isNothing(value: Value): boolean {
  return value.kind === "absent" || (value.kind === "scalar" && value.value === null);
}

export function itemsOf(value: Value | undefined): readonly Value[] {
  if (value === undefined) return [];
  return value.kind === "list" ? value.items : value.kind === "map" ? [value] : [];
}

/** The same with keys as CloudFormation spells them. */
export function spelled(value: Value, path = ""): Value {
  if (value.kind === "list") return { ...value, items: value.items.map((item) => spelled(item, path)) };
  if (value.kind !== "map") return value;
  const isData = DATA.test(path);
  const entries = [...value.entries].flatMap(([key, child]): readonly (readonly [string, Value])[] => {
    if (isNothing(child)) return [];
    const name = isData ? key : spelling(key);
    return [[name, isData ? child : spelled(child, path === "" ? name : `${path}.${name}`)]];
  });
  return map(entries, value.spot, value.open);
}

/** A policy or definition, in whichever of its wrappings. */
export function unwrapped(value: Value): Value {
  if (value.kind !== "scalar" || typeof value.value !== "string") return value;
  const text = value.value.startsWith("%7B") ? decoded(value.value) : value.value;
  return parseJsonText(scalar(text, value.spot)) ?? value;
}

/** Tags as a list of Key and Value, from that or from a map. */
export function asTags(value: Value): Value {
  if (value.kind === "map") {
    const items = [...value.entries].map(([key, child]) => pair(key, child, value.spot));
    return list(items, value.spot);
  }
  if (value.kind !== "list") return value;
  const items = value.items.flatMap((item) => {
    const [key, given] = [
      textAt(item, "Key") ?? textAt(item, "TagKey"),
      lookUp(item, "Value") ?? lookUp(item, "TagValue"),
    ];
    return key === undefined ? [] : [pair(key, given ?? scalar("", item.spot), item.spot)];
  });
  return list(items, value.spot);
}

export function spelling(key: string): string {
  return SPELLINGS.get(key.toLowerCase()) ?? key.charAt(0).toUpperCase() + key.slice(1);
}

/** Puts a value at a dotted path, making maps on the way. */
export function put(entries: Map<string, Value>, path: string, value: Value): void {
  const [first = "", ...rest] = path.split(".");
  if (rest.length === 0) {
    entries.set(first, value);
    return;
  }
  const before = entries.get(first);
  const inner = new Map(before?.kind === "map" ? before.entries : []);
  put(inner, rest.join("."), value);
  entries.set(first, map(inner, before?.spot ?? value.spot));
}

export function emptyMap(spot: Spot): MapValue {
  return map([], spot);
}

/** One key, letter case aside; it may hold dots, as those of conditions do. */
export function childOf(value: Value, key: string): Value | undefined {
  if (value.kind !== "map") return undefined;
  const exact = value.entries.get(key);
  if (exact) return exact;
  const wanted = key.toLowerCase();
  for (const [name, child] of value.entries) if (name.toLowerCase() === wanted) return child;
  return undefined;
}

function pair(key: string, value: Value, spot: Spot): Value {
  return map(
    [
      ["Key", scalar(key, spot)],
      ["Value", value.kind === "absent" ? absent(spot) : value],
    ],
    spot,
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
