/** Quoted texts and heredocs: literal parts and `${…}`. `%{…}` directives are kept as a part that is not known. */
import type { HclExpression } from "./hcl-tree.ts";

export class HclMistake extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** Reads an expression that stands alone; `base` is where it begins in the file. */
export type ReadExpression = (text: string, base: number, depth: number) => HclExpression;

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" };

/** `base` is where `text` begins in the file, `offset` where the value does. */
export function parseTemplate(
  text: string,
  { base, offset, escapes, depth }: { base: number; offset: number; escapes: boolean; depth: number },
  read: ReadExpression,
): HclExpression {
  const parts: HclExpression[] = [];
  let literal = "";
  const flush = (): void => {
    if (literal !== "") parts.push({ kind: "literal", value: literal, offset });
    literal = "";
  };
  for (let at = 0; at < text.length;) {
    const character = text[at] ?? "";
    const opens = (character === "$" || character === "%") && text[at + 1] === "{";
    if (opens && text[at - 1] === character && literal.endsWith(character)) {
      // `$${` is a literal `${`.
      literal += "{";
      at += 2;
    } else if (opens) {
      flush();
      const end = endOfInterpolation(text, at + 2);
      if (end === -1) throw new HclMistake('"}" was expected: an expression in the text does not end', base + at);
      const inner = text
        .slice(at + 2, end)
        .replace(/^~/, " ")
        .replace(/~$/, "");
      parts.push(character === "%" ? { kind: "directive", offset } : read(inner, base + at + 2, depth + 1));
      at = end + 1;
    } else if (escapes && character === "\\") {
      const [decoded, length] = decodeEscape(text, at);
      literal += decoded;
      at += length;
    } else {
      literal += character;
      at++;
    }
  }
  flush();
  const [only] = parts;
  if (!only) return { kind: "literal", value: "", offset };
  if (parts.length === 1 && only.kind === "literal") return only;
  return { kind: "template", parts, offset };
}

function endOfInterpolation(text: string, from: number): number {
  const stack: ("brace" | "string")[] = ["brace"];
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (stack.at(-1) === "string") {
      if (character === "\\") at++;
      else if (character === "$" && text[at + 1] === "{") {
        stack.push("brace");
        at++;
      } else if (character === '"') stack.pop();
    } else if (character === '"') stack.push("string");
    else if (character === "{") stack.push("brace");
    else if (character === "}") {
      stack.pop();
      if (stack.length === 0) return at;
    }
  }
  return -1;
}

function decodeEscape(text: string, at: number): readonly [decoded: string, length: number] {
  const next = text[at + 1] ?? "";
  const unicode = /^\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/.exec(text.slice(at, at + 10));
  if (unicode) {
    const code = Number.parseInt(unicode[1] ?? unicode[2] ?? "0", 16);
    return [code <= 0x10_ff_ff ? String.fromCodePoint(code) : "\uFFFD", unicode[0].length];
  }
  return [ESCAPES[next] ?? next, 2];
}
