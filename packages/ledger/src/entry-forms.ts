/**
 * Forms that an entry's values may have, and the canonical text (RFC 8785) that they are written into.
 *
 * INVARIANT: no form lets in a character that JSON would escape, nor one outside ASCII, so a text between quotes is its
 * own serialization, and its bytes are its characters.
 */
import { assert } from "@ward/core";

/** Writes the value's canonical text; answers false where the value is not of the form, whatever it wrote till then. */
export type Form = (value: unknown, text: CanonicalText) => boolean;

/** The longest that a form may write, with room to spare for what is refused only for being too long. */
const SCRATCH_BYTES = 2 ** 18;
const LIST_MAX = 256;
const REMEMBERED = 1_024;
const QUOTE = '"'.charCodeAt(0);

/** Bytes of one text after the other, made in one place: strings put together would be copied over and over. */
export class CanonicalText {
  readonly #bytes = Buffer.allocUnsafe(SCRATCH_BYTES);
  #length = 0;

  clear(): void {
    this.#length = 0;
  }

  write(ascii: string): void {
    const bytes = this.#bytes;
    const start = this.#length;
    for (let at = 0; at < ascii.length; at += 1) bytes[start + at] = ascii.charCodeAt(at);
    this.#length = start + ascii.length;
  }

  quote(ascii: string): true {
    this.#bytes[this.#length++] = QUOTE;
    this.write(ascii);
    this.#bytes[this.#length++] = QUOTE;
    return true;
  }

  get length(): number {
    return this.#length;
  }

  copy(): Buffer {
    assert(this.#length <= SCRATCH_BYTES, "no entry is longer than its lists can be");
    const copy = Buffer.allocUnsafe(this.#length);
    this.#bytes.copy(copy, 0, 0, this.#length);
    return copy;
  }
}

export function codeOf(codes: readonly string[]): Form {
  const known = new Set<unknown>(codes);
  return (value, text) => known.has(value) && text.quote(value as string);
}

export function matching(pattern: RegExp): Form {
  return (value, text) => typeof value === "string" && pattern.test(value) && text.quote(value);
}

/** For what stands in entry after entry: the last values that had the form are not looked at again. */
export function recurring(pattern: RegExp): Form {
  const seen = new Set<unknown>();
  return (value, text) => {
    if (!seen.has(value)) {
      if (typeof value !== "string" || !pattern.test(value)) return false;
      if (seen.size >= REMEMBERED) seen.clear();
      seen.add(value);
    }
    return text.quote(value as string);
  };
}

/** So many characters of an alphabet. */
export function symbols(alphabet: string, length: number): Form {
  const isKnown = new Uint8Array(128);
  for (const symbol of alphabet) isKnown[symbol.charCodeAt(0)] = 1;
  return (value, text) => {
    if (typeof value !== "string" || value.length !== length) return false;
    for (let at = 0; at < length; at += 1) if (isKnown[value.charCodeAt(at)] !== 1) return false;
    return text.quote(value);
  };
}

export function listOf(form: Form): Form {
  return (value, text) => {
    if (!Array.isArray(value)) return false;
    let length = 0;
    text.write("[");
    for (const element of value as readonly unknown[]) {
      if (length > 0) text.write(",");
      length += 1;
      if (length > LIST_MAX || !form(element, text)) return false;
    }
    text.write("]");
    return true;
  };
}

/** As ECMAScript writes it: in digits, and -0 as 0. */
export function wholeNumber(value: unknown, text: CanonicalText): boolean {
  if (!Number.isSafeInteger(value) || (value as number) < 0) return false;
  text.write(String(value));
  return true;
}

const MOMENT = /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** `2025-01-01T00:00:00.000Z`, on a day that there is. */
export function moment(value: unknown, text: CanonicalText): boolean {
  if (typeof value !== "string" || !MOMENT.test(value)) return false;
  const [year, month, day] = [numberAt(value, 0, 4), numberAt(value, 5, 7), numberAt(value, 8, 10)];
  if (day < 1 || day > (DAYS[month - 1] ?? 0)) return false;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return (isLeap || month !== 2 || day < 29) && text.quote(value);
}

function numberAt(text: string, start: number, end: number): number {
  let number = 0;
  for (let at = start; at < end; at += 1) number = number * 10 + text.charCodeAt(at) - 48;
  return number;
}
