/**
 * The edits that take grants out of a function's source: items of lists, then lists that are left empty, then `grants`
 * itself. Everything else stays to the byte: formatting, comments, the order. A grant that no list literal holds (one that
 * code makes) is left to its author.
 */
import { parseSync } from "oxc-parser";
import type { SourceText } from "../../source/source-text.ts";
import type { Edit } from "../patch.ts";

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** A list of things between brackets, of which some go. */
interface Holder {
  readonly node: Node;
  readonly items: readonly Node[];
  readonly gone: Set<number>;
}

const NODES_MAX = 500_000;

/** `offsets`: where the grants that go are written. Also tells which of them it could not take out. */
export function narrowingEdits(
  source: SourceText,
  offsets: ReadonlySet<number>,
): { readonly edits: readonly Edit[]; readonly left: ReadonlySet<number> } {
  const parents = parentsOf(source);
  const holders = new Map<Node, Holder>();
  const left = new Set(offsets);
  for (const [node, parent] of parents) {
    if (parent?.type !== "ArrayExpression" || !offsets.has(node.start)) continue;
    take(holders, parent, node);
    left.delete(node.start);
  }
  for (const holder of holders.values()) climb(holder, holders, parents);
  const outer = [...holders.values()].filter((holder) => !isInside(holder, holders, parents));
  return { edits: outer.flatMap((holder) => removals(source.text, holder)), left };
}

/** An empty list is taken out with its key, and so is a map that is left empty by that. */
function climb(holder: Holder, holders: Map<Node, Holder>, parents: ReadonlyMap<Node, Node | undefined>): void {
  if (holder.gone.size < holder.items.length) return;
  const property = parents.get(holder.node);
  const object = property && parents.get(property);
  if (property?.type !== "Property" || object?.type !== "ObjectExpression") return;
  if (!GRANTS_KEY.has(keyOf(property))) return;
  const above = take(holders, object, property);
  climb(above, holders, parents);
}

const GRANTS_KEY: ReadonlySet<string> = new Set(["fhir", "emits", "secrets", "egress", "grants"]);

function keyOf(property: Node): string {
  const { key } = property as Node & { readonly key?: { readonly name?: string; readonly value?: unknown } };
  return key?.name ?? String(key?.value);
}

function take(holders: Map<Node, Holder>, node: Node, item: Node): Holder {
  const known = holders.get(node);
  const holder = known ?? { node, items: itemsOf(node), gone: new Set<number>() };
  holders.set(node, holder);
  holder.gone.add(holder.items.indexOf(item));
  return holder;
}

function itemsOf(node: Node): readonly Node[] {
  const { elements, properties } = node as { readonly elements?: readonly (Node | null)[] } & {
    readonly properties?: readonly Node[];
  };
  return (elements ?? properties ?? []).filter((item) => item !== null);
}

/** Whether it goes with something around it. */
function isInside(
  { node }: Holder,
  holders: ReadonlyMap<Node, Holder>,
  parents: ReadonlyMap<Node, Node | undefined>,
): boolean {
  for (let at = node; ;) {
    const parent = parents.get(at);
    if (!parent) return false;
    const holder = holders.get(parent);
    if (holder?.gone.has(holder.items.indexOf(at)) === true) return true;
    at = parent;
  }
}

function removals(text: string, { items, gone }: Holder): readonly Edit[] {
  const lastKept = items.findLastIndex((_, index) => !gone.has(index));
  return items.flatMap((item, index): readonly Edit[] => {
    if (!gone.has(index)) return [];
    const whole = wholeLines(text, item);
    if (whole) return [whole];
    const [before, next] = [items[index - 1], items[index + 1]];
    if (index < lastKept || !before || lastKept === -1) {
      return [{ start: item.start, end: upTo(text, item.end, next?.start ?? item.end), text: "" }];
    }
    // The last ones go with the comma before them, where that does not go with a line.
    const isCommaGone = gone.has(index - 1) && wholeLines(text, before) !== undefined;
    const comma = isCommaGone ? -1 : commaIn(text, before.end, item.start);
    const between = text.slice(before.end, item.start);
    if (comma === -1) return [{ start: item.start, end: item.end, text: "" }];
    if (/^\s*,\s*$/.test(between)) return [{ start: before.end, end: item.end, text: "" }];
    return [
      { start: comma, end: comma + 1, text: "" },
      { start: item.start, end: item.end, text: "" },
    ];
  });
}

/** Outside of comments. */
function commaIn(text: string, from: number, until: number): number {
  const blanked = text
    .slice(from, until)
    .replaceAll(/\/\/[^\n]*|\/\*.*?\*\//gs, (comment) => " ".repeat(comment.length));
  const at = blanked.indexOf(",");
  return at === -1 ? -1 : from + at;
}

/** An item that has its lines for itself goes with them, and with what is said of it at their end. */
function wholeLines(text: string, { start, end }: Node): Edit | undefined {
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const rest = /^[ \t]*,?[ \t]*(?:\/\/[^\n]*|\/\*(?:(?!\*\/)[^\n])*\*\/[ \t]*)?(?:\r?\n|$)/.exec(text.slice(end));
  if (text.slice(lineStart, start).trim() !== "" || !rest) return undefined;
  return { start: lineStart, end: end + rest[0].length, text: "" };
}

/** Over the comma and blanks towards the next item, and not over a line's end or a comment. */
function upTo(text: string, end: number, next: number): number {
  return end + (/^(?:\s*,)?[ \t]*/.exec(text.slice(end, next))?.[0].length ?? 0);
}

function parentsOf(source: SourceText): ReadonlyMap<Node, Node | undefined> {
  const { program } = parseSync(source.file, source.text);
  const parents = new Map<Node, Node | undefined>();
  const waiting: (readonly [value: unknown, parent: Node | undefined])[] = [[program, undefined]];
  for (let at = waiting.pop(); at !== undefined && parents.size < NODES_MAX; at = waiting.pop()) {
    const [value, parent] = at;
    if (Array.isArray(value)) {
      for (const item of value) waiting.push([item, parent]);
    } else if (isNode(value)) {
      parents.set(value, parent);
      for (const child of Object.values(value)) {
        if (typeof child === "object" && child !== null) waiting.push([child, value]);
      }
    }
  }
  return parents;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}
