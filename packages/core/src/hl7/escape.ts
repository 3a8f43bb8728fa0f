/**
 * Escape sequences (v2.5.1 §2.7): what stands in a field for a delimiter, a line break or a byte. Reading takes time
 * linear in the text. What cannot be turned into text (\C..\ and \M..\ switch character sets, \Z..\ is private) becomes
 * U+FFFD, so that a reader sees that something is missing; an unknown or unterminated sequence stays as it was sent.
 */
import { DEFAULT_DELIMITERS, type Delimiters } from "./delimiters.ts";

/** The two quotes by which a sender says "delete what you have" (v2.5.1 §2.5.3). */
export const NULL_VALUE = '""';

const MAX_REPEATED_BLANKS = 100;

export function decodeText(raw: string, delimiters: Delimiters): string {
  const escape = delimiters.escape;
  let start = raw.indexOf(escape);
  if (start === -1) return raw;
  let text = raw.slice(0, start);
  while (start !== -1) {
    const end = raw.indexOf(escape, start + 1);
    if (end === -1) return text + raw.slice(start);
    const meaning = decodeSequence(raw.slice(start + 1, end), delimiters);
    // An unknown sequence's closing character may open the next one, as in `C:\labs\\F\`.
    const next = meaning === undefined ? end : end + 1;
    text += meaning ?? raw.slice(start, end);
    start = raw.indexOf(escape, next);
    text += raw.slice(next, start === -1 ? raw.length : start);
  }
  return text;
}

/** `text` as it may stand in a field: nothing in it is read as a delimiter, a segment end or the null value. */
export function encodeText(text: string, delimiters: Delimiters = DEFAULT_DELIMITERS): string {
  if (text === NULL_VALUE) return `${delimiters.escape}X2222${delimiters.escape}`;
  const names = new Map([
    [delimiters.field, "F"],
    [delimiters.component, "S"],
    [delimiters.subcomponent, "T"],
    [delimiters.repetition, "R"],
    [delimiters.escape, "E"],
    ["\r", "X0D"],
    ["\n", "X0A"],
    ...(delimiters.truncation === undefined ? [] : ([[delimiters.truncation, "P"]] as const)),
  ]);
  let encoded = "";
  for (const character of text) {
    const name = names.get(character);
    encoded += name === undefined ? character : delimiters.escape + name + delimiters.escape;
  }
  return encoded;
}

function decodeSequence(sequence: string, delimiters: Delimiters): string | undefined {
  switch (sequence) {
    case "F":
      return delimiters.field;
    case "S":
      return delimiters.component;
    case "T":
      return delimiters.subcomponent;
    case "R":
      return delimiters.repetition;
    case "E":
      return delimiters.escape;
    case "P":
      return delimiters.truncation;
    case "H":
    case "N":
      return "";
  }
  if (sequence.startsWith("X")) return decodeHex(sequence.slice(1));
  if (sequence.startsWith(".")) return decodeFormatting(sequence.slice(1));
  if (/^[CM](?:[0-9A-F]{2}){2,3}$/i.test(sequence) || /^Z[^ ]{1,80}$/.test(sequence)) return "\uFFFD";
  return undefined;
}

function decodeHex(digits: string): string | undefined {
  if (digits.length === 0 || digits.length % 2 !== 0 || !/^[0-9A-Fa-f]+$/.test(digits)) return undefined;
  const bytes = Uint8Array.from({ length: digits.length / 2 }, (_, at) =>
    parseInt(digits.slice(at * 2, at * 2 + 2), 16),
  );
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  }
}

/** Formatting commands of FT (v2.5.1 §2.7.6). Line breaks and skipped blanks carry meaning; indents, wrapping and centring do not. */
function decodeFormatting(command: string): string | undefined {
  const parsed = /^(br|sp|ce|sk|in|ti|fi|nf)\s*([+-]?\d{0,3})$/.exec(command);
  if (parsed === null) return undefined;
  const count = Math.min(Math.max(Number(parsed[2] ?? 0) || 1, 1), MAX_REPEATED_BLANKS);
  switch (parsed[1]) {
    case "br":
    case "ce":
      return "\n";
    case "sp":
      return "\n".repeat(count);
    case "sk":
      return " ".repeat(count);
    default:
      return "";
  }
}
