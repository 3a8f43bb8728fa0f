/**
 * Whether a package's name is a well-known one but for a slip: one letter too many, too few, changed or swapped, a hyphen
 * left out, or a scope that is nearly a known one. Short names are near each other by nature and are not compared.
 */
import { KNOWN_NEIGHBOURS, WELL_KNOWN_NAMES, WELL_KNOWN_SCOPES } from "./well-known-names.ts";

const LENGTH_MIN = 6;
const SCOPE_LENGTH_MIN = 4;
const NAME_MAX_LENGTH = 214;

/** Letters that look like another one; a name that equals a known one in these was made to deceive. */
const GLYPHS: readonly (readonly [RegExp, string])[] = [
  [/rn/g, "m"],
  [/vv/g, "w"],
  [/0/g, "o"],
  [/[1|]/g, "l"],
];

/** The well-known name that it looks like, undefined where it is one itself or like none. */
export function lookalikeOf(name: string): string | undefined {
  if (name.length > NAME_MAX_LENGTH || WELL_KNOWN_NAMES.has(name) || KNOWN_NEIGHBOURS.has(name)) return undefined;
  const scoped = /^@([^/]+)\/(.+)$/.exec(name);
  if (scoped) return scopeLookalike(scoped[1] ?? "", scoped[2] ?? "");
  return index().find(name, LENGTH_MIN);
}

function scopeLookalike(scope: string, rest: string): string | undefined {
  if (WELL_KNOWN_SCOPES.has(scope) || KNOWN_NEIGHBOURS.has(`@${scope}`)) return undefined;
  for (const known of WELL_KNOWN_SCOPES) {
    if (known.length < SCOPE_LENGTH_MIN) continue;
    if (isSlip(scope, known) || deceptive(scope) === deceptive(known)) return `@${known}/${rest}`;
  }
  return undefined;
}

interface Index {
  find(name: string, lengthMin: number): string | undefined;
}

let made: Index | undefined;

/** By length, so that a name is compared with the few that a slip could have come from. */
function index(): Index {
  made ??= makeIndex([...WELL_KNOWN_NAMES]);
  return made;
}

function makeIndex(names: readonly string[]): Index {
  const byLength = Map.groupBy(names, ({ length }) => length);
  const byPlain = new Map(names.map((name) => [plain(name), name]));
  const byGlyphs = new Map(names.map((name) => [deceptive(name), name]));
  return {
    find(name, lengthMin) {
      const joined = byPlain.get(plain(name));
      if (joined !== undefined && plain(name).length >= lengthMin) return joined;
      const looksSame = byGlyphs.get(deceptive(name));
      if (looksSame !== undefined && looksSame.length >= lengthMin) return looksSame;
      return [0, -1, 1]
        .flatMap((by) => byLength.get(name.length + by) ?? [])
        .find((known) => known.length >= lengthMin && isSlip(name, known));
    },
  };
}

/** Without what people leave out or put in between words. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-._]/g, "");
}

function deceptive(name: string): string {
  return GLYPHS.reduce((text, [glyph, letter]) => text.replaceAll(glyph, letter), name.toLowerCase());
}

/** One edit apart, two neighbours swapped being one. A digit at the end makes another name, not a slip: `base64` of `base6`. */
function isSlip(name: string, known: string): boolean {
  const [short, long] = name.length <= known.length ? [name, known] : [known, name];
  if (long.length - short.length > 1 || name === known) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at++;
  if (/\d/.test(name[at] ?? "") || /\d/.test(known[at] ?? "")) return false;
  if (short.length < long.length) return short.slice(at) === long.slice(at + 1);
  const isSwap = short[at] === long[at + 1] && short[at + 1] === long[at];
  return short.slice(at + 1) === long.slice(at + 1) || (isSwap && short.slice(at + 2) === long.slice(at + 2));
}
