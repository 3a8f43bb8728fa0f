/** A raw tree as a value, without any meaning of its own: nothing in it is resolved. */
import type { RawNode } from "../source/raw-node.ts";
import type { SourceText, Spot } from "../source/source-text.ts";
import { list, map, scalar, type Value } from "./value.ts";

/** `spot`: one place for all of it, where the raw tree's own offsets mean nothing to a reader of findings. */
export function plainValue(node: RawNode, spot: Spot): Value {
  if (node.kind === "scalar") return scalar(node.value, spot);
  if (node.kind === "list")
    return list(
      node.items.map((item) => plainValue(item, spot)),
      spot,
    );
  return map(
    node.entries.map(({ key, node: child }) => [key, plainValue(child, spot)] as const),
    spot,
  );
}

/** The same with every value's own place. */
export function plainValueAt(node: RawNode, source: SourceText, offset: number = node.offset): Value {
  const spot = { source, offset };
  if (node.kind === "scalar") return scalar(node.value, spot);
  if (node.kind === "list") {
    return list(
      node.items.map((item) => plainValueAt(item, source)),
      spot,
    );
  }
  return map(
    node.entries.map(({ key, keyOffset, node: child }) => [key, plainValueAt(child, source, keyOffset)] as const),
    spot,
  );
}

/** The wholly known parts of a value as plain JavaScript; undefined stands for what is not known. */
export function toPlain(value: Value): unknown {
  if (value.kind === "scalar") return value.value;
  if (value.kind === "list") return value.items.filter(({ kind }) => kind !== "absent").map(toPlain);
  if (value.kind !== "map") return undefined;
  const plain: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [key, child] of value.entries) if (child.kind !== "absent") plain[key] = toPlain(child);
  return plain;
}

/** Plain data of our own making as a value: what a transform adds. */
export function fromPlain(data: unknown, spot: Spot): Value {
  if (isValue(data)) return data;
  if (Array.isArray(data))
    return list(
      data.map((item: unknown) => fromPlain(item, spot)),
      spot,
    );
  if (typeof data === "object" && data !== null) {
    const entries = Object.entries(data).filter(([, child]) => child !== undefined);
    return map(
      entries.map(([key, child]) => [key, fromPlain(child, spot)] as const),
      spot,
    );
  }
  return scalar(data as string | number | boolean | null, spot);
}

function isValue(data: unknown): data is Value {
  return typeof data === "object" && data !== null && "spot" in data && "kind" in data;
}
