/**
 * Fn::ForEach of AWS::LanguageExtensions: a map's entry that stands for several, one for each item of a collection. The
 * loop's variable is put in by its text before anything is evaluated, as CloudFormation does.
 */
import type { Value } from "../../graph/value.ts";
import { NODES_MAX, rawText, type RawEntry, type RawNode } from "../../source/raw-node.ts";

export interface Expanded {
  readonly entries: readonly RawEntry[];
  /** Why there may be other entries than these. */
  readonly open?: string;
}

const ITEMS_MAX = 1_000;

export function isForEach(key: string): boolean {
  return key.startsWith("Fn::ForEach::");
}

export function expandForEach(
  entry: RawEntry,
  evaluate: (collection: RawNode) => Value,
  // One budget for all loops inside loops: three of a thousand items each would stand for a billion.
  budget: { left: number } = { left: NODES_MAX },
): Expanded {
  const [identifier, collection, body] = entry.node.kind === "list" ? entry.node.items : [];
  const name = rawText(identifier);
  if (name === undefined || !collection || body?.kind !== "map") {
    return { entries: [], open: `${entry.key}, which needs an identifier, a collection and a map` };
  }
  const items = evaluate(collection);
  if (items.kind !== "list") {
    return {
      entries: [],
      open: items.kind === "unknown" || items.kind === "choice" ? items.reason : "a collection that is not known",
    };
  }
  const entries = items.items.slice(0, ITEMS_MAX).flatMap((item) => {
    if (item.kind !== "scalar" || budget.left <= 0) return [];
    const value = String(item.value);
    return body.entries.flatMap((one): readonly RawEntry[] => {
      const replaced = {
        key: putIn(one.key, name, value),
        keyOffset: one.keyOffset,
        node: substitute(one.node, name, value, budget),
      };
      return isForEach(replaced.key) ? expandForEach(replaced, evaluate, budget).entries : [replaced];
    });
  });
  return items.open === undefined ? { entries } : { entries, open: items.open };
}

function substitute(node: RawNode, name: string, value: string, budget: { left: number }): RawNode {
  if (--budget.left < 0) return { kind: "scalar", value: null, offset: node.offset };
  if (node.kind === "scalar") {
    return typeof node.value === "string" ? { ...node, value: putIn(node.value, name, value) } : node;
  }
  if (node.kind === "list") return { ...node, items: node.items.map((item) => substitute(item, name, value, budget)) };
  const [only] = node.entries;
  if (node.entries.length === 1 && only?.key === "Ref" && rawText(only.node) === name) {
    return { kind: "scalar", value, offset: node.offset };
  }
  return {
    ...node,
    entries: node.entries.map((entry) => ({
      key: putIn(entry.key, name, value),
      keyOffset: entry.keyOffset,
      node: substitute(entry.node, name, value, budget),
    })),
  };
}

/** `${Name}` and, with characters that a key may not have removed, `&{Name}`. */
function putIn(text: string, name: string, value: string): string {
  return text.replaceAll(`\${${name}}`, value).replaceAll(`&{${name}}`, value.replaceAll(/[^A-Za-z0-9]/g, ""));
}
