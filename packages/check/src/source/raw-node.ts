/**
 * What YAML and JSON have in common: a tree of scalars, lists and maps with offsets, before anything is made of its
 * meaning. A tagged YAML node (`!Sub x`) is already its long form here (`{ "Fn::Sub": x }`).
 */
export type RawNode = RawScalar | RawList | RawMap;

export interface RawScalar {
  readonly kind: "scalar";
  readonly value: string | number | boolean | null;
  readonly offset: number;
}

export interface RawList {
  readonly kind: "list";
  readonly items: readonly RawNode[];
  readonly offset: number;
}

export interface RawMap {
  readonly kind: "map";
  readonly entries: readonly RawEntry[];
  readonly offset: number;
}

export interface RawEntry {
  readonly key: string;
  readonly keyOffset: number;
  readonly node: RawNode;
}

/** An input may not grow beyond this when its anchors are expanded: a few lines of them can stand for billions. */
export const NODES_MAX = 400_000;

/** Deeper nesting than any template has; bounds every recursion over the tree. */
export const DEPTH_MAX = 200;

export function rawEntry(node: RawNode | undefined, key: string): RawEntry | undefined {
  if (node?.kind !== "map") return undefined;
  // The last of two equal keys wins, as in every YAML and JSON parser that does not refuse them.
  return node.entries.findLast((entry) => entry.key === key);
}

export function rawAt(node: RawNode | undefined, ...keys: readonly string[]): RawNode | undefined {
  return keys.reduce<RawNode | undefined>((at, key) => rawEntry(at, key)?.node, node);
}

export function rawText(node: RawNode | undefined): string | undefined {
  return node?.kind === "scalar" && node.value !== null ? String(node.value) : undefined;
}

/** Plain JavaScript, for parts whose places do not matter. */
export function rawToPlain(node: RawNode): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(rawToPlain);
  const plain: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const { key, node: child } of node.entries) plain[key] = rawToPlain(child);
  return plain;
}
