/** Names in the room that a box has for them. Widths are estimates on the safe side, as no browser is at hand. */

const NARROW = /^[iljtfrI.,:;'|!()[\]{}\-/ ]$/;
const WIDE = /^[mwMW@%&]$/;
const CAPITAL = /^[\p{Lu}#$+=<>~_?]$/u;
const MARK = /^\p{M}+$/u;
/** Letters of scripts that are as wide as they are high, and pictures. */
const SQUARE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}|[\u{1f000}-\u{3ffff}]/u;
const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
/** More than this is never shown, and need not be measured. */
const LOOKED_AT_MAX = 300;

export function widthOf(text: string, sizePx: number, isBold = false): number {
  let ems = 0;
  for (const letter of letters(text)) ems += emsOf(letter);
  return ems * sizePx * (isBold ? 1.08 : 1);
}

/** One line, or two broken where words do; what does not fit is left out of the end of the last. */
export function fitLines(text: string, widths: readonly number[], sizePx: number, isBold = false): readonly string[] {
  const clean = plainText(text);
  const lines: string[] = [];
  let rest = clean;
  for (const [index, width] of widths.entries()) {
    if (rest === "") break;
    const isLast = index === widths.length - 1;
    if (widthOf(rest, sizePx, isBold) <= width) {
      lines.push(rest);
      return lines;
    }
    if (isLast) lines.push(shortened(rest, width, sizePx, isBold));
    else {
      const line = brokenAt(rest, width, sizePx, isBold);
      lines.push(line.trimEnd());
      rest = rest.slice(line.length).trimStart();
    }
  }
  return lines;
}

export function fitLine(text: string, width: number, sizePx: number, isBold = false): string {
  return fitLines(text, [width], sizePx, isBold)[0] ?? "";
}

/** Control characters, marks that turn the direction, and what XML does not take. */
const UNSEEN = /[\p{Cc}\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/gu;

/** Without what moves or hides text: names come from templates, and a map must not be read backwards. */
export function plainText(text: string): string {
  return text
    .slice(0, LOOKED_AT_MAX * 8)
    .toWellFormed()
    .replaceAll(UNSEEN, " ");
}

function* letters(text: string): Generator<string> {
  let count = 0;
  for (const { segment } of segmenter.segment(text.slice(0, LOOKED_AT_MAX * 8))) {
    if (count++ >= LOOKED_AT_MAX) return;
    yield segment;
  }
}

function emsOf(letter: string): number {
  if (MARK.test(letter)) return 0;
  if (SQUARE.test(letter)) return 1.05;
  if (NARROW.test(letter)) return 0.34;
  if (WIDE.test(letter)) return 0.92;
  if (CAPITAL.test(letter)) return 0.72;
  return letter.codePointAt(0) === undefined ? 0 : 0.58;
}

function shortened(text: string, width: number, sizePx: number, isBold: boolean): string {
  const room = width - widthOf("…", sizePx, isBold) * 1.7;
  return `${head(text, room, sizePx, isBold).trimEnd()}…`;
}

function head(text: string, width: number, sizePx: number, isBold: boolean): string {
  let taken = "";
  let used = 0;
  for (const letter of letters(text)) {
    used += widthOf(letter, sizePx, isBold);
    if (used > width) break;
    taken += letter;
  }
  return taken;
}

/** As much as fits, up to the last place where a word ends, if that leaves a fair part of the line. */
function brokenAt(text: string, width: number, sizePx: number, isBold: boolean): string {
  const fits = head(text, width, sizePx, isBold);
  const next = text.slice(fits.length);
  if (/^[\p{Lu} ]/u.test(next) && /[\p{Ll}\d]$/u.test(fits)) return fits;
  const ends = [...fits.matchAll(/[-_/.: ]+|(?<=[\p{Ll}\d])(?=\p{Lu})/gu)].map(
    (match) => match.index + match[0].length,
  );
  const last = ends.findLast((end) => end > 0 && end < text.length);
  return last !== undefined && last >= fits.length * 0.4
    ? fits.slice(0, last)
    : fits === ""
      ? (letters(text).next().value ?? "")
      : fits;
}
