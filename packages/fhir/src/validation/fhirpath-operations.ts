/**
 * What compiled FHIRPath calls (`scripts/generator/compile-expression.ts`). Collections are arrays of JSON values; a
 * primitive without a value is its `_name` object. `undefined` is the empty collection where a condition is meant.
 * INVARIANT: total. They meet resources whose structure is wrong, and answer something rather than throw.
 *
 * Where the order of two values can't be told (dates of different precision, quantities of different units), a
 * comparison is true: a constraint is broken by what is certain, not by what is unknown.
 */
import { isObject } from "../json.ts";
import { containedIn, type Check } from "./check.ts";
import { dateRange } from "./dates.ts";

type Item = unknown;
type Items = readonly Item[];
type Tri = boolean | undefined;
type Order = "<" | "<=" | ">" | ">=";

export const NONE: Items = Object.freeze([]);

/** Guards `descendants()` against input that is not bounded by the parser. */
const DEPTH_MAX = 64;

export function member(items: Items, name: string): Items {
  let found: Item[] | undefined;
  for (const item of items) {
    if (!isObject(item)) continue;
    const value: Item = item[name];
    const sibling: Item = item[`_${name}`];
    if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index++) {
        const each: Item = value[index] ?? (Array.isArray(sibling) ? sibling[index] : undefined);
        if (each !== undefined && each !== null) (found ??= []).push(each);
      }
    } else if (value !== undefined && value !== null) (found ??= []).push(value);
    else if (Array.isArray(sibling)) (found ??= []).push(...(sibling as Item[]).filter((each) => each !== null));
    else if (sibling !== undefined && sibling !== null) (found ??= []).push(sibling);
  }
  return found ?? NONE;
}

export function choice(items: Items, names: readonly string[]): Items {
  for (const name of names) {
    const found = member(items, name);
    if (found.length > 0 && items.length === 1) return found;
  }
  return items.length < 2 ? NONE : items.flatMap((item) => choice([item], names));
}

/** Singleton evaluation (N1 §5.5): one boolean is itself, any other single item is true. */
export function condition(items: Items): Tri {
  if (items.length !== 1) return undefined;
  return typeof items[0] === "boolean" ? items[0] : true;
}

export function boxed(value: Tri): Items {
  return value === undefined ? NONE : [value];
}

export function or(left: Tri, right: () => Tri): Tri {
  if (left === true) return true;
  const other = right();
  return other === true ? true : left === undefined ? undefined : other;
}

export function not(value: Tri): Tri {
  return value === undefined ? undefined : !value;
}

export function equal(left: Items, right: Items): Tri {
  if (left.length === 0 || right.length === 0) return undefined;
  return left.length === right.length && left.every((item, index) => isSame(item, right[index]));
}

export function notEqual(left: Items, right: Items): Tri {
  return not(equal(left, right));
}

export function compare(left: Items, order: Order, right: Items): Tri {
  const [a, b] = [left[0], right[0]];
  if (left.length !== 1 || right.length !== 1 || typeof a !== typeof b) return undefined;
  if (typeof a !== "number" && typeof a !== "string") return undefined;
  return isInOrder(a < (b as typeof a) ? -1 : a > (b as typeof a) ? 1 : 0, order);
}

export function compareDates(left: Items, order: Order, right: Items): Tri {
  if (left.length !== 1 || right.length !== 1) return undefined;
  const [a, b] = [dateRange(left[0]), dateRange(right[0])];
  if (!a || !b) return undefined;
  // Seconds and what is after their point are one precision (FHIRPath §6.2).
  if (hasTime(left[0]) && hasTime(right[0])) return isInOrder(Math.sign(a.from - b.from), order);
  if (a.from === b.from && a.to === b.to) return isInOrder(0, order);
  if (a.to <= b.from) return isInOrder(-1, order);
  return a.from >= b.to ? isInOrder(1, order) : true;
}

function hasTime(value: Item): boolean {
  return typeof value === "string" && value.includes("T");
}

export function compareQuantities(left: Items, order: Order, right: Items): Tri {
  const [a, b] = [left[0], right[0]];
  if (left.length !== 1 || right.length !== 1 || !isObject(a) || !isObject(b)) return undefined;
  const isSameUnit = a["system"] === b["system"] && a["code"] === b["code"] && a["unit"] === b["unit"];
  if (!isSameUnit || typeof a["value"] !== "number" || typeof b["value"] !== "number") return true;
  return isInOrder(Math.sign(a["value"] - b["value"]), order);
}

export function isIn(left: Items, right: Items): Tri {
  if (left.length === 0) return undefined;
  return left.length === 1 && textsOf(right).has(canonicalText(left[0]));
}

export function union(left: Items, right: Items): Items {
  const found = new Map<string, Item>();
  for (const item of [...left, ...right]) {
    const text = canonicalText(item);
    if (!found.has(text)) found.set(text, item);
  }
  return [...found.values()];
}

export function intersect(left: Items, right: Items): Items {
  const wanted = textsOf(right);
  return left.filter((item) => wanted.has(canonicalText(item)));
}

export function isDistinct(items: Items): boolean {
  if (items.every((item) => typeof item === "string")) return new Set(items).size === items.length;
  const seen = new Set(items.map(canonicalText));
  return seen.size === items.length;
}

export function concatenate(left: Items, right: Items): Items {
  return [textOf(left) + textOf(right)];
}

export function plus(left: Items, right: Items): Items {
  const [a, b] = [left[0], right[0]];
  if (typeof a === "number" && typeof b === "number") return [a + b];
  return typeof a === "string" && typeof b === "string" ? [a + b] : NONE;
}

export function startsWith(items: Items, text: Items): Tri {
  const [value, start] = [items[0], text[0]];
  return typeof value === "string" && typeof start === "string" ? value.startsWith(start) : undefined;
}

export function contains(items: Items, text: Items): Tri {
  const [value, part] = [items[0], text[0]];
  return typeof value === "string" && typeof part === "string" ? value.includes(part) : undefined;
}

export function matches(items: Items, pattern: Items): Tri {
  const [value, source] = [items[0], pattern[0]];
  if (typeof value !== "string" || typeof source !== "string") return undefined;
  return regularExpression(source).test(value);
}

export function replaceMatches(items: Items, pattern: Items, replacement: Items): Items {
  const [value, source] = [items[0], pattern[0]];
  if (typeof value !== "string" || typeof source !== "string") return NONE;
  return [value.replace(regularExpression(source, "g"), textOf(replacement))];
}

export function asString(items: Items): Items {
  const [item] = items;
  if (items.length !== 1) return NONE;
  if (typeof item === "string") return [item];
  return typeof item === "number" || typeof item === "boolean" ? [String(item)] : NONE;
}

export function asInteger(items: Items): Items {
  const value = items[0];
  if (typeof value === "number" && Number.isInteger(value)) return [value];
  return typeof value === "string" && /^[+-]?\d+$/.test(value) ? [Number(value)] : NONE;
}

export function children(items: Items): Items {
  const found: Item[] = [];
  for (const item of items) {
    if (!isObject(item)) continue;
    for (const [name, value] of Object.entries(item)) {
      if (name === "resourceType") continue;
      for (const each of Array.isArray(value) ? value : [value]) if (each !== null) found.push(each);
    }
  }
  return found;
}

export function descendants(items: Items): Items {
  const found: Item[] = [];
  let level = children(items);
  for (let depth = 0; level.length > 0 && depth < DEPTH_MAX; depth++) {
    for (const item of level) found.push(item);
    level = children(level);
  }
  return found;
}

export function isResource(items: Items, type: string): Tri {
  return items.length === 1 ? resourcesOf(items, type).length === 1 : undefined;
}

export function resourcesOf(items: Items, type: string): Items {
  return items.filter((item) => isObject(item) && item["resourceType"] === type);
}

/** What can be known without asking anyone: a contained resource whole, of another its type. */
export function resolve(items: Items, c: Check): Items {
  return items.flatMap((item) => {
    const reference: unknown = isObject(item) ? item["reference"] : item;
    if (typeof reference !== "string") return [];
    if (reference.startsWith("#")) return containedIn(c).get(reference.slice(1)) ?? [];
    const type = /(?:^|\/)([A-Z][A-Za-z]+)\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/.exec(
      reference,
    )?.[1];
    return type === undefined ? [] : [{ resourceType: type }];
  });
}

/** A value that is computed when first needed. */
export function once<T>(compute: () => T): () => T {
  let known: { readonly value: T } | undefined;
  return () => (known ??= { value: compute() }).value;
}

function isInOrder(sign: number, order: Order): boolean {
  if (order === "<") return sign < 0;
  if (order === "<=") return sign <= 0;
  return order === ">" ? sign > 0 : sign >= 0;
}

function isSame(left: Item, right: Item): boolean {
  if (left === right) return true;
  return typeof left === "object" && typeof right === "object" && canonicalText(left) === canonicalText(right);
}

/** Equal text for equal JSON, whatever the order of members. */
function canonicalText(item: Item): string {
  if (typeof item !== "object") return JSON.stringify(item) ?? "";
  return (
    JSON.stringify(item, (_, value: unknown) =>
      isObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value,
    ) ?? ""
  );
}

const texts = new WeakMap<Items, Set<string>>();

/** Kept with the array, which a loop over many items compares each with. */
function textsOf(items: Items): ReadonlySet<string> {
  let known = texts.get(items);
  if (!known) texts.set(items, (known = new Set(items.map(canonicalText))));
  return known;
}

function textOf(items: Items): string {
  return typeof items[0] === "string" ? items[0] : "";
}

const expressions = new Map<string, RegExp>();

/** The patterns are those of the definitions, never of a resource. */
function regularExpression(source: string, flags = ""): RegExp {
  const key = `${flags}/${source}`;
  let expression = expressions.get(key);
  if (!expression) expressions.set(key, (expression = new RegExp(source, flags)));
  return expression;
}
