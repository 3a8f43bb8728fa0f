/**
 * Terraform's JSON syntax (https://developer.hashicorp.com/terraform/language/syntax/json), as CDK for Terraform writes
 * it, to the tree of the native one. JSON does not say what is a block and what an argument; the tree takes nested
 * objects for values, which read the same, but where a `dynamic` block must be unrolled.
 */
import { rawEntry, type RawEntry, type RawNode } from "../../source/raw-node.ts";
import { readJson } from "../../source/read-json.ts";
import type { SourceProblem, SourceText } from "../../source/source-text.ts";
import { readHclExpression } from "./hcl-reader.ts";
import { HclMistake, parseTemplate } from "./hcl-template.ts";
import type { HclAttribute, HclBlock, HclBody, HclExpression } from "./hcl-tree.ts";

/** How many labels a block has: the levels of names before its body. What is not here is an argument, as in .tfvars. */
const LABELS: ReadonlyMap<string, number> = new Map([
  ["resource", 2],
  ["data", 2],
  ["variable", 1],
  ["output", 1],
  ["module", 1],
  ["provider", 1],
  ["locals", 0],
  ["terraform", 0],
]);

/** What the native syntax knows as blocks only. */
const BLOCKS: ReadonlySet<string> = new Set(["dynamic", "lifecycle", "content"]);

type Report = (offset: number, message: string) => void;

export function readTfJson(source: SourceText): {
  readonly body: HclBody;
  readonly problems: readonly SourceProblem[];
} {
  const { root, problems } = readJson(source);
  const found = [...problems];
  const report: Report = (offset, message) => found.push({ spot: { source, offset }, message });
  const entries = entriesOf(root);
  const blocks = entries.flatMap((entry) => {
    const labels = LABELS.get(entry.key);
    return labels === undefined ? [] : blocksOf(entry.key, [], labels, entry, report);
  });
  const others = entries.filter(({ key }) => !LABELS.has(key));
  return { body: { attributes: attributesOf(others, report), blocks }, problems: found };
}

function blocksOf(
  type: string,
  labels: readonly string[],
  missing: number,
  { keyOffset, node }: RawEntry,
  report: Report,
): readonly HclBlock[] {
  if (node.kind === "list") {
    return node.items.flatMap((item) =>
      blocksOf(type, labels, missing, { key: type, keyOffset: item.offset, node: item }, report),
    );
  }
  if (node.kind === "scalar") {
    if (node.value !== null) report(node.offset, `an object was expected in ${type.slice(0, 60)}`);
    return [];
  }
  if (missing === 0) return [{ type, labels, offset: keyOffset, body: bodyOf(node, report) }];
  return entriesOf(node).flatMap((entry) => blocksOf(type, [...labels, entry.key], missing - 1, entry, report));
}

function bodyOf(node: RawNode, report: Report): HclBody {
  const entries = entriesOf(node);
  const isBlock = ({ key, node: value }: RawEntry) =>
    value.kind !== "scalar" && (BLOCKS.has(key) || holdsDynamic(value));
  return {
    attributes: attributesOf(
      entries.filter((entry) => !isBlock(entry)),
      report,
    ),
    blocks: entries
      .filter(isBlock)
      .flatMap((entry) => blocksOf(entry.key, [], entry.key === "dynamic" ? 1 : 0, entry, report)),
  };
}

function attributesOf(entries: readonly RawEntry[], report: Report): readonly HclAttribute[] {
  return entries.flatMap(({ key, keyOffset, node }) => {
    try {
      const isName = key === "iterator" && node.kind === "scalar";
      const value: HclExpression = isName
        ? { kind: "name", name: String(node.value), offset: node.offset }
        : expressionOf(node);
      return [{ name: key, offset: keyOffset, value }];
    } catch (thrown) {
      if (!(thrown instanceof HclMistake)) throw thrown;
      report(thrown.offset, thrown.message);
      return [];
    }
  });
}

function expressionOf(node: RawNode): HclExpression {
  const { offset } = node;
  if (node.kind === "list") return { kind: "list", items: node.items.map(expressionOf), offset };
  if (node.kind === "map") {
    const entries = entriesOf(node).map(
      (entry) => [textOf(entry.key, entry.keyOffset), expressionOf(entry.node)] as const,
    );
    return { kind: "object", entries, offset };
  }
  return typeof node.value === "string" ? textOf(node.value, offset) : { kind: "literal", value: node.value, offset };
}

/** A text that is one `${…}` and nothing else is that expression's value, whatever its type. */
function textOf(text: string, offset: number): HclExpression {
  if (!text.includes("{")) return { kind: "literal", value: text, offset };
  const read = parseTemplate(text, { base: offset + 1, offset, escapes: false, depth: 0 }, readHclExpression);
  const [only] = read.kind === "template" ? read.parts : [];
  return read.kind === "template" && read.parts.length === 1 && only ? only : read;
}

function holdsDynamic(node: RawNode): boolean {
  if (node.kind === "list") return node.items.some(holdsDynamic);
  return rawEntry(node, "dynamic") !== undefined;
}

/** Without comments, which JSON has as properties of this name. */
function entriesOf(node: RawNode | undefined): readonly RawEntry[] {
  return node?.kind === "map" ? node.entries.filter(({ key }) => key !== "//") : [];
}
