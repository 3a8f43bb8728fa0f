/**
 * The answers that a file of JSON holds: one value, several one after the other as a shell's loop leaves them, or one that
 * is too large to be read in one, whose items are then read one by one. An account's snapshot has a hundred thousand of them.
 */
import { plainValueAt } from "../graph/plain-value.ts";
import { list, map, scalar, type Value } from "../graph/value.ts";
import type { RawNode } from "../source/raw-node.ts";
import { readJson } from "../source/read-json.ts";
import { SourceText, type SourceProblem } from "../source/source-text.ts";

const ANSWERS_MAX = 500;
const ITEMS_MAX = 500_000;
/** What the reader of JSON says of a document that is larger than templates are. */
const TOO_LARGE = /more than \d+ values/;

export function answersIn(source: SourceText, problems: SourceProblem[]): readonly Value[] {
  const whole = readJson(source);
  if (whole.root) return [plainValueAt(whole.root, source)];
  const parts = separate(source.text, 0, ANSWERS_MAX);
  if (parts.length > 1) return readParts(parts, source, problems);
  if (!TOO_LARGE.test(whole.problems[0]?.message ?? "")) {
    problems.push(...whole.problems);
    return [];
  }
  if (/^\s*\[/.test(source.text)) return readParts(separate(source.text, 1, ITEMS_MAX), source, problems);
  return [itemsOfSnapshot(source, readParts(separate(source.text, 2, ITEMS_MAX), source, problems))];
}

/** As AWS Config delivers it; the id of the delivery says that it is of the whole account. */
function itemsOfSnapshot(source: SourceText, items: readonly Value[]): Value {
  const spot = { source, offset: 0 };
  const id = /"configSnapshotId"\s*:\s*"([^"]*)"/.exec(source.text.slice(0, 4096))?.[1];
  return map(
    [
      ...(id === undefined ? [] : [["configSnapshotId", scalar(id, spot)] as const]),
      ["configurationItems", list(items, spot)] as const,
    ],
    spot,
  );
}

function readParts(
  parts: readonly (readonly [number, number])[],
  source: SourceText,
  problems: SourceProblem[],
): readonly Value[] {
  return parts.flatMap(([from, until]) => {
    const part = readJson(new SourceText(source.file, source.text.slice(from, until)));
    problems.push(
      ...part.problems.map(({ spot, message }) => ({ spot: { source, offset: spot.offset + from }, message })),
    );
    return part.root ? [plainValueAt(shifted(part.root, from), source)] : [];
  });
}

function shifted(node: RawNode, by: number): RawNode {
  const offset = node.offset + by;
  if (node.kind === "scalar") return { ...node, offset };
  if (node.kind === "list") return { ...node, offset, items: node.items.map((item) => shifted(item, by)) };
  const entries = node.entries.map(({ key, keyOffset, node: child }) => {
    return { key, keyOffset: keyOffset + by, node: shifted(child, by) };
  });
  return { ...node, offset, entries };
}

/** Where each object or list that stands so many brackets deep begins and ends. */
function separate(text: string, level: number, max: number): readonly (readonly [number, number])[] {
  const parts: (readonly [number, number])[] = [];
  let [depth, from, isText] = [0, -1, false];
  for (let at = 0; at < text.length && parts.length < max; at++) {
    const char = text[at];
    if (isText) {
      if (char === "\\") at++;
      else if (char === '"') isText = false;
    } else if (char === '"') isText = true;
    else if (char === "{" || char === "[") {
      if (depth++ === level) from = at;
    } else if ((char === "}" || char === "]") && depth > 0 && --depth === level && from >= 0) {
      parts.push([from, at + 1]);
      from = -1;
    }
  }
  // What is cut off is a part too, so that it is said.
  if (from >= 0) parts.push([from, text.length]);
  return parts;
}
