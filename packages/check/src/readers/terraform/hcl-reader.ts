/**
 * HCL's native syntax to a tree. Ours, because the libraries there are give JSON without lines and columns and leave
 * expressions as text, which would need this parser all the same (docs/decisions/0041). Linear in the input, bounded in
 * depth; after a mistake it goes on at the next top-level block, so that the rest of a file is still judged.
 */
import type { SourceProblem, SourceText } from "../../source/source-text.ts";
import type { HclAttribute, HclBlock, HclBody, HclExpression } from "./hcl-tree.ts";
import { HclMistake, parseTemplate } from "./hcl-template.ts";

const DEPTH_MAX = 150;
const IDENTIFIER = /[\p{L}_][\p{L}\p{N}_-]*/uy;
const NUMBER = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const SPACE = /(?:[ \t\r]+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/)+/y;
const SPACE_AND_LINES = /(?:[ \t\r\n]+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/)+/y;
const HEREDOC = /<<(-?)([\p{L}_][\p{L}\p{N}_-]*)\r?\n/uy;

/** From weakest to strongest. */
const BINARY: readonly (readonly string[])[] = [
  ["||"],
  ["&&"],
  ["==", "!="],
  [">=", "<=", ">", "<"],
  ["+", "-"],
  ["*", "/", "%"],
];

export function readHcl(source: SourceText): { readonly body: HclBody; readonly problems: readonly SourceProblem[] } {
  const reader = new HclReader(source.text);
  const problems: SourceProblem[] = [];
  const body = reader.document((offset, message) => problems.push({ spot: { source, offset }, message }));
  return { body, problems };
}

/** An expression that stands alone, as inside `${…}`. */
export function readHclExpression(text: string, base: number, depth: number): HclExpression {
  const reader = new HclReader(text, base, depth);
  return reader.alone();
}

class HclReader {
  readonly #text: string;
  readonly #base: number;
  #at = 0;
  #depth: number;
  /** Inside brackets a line's end is space. */
  #brackets = 0;

  constructor(text: string, base = 0, depth = 0) {
    this.#text = text;
    this.#base = base;
    this.#depth = depth;
    if (text.startsWith("\uFEFF")) this.#at = 1;
  }

  document(report: (offset: number, message: string) => void): HclBody {
    const attributes: HclAttribute[] = [];
    const blocks: HclBlock[] = [];
    for (;;) {
      this.#skipLines();
      if (this.#at >= this.#text.length) return { attributes, blocks };
      try {
        this.#item(attributes, blocks);
      } catch (thrown) {
        if (!(thrown instanceof HclMistake)) throw thrown;
        report(thrown.offset, thrown.message);
        this.#recover();
      }
    }
  }

  alone(): HclExpression {
    this.#brackets = 1;
    const expression = this.#expression();
    this.#skip();
    if (this.#at < this.#text.length) this.#refuse('"}" was expected after the expression');
    return expression;
  }

  #body(): HclBody {
    const attributes: HclAttribute[] = [];
    const blocks: HclBlock[] = [];
    const outer = this.#brackets;
    this.#brackets = 0;
    this.#descend();
    for (;;) {
      this.#skipLines();
      if (this.#at >= this.#text.length) this.#refuse('"}" was expected: a block does not end');
      if (this.#takes("}")) break;
      this.#item(attributes, blocks);
    }
    this.#depth--;
    this.#brackets = outer;
    return { attributes, blocks };
  }

  #item(attributes: HclAttribute[], blocks: HclBlock[]): void {
    const offset = this.#here();
    const name =
      this.#identifier() ?? this.#plainString() ?? this.#refuse("the name of an argument or block was expected");
    this.#skip();
    if (this.#text[this.#at] === "=" && this.#text[this.#at + 1] !== "=") {
      this.#at++;
      attributes.push({ name, offset, value: this.#expression() });
      return;
    }
    const labels: string[] = [];
    for (let label = this.#identifier() ?? this.#plainString(); label !== undefined;) {
      labels.push(label);
      this.#skip();
      label = this.#identifier() ?? this.#plainString();
    }
    this.#skip();
    if (!this.#takes("{")) this.#refuse(`"=" or "{" was expected after ${name.slice(0, 60)}`);
    blocks.push({ type: name, labels, offset, body: this.#body() });
  }

  #expression(): HclExpression {
    this.#descend();
    const test = this.#binary(0);
    this.#skip();
    let result = test;
    if (this.#takes("?")) {
      const whenTrue = this.#expression();
      this.#skip();
      if (!this.#takes(":")) this.#refuse('":" was expected in the conditional');
      result = { kind: "conditional", test, whenTrue, whenFalse: this.#expression(), offset: test.offset };
    }
    this.#depth--;
    return result;
  }

  #binary(level: number): HclExpression {
    const operators = BINARY[level];
    if (!operators) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      this.#skip();
      const operator = operators.find((one) => this.#text.startsWith(one, this.#at));
      if (operator === undefined) return left;
      this.#at += operator.length;
      left = { kind: "binary", operator, left, right: this.#binary(level + 1), offset: left.offset };
    }
  }

  #unary(): HclExpression {
    this.#skip();
    const offset = this.#here();
    const operator = this.#text[this.#at];
    if ((operator === "!" && this.#text[this.#at + 1] !== "=") || operator === "-") {
      this.#at++;
      this.#descend();
      const of = this.#unary();
      this.#depth--;
      return { kind: "unary", operator, of, offset };
    }
    return this.#traversal(this.#term());
  }

  #term(): HclExpression {
    const offset = this.#here();
    const next = this.#text[this.#at];
    if (next === "(") return this.#within(")", () => this.#expression());
    if (next === "[") return this.#within("]", () => this.#forOr("]") ?? this.#items(offset));
    if (next === "{") return this.#within("}", () => this.#forOr("}") ?? this.#entries(offset));
    if (next === '"') return this.#quoted();
    if (next === "<") return this.#heredoc();
    const number = this.#match(NUMBER);
    if (number !== undefined) return { kind: "literal", value: Number(number), offset };
    const name = this.#identifier();
    if (name === undefined) return this.#refuse("a value was expected");
    if (name === "true" || name === "false") return { kind: "literal", value: name === "true", offset };
    if (name === "null") return { kind: "literal", value: null, offset };
    if (this.#text[this.#at] !== "(") return { kind: "name", name, offset };
    return this.#within(")", () => this.#call(name, offset));
  }

  #call(name: string, offset: number): HclExpression {
    const args: HclExpression[] = [];
    for (this.#skip(); this.#text[this.#at] !== ")"; this.#skip()) {
      args.push(this.#expression());
      this.#skip();
      if (this.#text.startsWith("...", this.#at)) this.#at += 3;
      else if (!this.#takes(",")) break;
    }
    return { kind: "call", name, args, offset };
  }

  #items(offset: number): HclExpression {
    const items: HclExpression[] = [];
    for (this.#skip(); this.#text[this.#at] !== "]"; this.#skip()) {
      items.push(this.#expression());
      this.#skip();
      if (!this.#takes(",")) break;
    }
    return { kind: "list", items, offset };
  }

  #entries(offset: number): HclExpression {
    const entries: (readonly [HclExpression, HclExpression])[] = [];
    for (this.#skip(); this.#text[this.#at] !== "}"; this.#skip()) {
      const key = this.#expression();
      this.#skip();
      if (!this.#takes("=") && !this.#takes(":")) this.#refuse('"=" was expected after the key');
      const bare: HclExpression = key.kind === "name" ? { kind: "literal", value: key.name, offset: key.offset } : key;
      entries.push([bare, this.#expression()]);
      this.#skip();
      this.#takes(",");
    }
    return { kind: "object", entries, offset };
  }

  /** `for k, v in c : …` where it stands, else nothing is taken. */
  #forOr(end: "]" | "}"): HclExpression | undefined {
    this.#skip();
    const start = this.#at;
    const offset = this.#here();
    if (this.#identifier() !== "for") {
      this.#at = start;
      return undefined;
    }
    this.#skip();
    const first = this.#identifier();
    if (first === undefined) {
      this.#at = start;
      return undefined;
    }
    this.#skip();
    let second: string | undefined;
    if (this.#takes(",")) {
      this.#skip();
      second = this.#identifier();
    }
    this.#skip();
    if (this.#identifier() !== "in") this.#refuse('"in" was expected in the for expression');
    const collection = this.#expression();
    this.#skip();
    if (!this.#takes(":")) this.#refuse('":" was expected in the for expression');
    let value = this.#expression();
    this.#skip();
    let key: HclExpression | undefined;
    if (end === "}" && this.#text.startsWith("=>", this.#at)) {
      this.#at += 2;
      key = value;
      value = this.#expression();
      this.#skip();
      if (this.#text.startsWith("...", this.#at)) this.#at += 3;
    }
    this.#skip();
    const mark = this.#at;
    let test: HclExpression | undefined;
    if (this.#identifier() === "if") test = this.#expression();
    else this.#at = mark;
    return {
      kind: "for",
      valueName: second ?? first,
      collection,
      value,
      offset,
      ...(second === undefined ? {} : { keyName: first }),
      ...(key ? { key } : {}),
      ...(test ? { test } : {}),
    };
  }

  #traversal(term: HclExpression): HclExpression {
    let of = term;
    for (;;) {
      const offset = this.#here();
      if (this.#text[this.#at] === "." && this.#text[this.#at + 1] !== ".") {
        this.#at++;
        if (this.#takes("*")) {
          of = { kind: "splat", of, rest: this.#attributeNames(), offset };
          continue;
        }
        const legacyIndex = this.#match(/\d+/y);
        if (legacyIndex !== undefined) {
          of = { kind: "index", of, key: { kind: "literal", value: Number(legacyIndex), offset }, offset };
          continue;
        }
        const name = this.#identifier();
        if (name === undefined) return this.#refuse("the name of an attribute was expected after the dot");
        of = { kind: "attribute", of, name, offset };
      } else if (this.#text[this.#at] === "[") {
        if (/^\[\s*\*\s*\]/.test(this.#text.slice(this.#at, this.#at + 20))) {
          this.#at = this.#text.indexOf("]", this.#at) + 1;
          of = { kind: "splat", of, rest: this.#attributeNames(), offset };
          continue;
        }
        const key = this.#within("]", () => this.#expression());
        of = { kind: "index", of, key, offset };
      } else return of;
    }
  }

  #attributeNames(): readonly string[] {
    const names: string[] = [];
    while (this.#text[this.#at] === ".") {
      this.#at++;
      const name = this.#identifier();
      if (name === undefined) break;
      names.push(name);
    }
    return names;
  }

  #quoted(): HclExpression {
    const offset = this.#here();
    const start = this.#at + 1;
    const end = this.#endOfQuoted();
    this.#at = end + 1;
    return this.#template(this.#text.slice(start, end), start, offset, true);
  }

  /** Where the closing quote is; quotes inside `${…}` belong to the expression there. */
  #endOfQuoted(): number {
    let nested = 0;
    const inString: boolean[] = [true];
    for (let at = this.#at + 1; at < this.#text.length; at++) {
      const character = this.#text[at];
      const within = inString.at(-1);
      if (within === true) {
        if (character === "\\") at++;
        else if (character === "\n") break;
        else if (
          (character === "$" || character === "%") &&
          this.#text[at + 1] === "{" &&
          this.#text[at - 1] !== character
        ) {
          inString.push(false);
          nested++;
          at++;
        } else if (character === '"') {
          inString.pop();
          if (inString.length === 0) return at;
        }
      } else if (character === '"') inString.push(true);
      else if (character === "{") inString.push(false);
      else if (character === "}") inString.pop();
    }
    return this.#refuse(
      nested > 0
        ? "the text or an expression in it does not end"
        : "the text that begins here does not end on its line",
    );
  }

  #heredoc(): HclExpression {
    const offset = this.#here();
    HEREDOC.lastIndex = this.#at;
    const found = HEREDOC.exec(this.#text);
    if (!found) return this.#refuse("a value was expected");
    const start = HEREDOC.lastIndex;
    const closing = new RegExp(`^[ \\t]*${found[2] ?? ""}[ \\t]*\\r?$`, "gm");
    closing.lastIndex = start;
    const close = closing.exec(this.#text);
    if (!close)
      return this.#refuse(`the text that begins here does not end: ${(found[2] ?? "").slice(0, 40)} was expected`);
    this.#at = close.index + close[0].length;
    const text = this.#text.slice(start, close.index);
    return this.#template(found[1] === "-" ? dedent(text) : text, start, offset, false);
  }

  #template(text: string, start: number, offset: number, escapes: boolean): HclExpression {
    return parseTemplate(text, { base: this.#base + start, offset, escapes, depth: this.#depth }, readHclExpression);
  }

  #plainString(): string | undefined {
    if (this.#text[this.#at] !== '"') return undefined;
    const end = this.#endOfQuoted();
    const text = this.#text.slice(this.#at + 1, end);
    this.#at = end + 1;
    return text;
  }

  #within<Result>(end: string, read: () => Result): Result {
    this.#at++;
    this.#brackets++;
    const result = read();
    this.#skip();
    if (!this.#takes(end)) this.#refuse(`"${end}" was expected`);
    this.#brackets--;
    return result;
  }

  #identifier(): string | undefined {
    return this.#match(IDENTIFIER);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (!found) return undefined;
    this.#at = pattern.lastIndex;
    return found[0];
  }

  #takes(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #skip(): void {
    this.#match(this.#brackets > 0 ? SPACE_AND_LINES : SPACE);
  }

  #skipLines(): void {
    this.#match(SPACE_AND_LINES);
  }

  #descend(): void {
    if (++this.#depth > DEPTH_MAX) this.#refuse(`nesting is deeper than ${DEPTH_MAX}`);
  }

  #here(): number {
    return this.#base + this.#at;
  }

  #refuse(message: string): never {
    throw new HclMistake(message, this.#base + Math.min(this.#at, this.#text.length));
  }

  /** To the next line that begins in the first column with a name: where the next block most likely is. */
  #recover(): void {
    this.#brackets = 0;
    this.#depth = 0;
    const next = /\n(?=[a-z])/g;
    next.lastIndex = this.#at;
    this.#at = next.exec(this.#text) ? next.lastIndex : this.#text.length;
  }
}

function dedent(text: string): string {
  const lines = text.split("\n");
  const indents = lines.filter((line) => line.trim() !== "").map((line) => /^[ \t]*/.exec(line)?.[0].length ?? 0);
  const least = Math.min(...indents, 1_000);
  return lines.map((line) => line.slice(Math.min(least, line.length))).join("\n");
}
