/**
 * Changes of a template's text by its own tree, so that comments, order and formatting elsewhere stay. YAML is written as
 * YAML, in a line where what it goes into is written in a line; JSON as JSON.
 */
import { isMap, isPair, isScalar, isSeq, parseDocument, type Document, type Pair, type YAMLMap } from "yaml";
import type { SourceText } from "../../../source/source-text.ts";
import type { Edit } from "../../patch.ts";
import { asFlow, asJson, asYaml, type Written } from "./render.ts";

export class TemplateEdits {
  readonly source: SourceText;
  readonly #document: Document;
  readonly #isJson: boolean;

  constructor(source: SourceText) {
    this.source = source;
    this.#isJson = /^\uFEFF?\s*\{/.test(source.text) && source.file.endsWith(".json");
    this.#document = parseDocument(source.text, { logLevel: "silent", merge: true });
  }

  /** Sets an entry of a map that is there; undefined where the text has another shape. */
  set(path: readonly string[], key: string, data: Written): Edit | undefined {
    const map = this.#mapAt(path);
    if (!map) return undefined;
    const pair = pairOf(map, key);
    const last = map.items.at(-1);
    const column = columnOf(this.source.text, startOf(map.items[0]) ?? 0);
    if (pair) {
      const [start, end] = [startOf(pair), endOf(pair)];
      if (start === undefined || end === undefined) return undefined;
      return { start, end: this.#trimmed(start, end), text: this.#entry(key, data, column, map.flow === true) };
    }
    const [from, until] = [startOf(last), endOf(last)];
    if (from === undefined || until === undefined) return undefined;
    const end = this.#trimmed(from, until);
    const text = this.#entry(key, data, column, map.flow === true);
    if (map.flow === true)
      return { start: end, end, text: this.#isJson ? `,\n${" ".repeat(column)}${text}` : `, ${text}` };
    return { start: end, end, text: `\n${" ".repeat(column)}${text}` };
  }

  /** Keeps some items of a list; undefined where it is written otherwise. */
  keepItems(path: readonly string[], key: string, keep: (index: number) => boolean): Edit | undefined {
    const map = this.#mapAt(path);
    const pair = map && pairOf(map, key);
    if (!map || !pair || !isSeq(pair.value) || !pair.value.range) return undefined;
    const kept = pair.value.items.flatMap((item, index) => {
      const range = (item as { range?: [number, number, number] }).range;
      return keep(index) && range ? [this.source.text.slice(range[0], range[1])] : [];
    });
    const [start, until] = [startOf(pair), endOf(pair)];
    if (start === undefined || until === undefined) return undefined;
    const end = this.#trimmed(start, until);
    const column = columnOf(this.source.text, start);
    const name = this.#isJson ? `"${key}"` : key;
    if (this.#isJson || pair.value.flow === true || kept.length === 0)
      return { start, end, text: `${name}: [${kept.join(", ")}]` };
    return { start, end, text: `${name}:${kept.map((item) => `\n${" ".repeat(column + 2)}- ${item}`).join("")}` };
  }

  /** Removes an entry of a map written in lines, with its lines. */
  remove(path: readonly string[], key: string): Edit | undefined {
    const map = this.#mapAt(path);
    const pair = map && pairOf(map, key);
    const [start, end] = [startOf(pair), endOf(pair)];
    if (!map || map.flow === true || start === undefined || end === undefined) return undefined;
    const { text } = this.source;
    const lineStart = text.lastIndexOf("\n", start - 1) + 1;
    const lineEnd = text.indexOf("\n", end - 1);
    return { start: lineStart, end: lineEnd === -1 ? text.length : lineEnd + 1, text: "" };
  }

  /** A block's range holds the line's end after it. */
  #trimmed(start: number, end: number): number {
    return start + this.source.text.slice(start, end).trimEnd().length;
  }

  #entry(key: string, data: Written, column: number, isFlow: boolean): string {
    if (this.#isJson) return `"${key}": ${asJson(data, " ".repeat(column), stepOf(this.source.text))}`;
    if (isFlow) return `${key}: ${asFlow(data)}`;
    const block = asYaml(data, " ".repeat(column + 2));
    return `${key}:${block.startsWith("\n") ? block : ` ${block}`}`;
  }

  #mapAt(path: readonly string[]): YAMLMap | undefined {
    let at: unknown = this.#document.contents;
    for (const key of path) at = isMap(at) ? pairOf(at, key)?.value : undefined;
    return isMap(at) ? at : undefined;
  }
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.findLast((pair) => isPair(pair) && isScalar(pair.key) && pair.key.value === key);
}

function startOf(pair: Pair | undefined): number | undefined {
  return (pair?.key as { range?: [number, number, number] } | undefined)?.range?.[0];
}

function endOf(pair: Pair | undefined): number | undefined {
  return ((pair?.value ?? pair?.key) as { range?: [number, number, number] } | undefined)?.range?.[1];
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf("\n", offset - 1) + 1);
}

function stepOf(text: string): string {
  return /\n([ \t]+)"/.exec(text)?.[1] ?? "  ";
}
