/** JSON that is a text in the input (policies, state machines), as a value; places that are open stay open inside it. */
import { readJson } from "../source/read-json.ts";
import { SourceText } from "../source/source-text.ts";
import type { RawNode } from "../source/raw-node.ts";
import { joinText, list, map, scalar, type Reference, type Unknown, type Value } from "./value.ts";

/** Characters of a private use area stand for the open parts while the text is parsed. */
const MARK = "\uE000";
const MARKED = /\uE000(\d+)\uE001/;

/** Undefined where the value is no text, or the text no JSON object or list. */
export function parseJsonText(value: Value): Value | undefined {
  const open: (Reference | Unknown)[] = [];
  const text = jsonTextOf(value, open);
  if (text === undefined || !/^\s*[{[]/.test(text)) return undefined;
  const { root } = readJson(new SourceText("", text));
  return root ? build(root, value, open) : undefined;
}

function jsonTextOf(value: Value, open: (Reference | Unknown)[]): string | undefined {
  if (value.kind === "scalar") return typeof value.value === "string" ? value.value : undefined;
  if (value.kind !== "text") return undefined;
  return value.parts.map((part) => (typeof part === "string" ? part : `${MARK}${open.push(part) - 1}\uE001`)).join("");
}

function build(node: RawNode, { spot }: Value, open: readonly (Reference | Unknown)[]): Value {
  const visit = (raw: RawNode): Value => {
    if (raw.kind === "list") return list(raw.items.map(visit), spot);
    if (raw.kind === "map")
      return map(
        raw.entries.map(({ key, node: child }) => [key, visit(child)] as const),
        spot,
      );
    if (typeof raw.value !== "string" || !raw.value.includes(MARK)) return scalar(raw.value, spot);
    const pieces = raw.value.split(MARKED).map((piece, index): Value => {
      return index % 2 === 0 ? scalar(piece, spot) : (open[Number(piece)] ?? scalar("", spot));
    });
    return joinText(
      pieces.filter((piece) => piece.kind !== "scalar" || piece.value !== ""),
      spot,
    );
  };
  return visit(node);
}
