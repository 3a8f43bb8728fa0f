/**
 * Methods of strings, arrays and promises on values that are not known: which of them are the language's own, so that they
 * are no call to the outside, and what they make of the value.
 */
import { ANY } from "../contract.ts";
import { join } from "./join.ts";
import type { Machine, Site } from "./machine.ts";
import { textOf } from "./operator.ts";
import { snapshot } from "./snapshot.ts";
import type { Arguments, OpaqueValue, Value } from "./value.ts";
import { deeper, derived, isCallable, literal, newList, optionsOf, undefinedAt } from "./value.ts";

const TEXT_METHODS = new Set(
  (
    "trim trimStart trimEnd toLowerCase toUpperCase toLocaleLowerCase toLocaleUpperCase split startsWith endsWith " +
    "substring substr padStart padEnd charAt charCodeAt codePointAt toString toLocaleString toFixed toPrecision " +
    "localeCompare normalize replaceAll toISOString toJSON valueOf getTime getFullYear getMonth getDate getHours " +
    "toLocaleDateString toLocaleTimeString toUTCString toDateString hasOwnProperty lastIndexOf isWellFormed"
  ).split(" "),
);
/** Plain on what is data for certain; a client may have methods of these names, unless a function is handed over. */
const DATA_METHODS = new Set(
  (
    "map forEach filter reduce reduceRight flatMap some every find findIndex findLast findLastIndex sort toSorted " +
    "slice includes indexOf join at concat keys values entries push pop shift unshift splice reverse toReversed flat " +
    "fill with match matchAll replace search test repeat"
  ).split(" "),
);
const ALWAYS_DATA = new Set(["slice", "includes", "indexOf", "join", "flat", "toReversed", "push", "concat"]);
const SAME = new Set(["filter", "slice", "sort", "toSorted", "reverse", "toReversed", "concat", "flat", "splice"]);
const ITEM = new Set(["find", "findLast", "at", "pop", "shift"]);

/** Undefined where the method is no plain one: then it is a call to the outside. */
export function plainMethod(machine: Machine, of: Value, name: string, args: Arguments, site: Site): Value | undefined {
  if (name === "then" || name === "catch" || name === "finally") return settle(machine, of, name, args, site);
  if (!isPlain(of, name, args)) return undefined;
  const [first] = args.values;
  const item = itemOf(of, site);
  const call = (...values: readonly Value[]): Value =>
    machine.possibly(site.spot, site.frame, () =>
      first ? machine.operations.call(first, undefined, { values }, site) : undefinedAt(site.spot),
    );
  const index = derived("index", [], site.spot);
  switch (name) {
    case "map":
      return newList([], site.spot, call(item, index, of));
    case "flatMap":
      return flatten(call(item, index, of), site);
    case "forEach":
      call(item, index, of);
      return undefinedAt(site.spot);
    case "reduce":
    case "reduceRight": {
      const start = args.values[1] ?? item;
      return join([start, call(start, item, index, of)], site.spot);
    }
    case "sort":
    case "toSorted":
      if (first) call(item, item);
      return of;
  }
  if (first && isCallable(first)) call(item, index, of);
  if (name === "concat") return concat(of, args, site);
  if (SAME.has(name)) return of;
  if (ITEM.has(name)) return item;
  const from = [of, ...args.values].map((value) => snapshot(value));
  return derived(`.${name}`, from, site.spot);
}

/** Of a text, or of a list of which nothing is known: its items are of either. */
function concat(of: Value, args: Arguments, site: Site): Value {
  const all = [of, ...args.values, ...(args.rest ? [args.rest] : [])];
  const isText = of.kind === "literal" || of.kind === "text" || of.kind === "environment";
  return isText ? textOf(all, site.spot) : join(all, site.spot);
}

function isPlain(of: Value, name: string, args: Arguments): boolean {
  if (TEXT_METHODS.has(name)) return true;
  if (!DATA_METHODS.has(name)) return false;
  // A text is searched for one pattern; a record store is asked for a type and its parameters, and only the handler's
  // first argument is data.
  if (name === "search" && (args.values.length > 1 || (of.kind === "input" && of.parameter > 0))) return false;
  if (of.kind === "input" || of.kind === "derived" || of.kind === "unknown" || of.kind === "environment") return true;
  if (of.kind === "text" || of.kind === "literal") return true;
  if (ALWAYS_DATA.has(name)) return true;
  if (name === "replace") return args.values.length === 2;
  return args.values.some(isCallable);
}

/** What an iteration over the value yields. */
export function itemOf(of: Value, site: Site): Value {
  switch (of.kind) {
    case "external":
    case "instance":
    case "result":
    case "given":
    case "input":
    case "derived":
      return deeper<OpaqueValue>(of, ANY, site.spot);
    case "unknown":
      return of;
    default:
      return derived("item", [snapshot(of)], site.spot);
  }
}

function flatten(of: Value, site: Site): Value {
  const options = optionsOf(of).map((option) => (option.kind === "list" ? option : newList([option], site.spot)));
  return join(options, site.spot);
}

/** `then`, `catch` and `finally` of what may be a promise; a value and the promise of it are the same here. */
export function settle(machine: Machine, of: Value, name: string, args: Arguments, site: Site): Value {
  const [first, second] = args.values;
  const caught = derived("caught", [], site.spot);
  const recover = (handler: Value): Value =>
    machine.possibly(site.spot, site.frame, () =>
      machine.operations.call(handler, undefined, { values: [caught] }, site),
    );
  if (name === "finally") {
    if (first) machine.operations.call(first, undefined, { values: [] }, site);
    return of;
  }
  if (name === "catch") return first && isFunction(first) ? join([of, recover(first)], site.spot) : of;
  const fulfilled = first && isFunction(first) ? machine.operations.call(first, undefined, { values: [of] }, site) : of;
  return second && isFunction(second) ? join([fulfilled, recover(second)], site.spot) : fulfilled;
}

function isFunction(value: Value): boolean {
  return value.kind !== "literal";
}

/** Methods of a text that is known, or of which parts are. */
export function textMethod(of: Value, name: string, args: Arguments, site: Site): Value | undefined {
  if (of.kind !== "literal" || typeof of.value !== "string") return undefined;
  const given = args.values.map((arg) => (arg.kind === "literal" ? arg.value : NOT_KNOWN));
  if (args.rest || given.includes(NOT_KNOWN)) return undefined;
  const computed = computeText(of.value, name, given as readonly unknown[]);
  if (computed === undefined) return undefined;
  if (!Array.isArray(computed)) return literal(computed as string | number | boolean, site.spot);
  return newList(
    computed.slice(0, 1_000).map((piece) => literal(piece as string, site.spot)),
    site.spot,
  );
}

const NOT_KNOWN = Symbol("not known");

function computeText(text: string, name: string, args: readonly unknown[]): unknown {
  const [first, second] = args;
  switch (name) {
    case "toUpperCase":
    case "toLocaleUpperCase":
      return text.toUpperCase();
    case "toLowerCase":
    case "toLocaleLowerCase":
      return text.toLowerCase();
    case "trim":
    case "trimStart":
    case "trimEnd":
      return text[name]();
    case "toString":
    case "valueOf":
      return text;
    case "concat":
      return text + args.map(String).join("");
    case "slice":
    case "substring":
      return text[name](Number(first ?? 0), second === undefined ? undefined : Number(second));
    case "charAt":
      return text.charAt(Number(first ?? 0));
    case "startsWith":
    case "endsWith":
    case "includes":
    case "indexOf":
      return typeof first === "string" && second === undefined ? text[name](first) : undefined;
    case "split":
      return typeof first === "string" ? text.split(first) : undefined;
    case "replace":
    case "replaceAll":
      return typeof first === "string" && typeof second === "string" ? text[name](first, () => second) : undefined;
    default:
      return undefined;
  }
}
