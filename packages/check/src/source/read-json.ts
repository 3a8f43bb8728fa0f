/**
 * JSON (RFC 8259) with offsets. `JSON.parse` has none, and a YAML parser takes twenty times as long over a synthesized
 * template of a megabyte. Linear in the input, bounded in depth and size; stops at the first mistake and says where.
 */
import { DEPTH_MAX, NODES_MAX, type RawEntry, type RawNode } from "./raw-node.ts";
import type { SourceProblem, SourceText } from "./source-text.ts";

export interface RawDocument {
  readonly root: RawNode | undefined;
  readonly problems: readonly SourceProblem[];
}

const LITERALS: readonly (readonly [string, true | false | null])[] = [
  ["true", true],
  ["false", false],
  ["null", null],
];
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// oxlint-disable-next-line no-control-regex -- JSON forbids exactly these in strings
const PLAIN_STRING = /"([^"\\\u0000-\u001f]*)"/y;

export function readJson(source: SourceText): RawDocument {
  const reader = new JsonReader(source.text);
  try {
    return { root: reader.document(), problems: [] };
  } catch (thrown) {
    if (!(thrown instanceof JsonMistake)) throw thrown;
    return { root: undefined, problems: [{ spot: { source, offset: thrown.offset }, message: thrown.message }] };
  }
}

class JsonMistake extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

class JsonReader {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  #nodes = 0;

  constructor(text: string) {
    this.#text = text;
    if (text.startsWith("\uFEFF")) this.#at = 1;
  }

  document(): RawNode {
    const root = this.#value();
    this.#skipSpace();
    if (this.#at < this.#text.length) this.#refuse("nothing more was expected after the JSON value");
    return root;
  }

  #value(): RawNode {
    this.#skipSpace();
    if (++this.#nodes > NODES_MAX) this.#refuse(`the document has more than ${NODES_MAX} values`);
    const offset = this.#at;
    switch (this.#text[offset]) {
      case "{":
        return this.#map(offset);
      case "[":
        return this.#list(offset);
      case '"':
        return { kind: "scalar", value: this.#string(), offset };
      default:
        return this.#literal(offset);
    }
  }

  #map(offset: number): RawNode {
    this.#descend();
    const entries: RawEntry[] = [];
    if (!this.#closes("}")) {
      do {
        this.#skipSpace();
        const keyOffset = this.#at;
        if (this.#text[keyOffset] !== '"') this.#refuse('a key in double quotes was expected, or "}"');
        const key = this.#string();
        this.#skipSpace();
        if (this.#text[this.#at] !== ":") this.#refuse('":" was expected after the key');
        this.#at++;
        entries.push({ key, keyOffset, node: this.#value() });
      } while (this.#continues("}"));
    }
    this.#depth--;
    return { kind: "map", entries, offset };
  }

  #list(offset: number): RawNode {
    this.#descend();
    const items: RawNode[] = [];
    if (!this.#closes("]")) {
      do items.push(this.#value());
      while (this.#continues("]"));
    }
    this.#depth--;
    return { kind: "list", items, offset };
  }

  #string(): string {
    PLAIN_STRING.lastIndex = this.#at;
    const plain = PLAIN_STRING.exec(this.#text);
    if (plain) {
      this.#at = PLAIN_STRING.lastIndex;
      return plain[1] ?? "";
    }
    const start = this.#at;
    let at = start + 1;
    while (at < this.#text.length && this.#text[at] !== '"') at += this.#text[at] === "\\" ? 2 : 1;
    if (at >= this.#text.length) this.#refuse("the string that begins here does not end");
    this.#at = at + 1;
    try {
      return JSON.parse(this.#text.slice(start, this.#at)) as string;
    } catch {
      this.#at = start;
      return this.#refuse("the string that begins here has an invalid escape or a control character");
    }
  }

  #literal(offset: number): RawNode {
    for (const [word, value] of LITERALS) {
      if (this.#text.startsWith(word, offset)) {
        this.#at = offset + word.length;
        return { kind: "scalar", value, offset };
      }
    }
    NUMBER.lastIndex = offset;
    const number = NUMBER.exec(this.#text);
    if (!number) return this.#refuse("a JSON value was expected");
    this.#at = NUMBER.lastIndex;
    return { kind: "scalar", value: exactNumber(number[0]), offset };
  }

  #descend(): void {
    if (++this.#depth > DEPTH_MAX) this.#refuse(`nesting is deeper than ${DEPTH_MAX}`);
    this.#at++;
  }

  #closes(end: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== end) return false;
    this.#at++;
    return true;
  }

  #continues(end: string): boolean {
    this.#skipSpace();
    const next = this.#text[this.#at];
    if (next !== "," && next !== end) this.#refuse(`"," or "${end}" was expected`);
    this.#at++;
    return next === ",";
  }

  #skipSpace(): void {
    while (this.#at < this.#text.length) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return;
      this.#at++;
    }
  }

  #refuse(message: string): never {
    throw new JsonMistake(message, Math.min(this.#at, this.#text.length));
  }
}

/** Account ids and the like are longer than a double is exact; such a number stays the text that it is. */
function exactNumber(text: string): number | string {
  const number = Number(text);
  return Number.isInteger(number) && !Number.isSafeInteger(number) ? text : number;
}
