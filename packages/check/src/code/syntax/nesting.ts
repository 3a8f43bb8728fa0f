/**
 * How deeply a text is nested, guessed without parsing it. The parser is native code that descends once per level, and a text
 * made for that would end the process; so such a text is refused before. The guess is never too low by more than what a
 * string hides, and a string is measured too.
 */

/** No one writes code like that; minified bundles stay below 200. */
export const NESTING_MAX = 800;

/** Words and signs after which a level without a bracket may follow. */
const CHAINED = /^(?:if|else|for|while|do|with|await|new|typeof|void|delete|yield|in|of|return|case)$/;

export function isNestedTooDeeply(text: string): boolean {
  return measure(text, true) > NESTING_MAX;
}

function measure(text: string, skipStrings: boolean): number {
  const levels: number[] = [0];
  let depth = 0;
  let deepest = 0;
  const { length } = text;
  const rise = (): void => {
    levels[levels.length - 1] = (levels.at(-1) ?? 0) + 1;
    if (++depth > deepest) deepest = depth;
  };
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    if (isWord(code)) {
      let end = at + 1;
      while (end < length && isWord(text.charCodeAt(end))) end++;
      if (end - at >= 2 && end - at <= 6 && code >= 97 && CHAINED.test(text.slice(at, end))) rise();
      at = end - 1;
    } else if (code === 40 || code === 91 || code === 123) {
      levels.push(0);
      if (++depth > deepest) deepest = depth;
    } else if (code === 41 || code === 93 || code === 125) {
      if (levels.length > 1) depth -= (levels.pop() ?? 0) + 1;
      if (code === 125 && !continuesWithElse(text, at + 1)) depth -= reset(levels);
    } else if (code === 59 || code === 44) {
      if (!continuesWithElse(text, at + 1)) depth -= reset(levels);
    } else if (code === 61 || code === 63 || code === 33 || code === 126 || code === 58 || code === 60) rise();
    else if (code === 42 || code === 43 || code === 45) {
      if (text.charCodeAt(at + 1) === code) rise();
    } else if (skipStrings && (code === 34 || code === 39)) {
      const end = stringEnd(text, at, code);
      if (end === -1) continue;
      if (end - at > NESTING_MAX && measure(text.slice(at + 1, end), false) > NESTING_MAX) return NESTING_MAX + 1;
      at = end;
    } else if (code === 47 && text.charCodeAt(at + 1) === 47) {
      const end = text.indexOf("\n", at);
      // In a text of one line a comment's start is more likely a part of a string or pattern.
      if (end === -1 || end - at > 2_000) continue;
      at = end;
    }
    if (deepest > NESTING_MAX) return deepest;
  }
  return deepest;
}

function reset(levels: number[]): number {
  const chained = levels.at(-1) ?? 0;
  levels[levels.length - 1] = 0;
  return chained;
}

const WORD = Uint8Array.from({ length: 128 }, (_, code) => (/[\w$]/.test(String.fromCharCode(code)) ? 1 : 0));

function isWord(code: number): boolean {
  return code < 128 && WORD[code] === 1;
}

function continuesWithElse(text: string, from: number): boolean {
  let at = from;
  while (text.charCodeAt(at) <= 32) at++;
  return text.charCodeAt(at) === 101 && text.startsWith("else", at);
}

/** The end of a string on the same line; -1 where it has none, so that the quote means something else. */
function stringEnd(text: string, start: number, quote: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) return at;
    if (code === 10) return -1;
    if (code === 92) at++;
  }
  return -1;
}
