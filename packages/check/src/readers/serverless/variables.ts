/**
 * `${self:custom.table}`, `${opt:stage, 'dev'}`, `${env:X}`, `${param:X}`: put in where they are known. One that is not
 * becomes a parameter without a default, so that what depends on it is unknown and says on what.
 */
import { rawAt, rawText, type RawNode } from "../../source/raw-node.ts";
import { ownEntry } from "../../source/own-entry.ts";
import type { ReadOptions } from "../reading.ts";

const ROUNDS_MAX = 8;
const WHOLE = /^\$\{([^${}]+)\}$/;
const INNER = /\$\{((?:self|opt|env|param|sls|file|ssm|cf|s3|aws|strToBool)(?:\([^)]*\))?:?[^${}]*)\}/g;

export function resolveVariables(root: RawNode, { parameters }: ReadOptions): RawNode {
  let current = root;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    let changed = false;
    const next = visit(current, (node) => {
      const found = put(node, current, parameters);
      if (found) changed = true;
      return found ?? node;
    });
    current = next;
    if (!changed) break;
  }
  return current;
}

function put(node: RawNode, root: RawNode, parameters: Readonly<Record<string, string>>): RawNode | undefined {
  if (node.kind !== "scalar" || typeof node.value !== "string" || !node.value.includes("${")) return undefined;
  const whole = WHOLE.exec(node.value);
  if (whole && isVariable(whole[1] ?? "")) {
    const found = answer(whole[1] ?? "", root, parameters);
    return found ? { ...found, offset: node.offset } : openRef(whole[1] ?? "", node.offset);
  }
  const text = node.value.replaceAll(
    INNER,
    (written, inner: string) => rawText(answer(inner, root, parameters)) ?? written,
  );
  return text === node.value ? undefined : { ...node, value: text };
}

/** A reference to a parameter that the template does not declare with a default: unknown, by its name. */
function openRef(name: string, offset: number): RawNode {
  return {
    kind: "map",
    entries: [{ key: "Fn::ImportValue", keyOffset: offset, node: { kind: "scalar", value: `\${${name}}`, offset } }],
    offset,
  };
}

function answer(written: string, root: RawNode, parameters: Readonly<Record<string, string>>): RawNode | undefined {
  for (const part of written.split(/,(?![^(]*\))/)) {
    const one = part.trim();
    const literal = /^'([^']*)'$|^"([^"]*)"$|^(true|false|\d+)$/.exec(one);
    if (literal) return { kind: "scalar", value: literal[1] ?? literal[2] ?? literal[3] ?? "", offset: 0 };
    const path = one.startsWith("self:") ? one.slice(5).split(".") : undefined;
    if (path) {
      const found = rawAt(root, ...path);
      if (found) return found;
    }
    const given = ownEntry(parameters, one.replace(/^(opt|param|env):/, ""));
    if (/^(opt|param|env):/.test(one) && given !== undefined) return { kind: "scalar", value: given, offset: 0 };
    if (one === "sls:stage" || one === "opt:stage") {
      const stage = rawText(rawAt(root, "provider", "stage"));
      if (stage !== undefined && !stage.includes("${")) return { kind: "scalar", value: stage, offset: 0 };
    }
  }
  return undefined;
}

function isVariable(inner: string): boolean {
  return /^(self|opt|env|param|sls|file|ssm|cf|s3|aws|strToBool)\b/.test(inner) && !inner.startsWith("AWS::");
}

function visit(node: RawNode, change: (node: RawNode) => RawNode): RawNode {
  const changed = change(node);
  if (changed !== node) return changed;
  if (node.kind === "list") return { ...node, items: node.items.map((item) => visit(item, change)) };
  if (node.kind === "map")
    return { ...node, entries: node.entries.map((one) => ({ ...one, node: visit(one.node, change) })) };
  return node;
}
