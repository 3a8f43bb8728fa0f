/**
 * `terraform show -json` of a plan. What is "known after apply" is unknown; where the configuration says what it refers
 * to, it is that reference, so that a bucket and its policy find each other before either exists.
 */
import { list, map, reference, scalar, unknownValue, type MapValue, type Value } from "../../graph/value.ts";
import { rawAt, rawEntry, rawText, type RawEntry, type RawNode } from "../../source/raw-node.ts";
import type { SourceText } from "../../source/source-text.ts";
import type { Reading } from "../reading.ts";
import type { TfResource } from "./tf-resource.ts";
import { withDefinedRoutes } from "../openapi/defined-routes.ts";
import { toVocabulary } from "./to-vocabulary.ts";

const AFTER_APPLY = "what is known only after apply";
const MODULES_MAX = 20;

export function readPlan(source: SourceText, root: RawNode): Reading {
  const unknowns = unknownsByAddress(root);
  const resources: TfResource[] = [];
  const visit = (
    module: RawNode | undefined,
    configuration: RawNode | undefined,
    prefix: string,
    depth: number,
  ): void => {
    const configured = new Map(
      itemsOf(rawAt(configuration, "resources")).map((one) => [prefix + (rawText(rawAt(one, "address")) ?? ""), one]),
    );
    for (const planned of itemsOf(rawAt(module, "resources"))) {
      const address = rawText(rawAt(planned, "address"));
      const type = rawText(rawAt(planned, "type"));
      if (address === undefined || type === undefined || rawText(rawAt(planned, "mode")) === "data") continue;
      const base = address.replace(/\[[^\]]*\]$/, "");
      const expressions = rawAt(configured.get(base), "expressions");
      const values = rawAt(planned, "values");
      const spot = { source, offset: planned.offset };
      const known = valueOf(source, values, unknowns.get(address), expressions, prefix);
      resources.push({ address, type, values: known.kind === "map" ? known : map([], spot), spot });
    }
    if (depth >= MODULES_MAX) return;
    for (const child of itemsOf(rawAt(module, "child_modules"))) {
      const address = rawText(rawAt(child, "address")) ?? "";
      const name = address
        .slice(prefix.length)
        .replace(/^module\./, "")
        .replace(/\[[^\]]*\]$/, "");
      const called = rawAt(configuration, "module_calls", name, "module");
      visit(child, called, `${address}.`, depth + 1);
    }
  };
  visit(rawAt(root, "planned_values", "root_module"), rawAt(root, "configuration", "root_module"), "", 0);
  return { resources: withDefinedRoutes(toVocabulary(resources)), problems: [] };
}

function unknownsByAddress(root: RawNode): ReadonlyMap<string, RawNode> {
  const found = new Map<string, RawNode>();
  for (const change of itemsOf(rawAt(root, "resource_changes"))) {
    const address = rawText(rawAt(change, "address"));
    const after = rawAt(change, "change", "after_unknown");
    if (address !== undefined && after) found.set(address, after);
  }
  return found;
}

function valueOf(
  source: SourceText,
  node: RawNode | undefined,
  after: RawNode | undefined,
  expression: RawNode | undefined,
  prefix: string,
): Value {
  const spot = { source, offset: node?.offset ?? after?.offset ?? 0 };
  if (after?.kind === "scalar" && after.value === true) return openValue(expression, prefix, spot);
  if (node === undefined || node.kind === "scalar") {
    const referred = referredIn(expression, prefix, spot);
    // A name that is written out already still belongs to what it was taken from.
    if (referred && node?.kind === "scalar" && typeof node.value === "string" && isOnlyReference(expression))
      return referred;
    return scalar(node?.value ?? null, spot);
  }
  if (node.kind === "list") {
    const inner = after?.kind === "list" ? after.items : [];
    const expressions = expression?.kind === "list" ? expression.items : [];
    return list(
      node.items.map((item, index) => valueOf(source, item, inner[index], expressions[index], prefix)),
      spot,
    );
  }
  const names = new Set([...node.entries.map(({ key }) => key), ...keysOf(after)]);
  const entries = [...names].flatMap((key): readonly (readonly [string, Value])[] => {
    const value = valueOf(source, rawAt(node, key), rawAt(after, key), rawAt(expression, key), prefix);
    return isNothing(value) ? [] : [[key, { ...value, spot: { source, offset: offsetOf(node, key) ?? spot.offset } }]];
  });
  return map(entries, spot) satisfies MapValue;
}

function openValue(expression: RawNode | undefined, prefix: string, spot: Value["spot"]): Value {
  return referredIn(expression, prefix, spot) ?? unknownValue(AFTER_APPLY, spot);
}

function referredIn(expression: RawNode | undefined, prefix: string, spot: Value["spot"]): Value | undefined {
  const named = itemsOf(rawAt(expression, "references")).flatMap((one) => rawText(one) ?? []);
  const resource = named.find(
    (one) => /^[a-z0-9_]+\.[A-Za-z0-9_-]+/.test(one) && !/^(var|local|module|data|each|count|path)\./.test(one),
  );
  if (resource === undefined) return undefined;
  const [type = "", name = "", ...rest] = resource.split(".");
  return reference(`${prefix}${type}.${name}`, rest.join("."), spot);
}

/** One resource's attribute and nothing joined to it: the reference and its resource, twice. */
function isOnlyReference(expression: RawNode | undefined): boolean {
  const named = itemsOf(rawAt(expression, "references")).flatMap((one) => rawText(one) ?? []);
  return named.length === 2 && named[0]?.startsWith(`${named[1] ?? ""}.`) === true;
}

function itemsOf(node: RawNode | undefined): readonly RawNode[] {
  return node?.kind === "list" ? node.items : [];
}

function keysOf(node: RawNode | undefined): readonly string[] {
  return node?.kind === "map" ? node.entries.map(({ key }: RawEntry) => key) : [];
}

function offsetOf(node: RawNode, key: string): number | undefined {
  return rawEntry(node, key)?.keyOffset;
}

function isNothing(value: Value): boolean {
  return (
    (value.kind === "scalar" && (value.value === null || value.value === "")) ||
    (value.kind === "list" && value.items.length === 0 && value.open === undefined)
  );
}
