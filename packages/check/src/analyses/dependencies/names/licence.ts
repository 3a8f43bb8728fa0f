/** SPDX licence expressions (ISO/IEC 5962, annex D) against a list of licences that are allowed. */

/** Permissive ones, and MPL-2.0, which asks for changes of its own files alone. */
export const ALLOWED_BY_DEFAULT: readonly string[] = [
  "0BSD",
  "Apache-2.0",
  "Artistic-2.0",
  "BlueOak-1.0.0",
  "BSD-1-Clause",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BSD-3-Clause-Clear",
  "BSL-1.0",
  "CC-BY-3.0",
  "CC-BY-4.0",
  "CC0-1.0",
  "ISC",
  "MIT",
  "MIT-0",
  "MPL-2.0",
  "OFL-1.1",
  "PostgreSQL",
  "PSF-2.0",
  "Python-2.0",
  "Unicode-3.0",
  "Unicode-DFS-2016",
  "Unlicense",
  "WTFPL",
  "X11",
  "Zlib",
];

const TOKENS_MAX = 200;

/** Undefined where the text is no expression: a sentence, a file's name. */
export function isLicenceAllowed(expression: string, allowed: ReadonlySet<string>): boolean | undefined {
  const tokens = expression.match(/[()]|[^\s()]+/g) ?? [];
  if (tokens.length === 0 || tokens.length > TOKENS_MAX) return undefined;
  const reading = { tokens, at: 0, allowed };
  const answer = either(reading);
  return reading.at === tokens.length ? answer : undefined;
}

interface Reading {
  readonly tokens: readonly string[];
  readonly allowed: ReadonlySet<string>;
  at: number;
}

function either(reading: Reading): boolean | undefined {
  let answer = both(reading);
  while (isWord(reading, "OR")) {
    const right = both(reading);
    answer = answer === undefined || right === undefined ? undefined : answer || right;
  }
  return answer;
}

function both(reading: Reading): boolean | undefined {
  let answer = one(reading);
  while (isWord(reading, "AND")) {
    const right = one(reading);
    answer = answer === undefined || right === undefined ? undefined : answer && right;
  }
  return answer;
}

function one(reading: Reading): boolean | undefined {
  const token = reading.tokens[reading.at++];
  if (token === "(") {
    const inner = either(reading);
    return reading.tokens[reading.at++] === ")" ? inner : undefined;
  }
  if (token === undefined || !/^[A-Za-z0-9][A-Za-z0-9.+-]*$/.test(token)) return undefined;
  // An exception only ever permits more.
  if (isWord(reading, "WITH")) reading.at++;
  return reading.allowed.has(token) || reading.allowed.has(token.replace(/\+$/, ""));
}

function isWord(reading: Reading, word: string): boolean {
  if (reading.tokens[reading.at]?.toUpperCase() !== word) return false;
  reading.at++;
  return true;
}
