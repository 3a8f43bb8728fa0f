/**
 * A resource of which only those elements are parsed that somebody asks for: a hit of an index is matched again by one
 * or two of them, and then leaves as the text that it is.
 *
 * INVARIANT: an element is what parsing the whole text would give. The text is one that was sealed: a resource that is
 * valid R4, as `writeJson` writes it, without white space between tokens and without escapes in the names of elements.
 */
import type { JsonObject, JsonValue } from "../json.ts";

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
/** `[` and `{`, `]` and `}` differ in this bit alone. */
const CURLY = 0x20;
const OPENING = 0x7b;
const CLOSING = 0x7d;

/** Behind `{"resourceType":`. */
const TYPE_AT = 16;

/**
 * `names`: of all its elements but the first one, its type, in their order. Members are read alone, and none can be
 * listed. MUST be a resource that `JSON.parse` loses nothing of.
 */
export function elementsOf(type: string, json: Buffer, names: readonly string[]): JsonObject {
  return new Proxy<JsonObject>(NOTHING, new Elements(type, json, names));
}

const NOTHING: JsonObject = Object.freeze({});

class Elements implements ProxyHandler<JsonObject> {
  readonly #type: string;
  readonly #json: Buffer;
  readonly #names: readonly string[];
  /** Of the values that were come upon; first that of the type. */
  readonly #ends: number[];
  readonly #values: (JsonValue | undefined)[] = [];

  constructor(type: string, json: Buffer, names: readonly string[]) {
    this.#type = type;
    this.#json = json;
    this.#names = names;
    this.#ends = [endOfValue(json, TYPE_AT)];
  }

  get(_: JsonObject, name: string): JsonValue | undefined {
    const place = this.#names.indexOf(name);
    if (place < 0) return name === "resourceType" ? this.#type : undefined;
    return (this.#values[place] ??= this.#read(place));
  }

  #read(place: number): JsonValue | undefined {
    const [json, ends] = [this.#json, this.#ends];
    while (ends.length <= place + 1) {
      const start = this.#startOf(ends.length - 1);
      // A head that names other elements than there are is one of no use.
      if (json[start - 1] !== COLON || json[start - 2] !== QUOTE) return this.#readWhole(place);
      ends.push(endOfValue(json, start));
    }
    return JSON.parse(json.toString("utf8", this.#startOf(place), ends[place + 1])) as JsonValue;
  }

  #readWhole(place: number): JsonValue | undefined {
    return (JSON.parse(this.#json.toString("utf8")) as JsonObject)[this.#names[place] as string];
  }

  /** Behind a comma and a name in quotes with its colon. */
  #startOf(place: number): number {
    return (this.#ends[place] as number) + (this.#names[place] as string).length + 4;
  }
}

/** Where the comma is that follows the value at `from`, or the end of the resource. */
function endOfValue(json: Buffer, from: number): number {
  let depth = 0;
  for (let at = from; at < json.length; at++) {
    const byte = json[at] as number;
    if (byte === QUOTE) at = endOfString(json, at);
    else if (byte === COMMA) {
      if (depth === 0) return at;
    } else if ((byte | CURLY) === OPENING) depth++;
    else if ((byte | CURLY) === CLOSING && depth-- === 0) return at;
  }
  return json.length;
}

/** Of the quote that ends the string which one at `from` begins. */
function endOfString(json: Buffer, from: number): number {
  let at = from + 1;
  while (json[at] !== QUOTE && at < json.length) at += json[at] === BACKSLASH ? 2 : 1;
  return at;
}
