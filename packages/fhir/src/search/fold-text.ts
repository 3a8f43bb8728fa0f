/**
 * Text as R4 compares it in string searches (§3.1.1.5.8): without case, accents, punctuation and superfluous white
 * space, in every script. Marks that only accent are dropped (of Latin, Greek and Cyrillic letters, Hebrew points,
 * Arabic harakat); marks that make another letter (Devanagari vowels, Japanese voicing, Hangul) stay.
 * INVARIANT: `foldText(a)` starts with `foldText(b)` for every comparison of `meets` that an index key narrows.
 */

/** Marks that only accent: of Latin, Greek and Cyrillic letters and of symbols, Hebrew points, Arabic harakat. */
const ACCENTS: readonly (readonly [from: number, to: number])[] = [
  [0x0300, 0x036f],
  [0x0591, 0x05c7],
  [0x0610, 0x061a],
  [0x064b, 0x065f],
  [0x0670, 0x0670],
  [0x06d6, 0x06ed],
  [0x1ab0, 0x1aff],
  [0x1dc0, 0x1dff],
  [0x20d0, 0x20ff],
  [0xfe20, 0xfe2f],
];
const MARKS = /\p{Mn}/gu;
const PUNCTUATION = /[\p{P}\p{Cf}\u02b0-\u02ff`^¨¯´¸]/gu;
/** Letters with a stroke or a ligature that Unicode does not decompose. */
const LETTERS: Readonly<Record<string, string>> = {
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  ħ: "h",
  ı: "i",
  ł: "l",
  ŧ: "t",
  þ: "th",
  ς: "σ",
};
const STROKED = new RegExp(`[${Object.keys(LETTERS).join("")}]`, "gu");
const PLAIN = /^[a-z0-9]*$/;
// oxlint-disable-next-line no-control-regex -- all of ASCII is meant
const ASCII = /^[\0-\u007f]*$/;
/** What of `PUNCTUATION` is ASCII. */
const ASCII_PUNCTUATION = /[!-#%-*,-/:;?@[-`{}]/g;

/** A text is compared with many in turn. */
let last = { text: "", folded: "" };

/** Never empty but for white space: of mere punctuation the text itself is kept. */
export function foldText(text: string): string {
  if (text !== last.text) last = { text, folded: fold(text) };
  return last.folded;
}

/** A code or contact without case: what R4 asks for where a system's rule is not known (§3.1.1.5.10). */
export function foldCase(text: string): string {
  return text.toUpperCase().toLowerCase();
}

/** What may stand between the digits of a number, or the parts of a code. */
export function withoutSeparators(text: string): string {
  return text.replace(/[\s()./-]/g, "");
}

function fold(text: string): string {
  if (PLAIN.test(text)) return text;
  const isAscii = ASCII.test(text);
  const bare = isAscii ? text : withoutAccents(text);
  // By way of capitals, since ß, ŉ and the like have a small form of their own only.
  const letters = isAscii ? text.toLowerCase() : bare.toUpperCase().toLowerCase().replace(STROKED, strokeless);
  // ASCII has one form, composed and decomposed.
  const folded = ASCII.test(letters)
    ? collapse(letters.replace(ASCII_PUNCTUATION, ""))
    : collapse((letters === bare ? bare : withoutAccents(letters)).replace(PUNCTUATION, "").normalize("NFC"));
  return folded === "" ? collapse(text.normalize("NFC")) : folded;
}

/** Decomposed. */
function withoutAccents(text: string): string {
  return text.normalize("NFKD").replace(MARKS, (mark) => {
    const point = mark.codePointAt(0) as number;
    return ACCENTS.some(([from, to]) => point >= from && point <= to) ? "" : mark;
  });
}

function strokeless(letter: string): string {
  return LETTERS[letter] ?? letter;
}

function collapse(text: string): string {
  return /\s/.test(text) ? text.replace(/\s+/g, " ").trim() : text;
}
