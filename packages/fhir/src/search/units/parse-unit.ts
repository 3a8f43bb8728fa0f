/**
 * UCUM units (https://ucum.org/ucum, case sensitive) as a factor and the base units it multiplies, by the grammar:
 * a term is components joined by `.` and `/`; a component is an atom, perhaps prefixed and with an exponent, a number, or
 * a term in brackets. Annotations (`{beats}`) say nothing. Amount of substance is a base unit of its own, as in SI and
 * unlike UCUM (a number): else `mmol` could be converted into a plain count.
 */
import { readFileSync } from "node:fs";

/** `value` of this unit is `value * factor + offset` of its base units. */
export interface Unit {
  readonly factor: number;
  readonly offset: number;
  /** Base units and their powers, in one order: equal for units that convert into each other. */
  readonly dimension: string;
}

type Powers = ReadonlyMap<string, number>;
interface Product {
  readonly factor: number;
  readonly powers: Powers;
}

interface UnitTable {
  readonly base: Readonly<Record<string, string>>;
  readonly metric: Readonly<Record<string, readonly [number, string]>>;
  readonly plain: Readonly<Record<string, readonly [number, string]>>;
  readonly arbitraryMetric: readonly string[];
  readonly arbitrary: readonly string[];
}

const LARGE = { Y: 1e24, Z: 1e21, E: 1e18, P: 1e15, T: 1e12, G: 1e9, M: 1e6, k: 1e3, h: 1e2, da: 1e1 };
const SMALL = { d: 1e-1, c: 1e-2, m: 1e-3, u: 1e-6, n: 1e-9, p: 1e-12, f: 1e-15, a: 1e-18, z: 1e-21, y: 1e-24 };
const BINARY = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 };
const PREFIXES: Readonly<Record<string, number>> = { ...LARGE, ...SMALL, ...BINARY };
/** Units with another zero. Logarithmic ones (`[pH]`, `B[SPL]`) are compared with themselves alone. */
const OFFSETS: ReadonlyMap<string, Unit> = new Map([
  ["Cel", { factor: 1, offset: 273.15, dimension: "C1" }],
  ["[degF]", { factor: 5 / 9, offset: 459.67 * (5 / 9), dimension: "C1" }],
  ["[degRe]", { factor: 5 / 4, offset: 273.15, dimension: "C1" }],
]);
const LENGTH_MAX = 200;
const DEPTH_MAX = 10;
const CACHE_MAX = 5_000;

const ONE: Product = { factor: 1, powers: new Map() };
const atoms = new Map<string, Product | undefined>();
const units = new Map<string, Unit | undefined>();
let table: UnitTable | undefined;

/** Undefined for what is no UCUM unit, or one that only compares with itself. */
export function parseUnit(code: string): Unit | undefined {
  if (units.has(code)) return units.get(code);
  const unit = OFFSETS.get(code) ?? unitOf(code);
  // Codes come from requests: the cache must not grow without end.
  if (units.size >= CACHE_MAX) units.clear();
  units.set(code, unit);
  return unit;
}

function unitOf(code: string): Unit | undefined {
  if (code.length > LENGTH_MAX) return undefined;
  const product = termOf(code.replace(/\{[^{}]*\}/g, "{}"), 0);
  if (!product || !Number.isFinite(product.factor) || product.factor <= 0) return undefined;
  const powers = [...product.powers].filter(([, power]) => power !== 0).sort(([a], [b]) => (a < b ? -1 : 1));
  return { factor: product.factor, offset: 0, dimension: powers.map(([name, power]) => name + power).join(" ") };
}

/** Annotations are `{}` here. */
function termOf(text: string, depth: number): Product | undefined {
  if (depth > DEPTH_MAX) return undefined;
  let product = ONE;
  let sign = 1;
  let at = 0;
  if (text[0] === "/") [sign, at] = [-1, 1];
  while (at < text.length) {
    const end = endOfComponent(text, at);
    const component = end > at ? componentOf(text.slice(at, end), depth) : undefined;
    if (!component) return undefined;
    product = times(product, component, sign);
    if (end === text.length) return product;
    sign = text[end] === "/" ? -1 : 1;
    at = end + 1;
  }
  return undefined;
}

function endOfComponent(text: string, from: number): number {
  let open = 0;
  let at = from;
  for (; at < text.length; at++) {
    const each = text[at] as string;
    if (each === "(") open++;
    else if (each === ")") open--;
    // Brackets hold names such as `[m/s2/Hz^(1/2)]` and `B[10.nV]`.
    else if (each === "[") at = Math.max(at, text.indexOf("]", at));
    else if (open === 0 && (each === "." || each === "/")) break;
  }
  return at;
}

function componentOf(text: string, depth: number): Product | undefined {
  const bare = text.endsWith("{}") ? text.slice(0, -2) : text;
  if (bare === "") return text === "" ? undefined : ONE;
  if (bare.startsWith("(") && bare.endsWith(")")) return termOf(bare.slice(1, -1), depth + 1);
  if (/^\d{1,15}$/.test(bare)) return { factor: Number(bare), powers: ONE.powers };
  const whole = atomOf(bare, depth);
  if (whole) return whole;
  const [, name = "", exponent] = /^(.*?)([+-]?\d{1,2})$/.exec(bare) ?? [];
  const atom = exponent === undefined ? undefined : atomOf(name, depth);
  return atom && times(ONE, atom, Number(exponent));
}

function atomOf(name: string, depth: number): Product | undefined {
  if (name === "" || depth > DEPTH_MAX) return undefined;
  const known = plainAtom(name, depth);
  if (known) return known;
  for (const size of [1, 2]) {
    const factor = PREFIXES[name.slice(0, size)];
    const rest = name.slice(size);
    if (factor === undefined || !isMetric(rest)) continue;
    const atom = plainAtom(rest, depth);
    if (atom) return { factor: factor * atom.factor, powers: atom.powers };
  }
  return undefined;
}

function plainAtom(name: string, depth: number): Product | undefined {
  if (atoms.has(name)) return atoms.get(name);
  const { base, metric, plain, arbitrary, arbitraryMetric } = unitTable();
  let product: Product | undefined;
  if (Object.hasOwn(base, name)) product = { factor: 1, powers: new Map([[base[name] as string, 1]]) };
  else if (arbitrary.includes(name) || arbitraryMetric.includes(name)) {
    product = { factor: 1, powers: new Map([[name, 1]]) };
  } else {
    const [value, unit] =
      (Object.hasOwn(metric, name) ? metric[name] : Object.hasOwn(plain, name) ? plain[name] : undefined) ?? [];
    const of = unit === undefined ? undefined : termOf(unit, depth + 1);
    if (of && value !== undefined) product = { factor: of.factor * value, powers: of.powers };
    else return undefined;
  }
  atoms.set(name, product);
  return product;
}

function isMetric(name: string): boolean {
  const { base, metric, arbitraryMetric } = unitTable();
  return Object.hasOwn(base, name) || Object.hasOwn(metric, name) || arbitraryMetric.includes(name);
}

function times(one: Product, other: Product, power: number): Product {
  const powers = new Map(one.powers);
  for (const [name, each] of other.powers) powers.set(name, (powers.get(name) ?? 0) + each * power);
  return { factor: one.factor * other.factor ** power, powers };
}

function unitTable(): UnitTable {
  table ??= JSON.parse(readFileSync(new URL("ucum-units.json", import.meta.url), "utf8")) as UnitTable;
  return table;
}
