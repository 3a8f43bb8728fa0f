/** Resources that a template hands to the outside: outputs, whoever takes them, and the parts of its text that nothing uses. */
import { dirname } from "node:path/posix";
import type { Resource } from "../../graph/resource.ts";
import type { Unit } from "../../readers/read-unit.ts";
import type { FileReader } from "../../readers/reading.ts";
import { parseText } from "../../source/parse-text.ts";
import { rawAt, type RawNode } from "../../source/raw-node.ts";
import type { SourceText } from "../../source/source-text.ts";

/** Logical ids or addresses that outputs name, each with its file. */
export function exportedIn(unit: Unit, files: FileReader, paths: readonly string[]): (resource: Resource) => boolean {
  const names = new Set<string>();
  if (unit.format === "terraform") {
    for (const text of terraformTexts(unit, files, paths)) for (const name of outputReferences(text)) names.add(name);
    return ({ id }) => names.has(id.replace(/\[[^\]]*\]$/, "")) || id.startsWith("module.");
  }
  for (const [source, root] of documentsOf(unit)) {
    for (const part of [rawAt(root, "Outputs"), rawAt(root, "resources", "Outputs"), rawAt(root, "outputs")]) {
      if (part) for (const name of referencesIn(part)) names.add(`${source.file} ${name}`);
    }
    const planned = rawAt(root, "configuration", "root_module", "outputs");
    if (planned) for (const text of textsIn(planned)) names.add(`${source.file} ${text}`);
  }
  return ({ id, spot, madeFor }) =>
    [id, id.slice(id.lastIndexOf("/") + 1), madeFor ?? ""].some((one) => names.has(`${spot.source.file} ${one}`));
}

/** The parsed texts of a unit's templates, each once. */
export function documentsOf(unit: Unit): readonly (readonly [SourceText, RawNode])[] {
  const sources = new Map(unit.graph.resources.map(({ spot }) => [spot.source.file, spot.source]));
  return [...sources.values()].flatMap((source) =>
    source.text === ""
      ? []
      : parseText(source.file, source.text).flatMap(({ root }) => (root ? [[source, root] as const] : [])),
  );
}

/** What `Ref`, `Fn::GetAtt` and `Fn::Sub` name anywhere below. */
export function* referencesIn(node: RawNode): Generator<string> {
  if (node.kind === "list") for (const item of node.items) yield* referencesIn(item);
  else if (node.kind === "map") {
    for (const { key, node: child } of node.entries) {
      if (key === "Ref" || key === "Fn::GetAtt" || key === "Condition" || key === "Fn::FindInMap" || key === "Fn::If") {
        const [first] = child.kind === "list" ? child.items : [child];
        if (first?.kind === "scalar" && typeof first.value === "string") yield first.value.split(".")[0] ?? "";
      }
      if (key === "Fn::Sub") {
        const [first] = child.kind === "list" ? child.items : [child];
        if (first?.kind === "scalar" && typeof first.value === "string") {
          for (const [, name = ""] of first.value.matchAll(/\$\{([^!}][^}.]*)/g)) yield name.trim();
        }
      }
      yield* referencesIn(child);
    }
  }
}

export function* textsIn(node: RawNode): Generator<string> {
  if (node.kind === "scalar") {
    if (typeof node.value === "string") yield node.value;
  } else if (node.kind === "list") for (const item of node.items) yield* textsIn(item);
  else for (const { node: child } of node.entries) yield* textsIn(child);
}

function terraformTexts(unit: Unit, files: FileReader, paths: readonly string[]): readonly string[] {
  const folders = new Set(unit.graph.resources.map(({ spot }) => dirname(spot.source.file)));
  return paths.flatMap((path) => {
    if (!/\.tf(\.json)?$/.test(path) || !folders.has(dirname(path))) return [];
    const text = files.read(path);
    return text === undefined ? [] : [text];
  });
}

/** `aws_x.y` inside the blocks of outputs. */
function* outputReferences(text: string): Generator<string> {
  for (const { index } of text.matchAll(/^\s*output\s+"/gm)) {
    const from = text.indexOf("{", index);
    const until = text.indexOf("\n}", from);
    const block = text.slice(from, until < 0 ? text.length : until);
    for (const [name] of block.matchAll(/\baws_\w+\.[\w-]+/g)) yield name;
  }
}
