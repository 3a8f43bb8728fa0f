/**
 * Text as R4 compares it in string searches (§3.1.1.5.8): without case, accents, punctuation and superfluous white
 * space, in every script. Marks that only accent are dropped (of Latin, Greek and Cyrillic letters, Hebrew points,
 * Arabic harakat); marks that make another letter (Devanagari vowels, Japanese voicing, Hangul) stay.
 * INVARIANT: `foldText(a)` starts with `foldText(b)` for every comparison of `meets` that an index key narrows.
 */

/** Combining marks of U+0300 and its kin, Hebrew points, Arabic harakat. */
const ACCENTS =
  /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]/gu;
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

/** Never empty but for white space: of mere punctuation the text itself is kept. */
export function foldText(text: string): string {
  if (PLAIN.test(text)) return text;
  // By way of capitals, since ß, ŉ and the like have a small form of their own only.
  const letters = text.normalize("NFKD").replace(ACCENTS, "").toUpperCase().toLowerCase().replace(STROKED, strokeless);
  const folded = collapse(letters.normalize("NFKD").replace(ACCENTS, "").replace(PUNCTUATION, "").normalize("NFC"));
  return folded === "" ? collapse(text.normalize("NFC")) : folded;
}

/** A code or contact without case: what R4 asks for where a system's rule is not known (§3.1.1.5.10). */
export function foldCase(text: string): string {
  return text.toUpperCase().toLowerCase();
}

function strokeless(letter: string): string {
  return LETTERS[letter] ?? letter;
}

function collapse(text: string): string {
  return text.replace(/\s+/gu, " ").trim();
}
