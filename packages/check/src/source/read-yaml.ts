/**
 * YAML 1.1 as CloudFormation, SAM and Serverless Framework read it, with offsets and with the short intrinsics in their
 * long form. Anchors are expanded under a budget (see NODES_MAX), so an alias bomb ends in an error and not in memory.
 */
import { isAlias, isMap, isScalar, isSeq, parseAllDocuments, type Document, type Node, type Pair } from "yaml";
import { DEPTH_MAX, NODES_MAX, type RawEntry, type RawNode } from "./raw-node.ts";
import type { RawDocument } from "./read-json.ts";
import type { SourceProblem, SourceText } from "./source-text.ts";

const BRACKETS_MENDED_MAX = 12;

/** Every document of the file; most have one. */
export function readYaml(source: SourceText): readonly RawDocument[] {
  const documents = parseLeniently(source.text);
  return documents.map((document) => convertDocument(document, source));
}

/**
 * The parser refuses a closing bracket that stands left of what it closes; CloudFormation takes it, and people write it.
 * Inside brackets a line's end is only space, so that one is put there in its place: every offset stays what it was.
 */
function parseLeniently(written: string): readonly Document.Parsed[] {
  let text = written;
  for (let round = 0; ; round++) {
    const documents = parseDocuments(text);
    const badly = documents
      .flatMap(({ errors }) => errors)
      .find(({ code, message }) => code === "BAD_INDENT" && message.startsWith("Flow"));
    const lineEnd = badly === undefined ? -1 : text.lastIndexOf("\n", badly.pos[0] - 1);
    if (lineEnd < 0 || round >= BRACKETS_MENDED_MAX) return documents;
    text = `${text.slice(0, lineEnd)} ${text.slice(lineEnd + 1)}`;
  }
}

function parseDocuments(text: string): readonly Document.Parsed[] {
  const parsed = parseAllDocuments(text, {
    version: "1.2",
    schema: "core",
    merge: true,
    logLevel: "silent",
    prettyErrors: false,
    uniqueKeys: false,
    strict: false,
  });
  return "empty" in parsed ? [] : parsed;
}

function convertDocument(document: Document.Parsed, source: SourceText): RawDocument {
  const problems = leading(document.errors).map((error): SourceProblem => ({
    spot: { source, offset: error.pos[0] },
    message: error.message.split("\n")[0] ?? "not valid YAML",
  }));
  const converter = new YamlConverter(document, source);
  const root = document.contents === null ? undefined : converter.convert(document.contents as Node, 0);
  return { root, problems: [...problems, ...converter.problems] };
}

/** Without those that only follow from the one before: after a slip every further token is unexpected. */
function leading(errors: Document.Parsed["errors"]): Document.Parsed["errors"] {
  return errors.filter(({ message }, index) => index === 0 || !message.startsWith("Unexpected")).slice(0, 20);
}

class YamlConverter {
  readonly problems: SourceProblem[] = [];
  readonly #document: Document;
  readonly #source: SourceText;
  #nodes = 0;
  #gaveUp = false;

  constructor(document: Document, source: SourceText) {
    this.#document = document;
    this.#source = source;
  }

  convert(node: Node | null, depth: number, fallbackOffset = 0): RawNode {
    const offset = node?.range?.[0] ?? fallbackOffset;
    if (node === null || this.#isTooMuch(depth, offset)) return { kind: "scalar", value: null, offset };
    const plain = this.#untagged(node, depth, offset);
    const intrinsic = node.tag === undefined ? undefined : longForm(node.tag);
    return intrinsic === undefined ? plain : expandTag(intrinsic, plain, offset);
  }

  #untagged(node: Node, depth: number, offset: number): RawNode {
    if (isAlias(node)) {
      const target = node.resolve(this.#document);
      if (target === undefined) {
        this.#report(offset, `the anchor *${node.source.slice(0, 40)} is not defined before this line`);
        return { kind: "scalar", value: null, offset };
      }
      return this.convert(target, depth + 1, offset);
    }
    if (isMap(node)) {
      const entries: RawEntry[] = [];
      for (const pair of node.items) this.#addPair(entries, pair as Pair<Node, Node | null>, depth);
      return { kind: "map", entries, offset };
    }
    if (isSeq(node)) {
      return {
        kind: "list",
        items: node.items.map((item) => this.convert(item as Node | null, depth + 1, offset)),
        offset,
      };
    }
    return { kind: "scalar", value: isScalar(node) ? scalarValue(node.value, node.source) : null, offset };
  }

  #addPair(entries: RawEntry[], pair: Pair<Node, Node | null>, depth: number): void {
    const keyOffset = pair.key?.range?.[0] ?? 0;
    const key = isScalar(pair.key) ? String(pair.key.source ?? pair.key.value) : String(pair.key);
    const node = this.convert(pair.value, depth + 1, keyOffset);
    if (key !== "<<") entries.push({ key, keyOffset, node });
    else {
      // Merged keys come first, so that the map's own win.
      const merged = node.kind === "list" ? node.items : [node];
      entries.unshift(...merged.flatMap((one) => (one.kind === "map" ? one.entries : [])));
    }
  }

  #isTooMuch(depth: number, offset: number): boolean {
    if (this.#gaveUp) return true;
    if (depth <= DEPTH_MAX && ++this.#nodes <= NODES_MAX) return false;
    this.#gaveUp = true;
    this.#report(
      offset,
      depth > DEPTH_MAX
        ? `nesting is deeper than ${DEPTH_MAX}; an anchor may contain itself`
        : `the document has more than ${NODES_MAX} values once its anchors are expanded`,
    );
    return true;
  }

  #report(offset: number, message: string): void {
    this.problems.push({ spot: { source: this.#source, offset }, message });
  }
}

function longForm(tag: string): string | undefined {
  if (!tag.startsWith("!") || tag.startsWith("!!")) return undefined;
  const name = tag.slice(1);
  return name === "Ref" || name === "Condition" ? name : `Fn::${name}`;
}

function expandTag(name: string, node: RawNode, offset: number): RawNode {
  return { kind: "map", entries: [{ key: name, keyOffset: offset, node: splitGetAtt(name, node) }], offset };
}

/** `!GetAtt Table.StreamArn` names the attribute after the first dot; the long form has a list. */
function splitGetAtt(name: string, node: RawNode): RawNode {
  if (name !== "Fn::GetAtt" || node.kind !== "scalar" || typeof node.value !== "string") return node;
  const dot = node.value.indexOf(".");
  if (dot === -1) return node;
  const part = (value: string): RawNode => ({ kind: "scalar", value, offset: node.offset });
  return {
    kind: "list",
    items: [part(node.value.slice(0, dot)), part(node.value.slice(dot + 1))],
    offset: node.offset,
  };
}

/** Account ids with a leading zero, versions like 2012-10-17 and 1.10 keep their text; yes and on are words. */
function scalarValue(value: unknown, source: string | undefined): string | number | boolean | null {
  if (typeof value === "number") return source !== undefined && String(value) !== source ? source : value;
  if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
  if (typeof value === "bigint") return String(value);
  return source ?? null;
}
