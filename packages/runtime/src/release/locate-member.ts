/**
 * Where a member of a definition stands in its source: `grants.egress[0].baa` → line 9. It reads brackets, strings and
 * comments, no more; where the text does not show the member (it was computed, or is missing) it answers the nearest
 * member around it. Good enough for an error message, and used for nothing else.
 */

/** `opener`: the call that holds the object, `defineFunction`. Lines count from one. */
export function locateMember(source: string, opener: string, path: string): number {
  const code = blankStringsAndComments(source);
  const call = new RegExp(`\\b${opener}\\s*\\(\\s*\\{`).exec(code);
  if (call === null) return 1;
  let place = call.index;
  let inside: number | undefined = call.index + call[0].length;
  for (const step of path.match(/[^.[\]]+/g) ?? []) {
    if (inside === undefined) break;
    const next: number | undefined = /^\d+$/.test(step)
      ? findElement(code, inside, Number(step))
      : findMember(code, inside, step);
    if (next === undefined) break;
    place = next;
    const opening = /^[^,[\]{}()]*[[{]/.exec(code.slice(next));
    inside = opening === null ? undefined : next + opening[0].length;
  }
  return code.slice(0, place).split("\n").length;
}

/** The same text with the same lines, in which brackets and commas are only code. */
function blankStringsAndComments(source: string): string {
  const literals = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/g;
  return source.replaceAll(literals, (literal) => {
    const blank = literal.startsWith("/") ? " " : "x";
    return literal.replaceAll(/[^\n]/g, blank);
  });
}

function findMember(code: string, from: number, name: string): number | undefined {
  return partsOf(code, from).find((at) => new RegExp(`^${name}\\b`).test(code.slice(at, at + name.length + 1)));
}

function findElement(code: string, from: number, index: number): number | undefined {
  return partsOf(code, from)[index];
}

/** Where each part of the list or object begins whose inside starts at `from`. */
function partsOf(code: string, from: number): number[] {
  const parts: number[] = [];
  let depth = 0;
  let isFresh = true;
  for (let at = from; at < code.length && depth >= 0; at++) {
    const character = code.charAt(at);
    if (/\s/.test(character)) continue;
    if (character === "," && depth === 0) {
      isFresh = true;
      continue;
    }
    if (/[)\]}]/.test(character)) depth--;
    if (depth < 0) break;
    if (isFresh) parts.push(at);
    isFresh = false;
    if (/[([{]/.test(character)) depth++;
  }
  return parts;
}
