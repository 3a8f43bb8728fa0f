/**
 * How many columns a text takes on a terminal, and how to break it into lines. East Asian wide characters and emoji
 * take two columns, combining marks none (Unicode UAX #11). Control characters are made visible first: what a name
 * holds must not move the cursor of who reads it.
 */

const WIDE =
  /[\u1100-\u115f\u231a\u231b\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;
const NO_WIDTH = /^[\p{M}\p{Cf}]$/u;
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

export function textWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment);
  return width;
}

/** Control characters, line breaks among them, replaced by `·`, and directional overrides dropped. */
export function printable(text: string): string {
  return text.replace(/[\u202a-\u202e\u2066-\u2069]/g, "").replace(/\p{Cc}/gu, "·");
}

export function padTo(text: string, width: number, align: "left" | "right" = "left"): string {
  const fill = " ".repeat(Math.max(0, width - textWidth(text)));
  return align === "right" ? fill + text : text + fill;
}

/** Lines of at most `width` columns, broken between words; a word that is longer is broken where it must be. */
export function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((long) => breakWord(long, width))) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && textWidth(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  lines.push(line);
  return lines;
}

function breakWord(word: string, width: number): readonly string[] {
  if (textWidth(word) <= width) return [word];
  const parts = [""];
  for (const { segment } of graphemes.segment(word)) {
    const last = parts.length - 1;
    const grown = (parts[last] ?? "") + segment;
    if (textWidth(grown) > width && parts[last] !== "") parts.push(segment);
    else parts[last] = grown;
  }
  return parts;
}

function graphemeWidth(grapheme: string): number {
  let width = 0;
  for (const character of grapheme) {
    if (WIDE.test(character)) return 2;
    // Half-width voicing marks (U+FF9E, U+FF9F) join the letter before them but take a column of their own.
    if (character === "\uff9e" || character === "\uff9f") width += 1;
    else if (!NO_WIDTH.test(character)) width = 1;
  }
  return width;
}
