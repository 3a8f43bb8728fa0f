/**
 * Calls of globals that only compute: they are no calls to the outside. What a value is made into keeps what it was made
 * from; what only passes it on (`Object.freeze`, `Promise.all`) answers the value itself.
 */
import { ANY } from "../contract.ts";
import { join } from "./join.ts";
import { EACH_MAX } from "./list-methods.ts";
import type { Machine, Site } from "./machine.ts";
import { newMap, pairsOf } from "./map-methods.ts";
import { snapshot } from "./snapshot.ts";
import type { Arguments, HeapObject, Native, Slot, Value } from "./value.ts";
import { deeper, derived, isOpaque, listItems, literal, newList, newObject, optionsOf, undefinedAt } from "./value.ts";
import { REST, SOURCES, unknown } from "./value.ts";

type Global = (machine: Machine, args: Arguments, site: Site) => Value;

const PLAIN = new Set(
  (
    "JSON.stringify JSON.parse String Number Boolean BigInt Symbol parseInt parseFloat isNaN isFinite " +
    "encodeURIComponent decodeURIComponent encodeURI decodeURI escape unescape btoa atob Symbol.for Date Date.now " +
    "Date.parse Date.UTC Buffer.from Buffer.concat Buffer.alloc Buffer.byteLength Buffer.isBuffer Array.isArray " +
    "Number.isInteger Number.isFinite Number.isNaN Number.parseInt Number.parseFloat Number.isSafeInteger String.raw " +
    "String.fromCharCode String.fromCodePoint Object.is Object.isFrozen Object.hasOwn performance.now RegExp " +
    "Object.getOwnPropertyDescriptor Object.getOwnPropertyDescriptors Object.getOwnPropertySymbols " +
    "Object.isExtensible Object.isSealed URL.canParse import.meta.resolve ArrayBuffer.isView Promise.reject " +
    "Symbol.keyFor Reflect.has Reflect.getPrototypeOf Error.captureStackTrace"
  ).split(" "),
);
const PLAIN_NEW = new Set(
  (
    "Date RegExp URL URLSearchParams Uint8Array Uint16Array Uint32Array Int8Array Int16Array Int32Array Float32Array " +
    "Float64Array ArrayBuffer DataView TextEncoder TextDecoder Headers FormData AbortController String Number Boolean " +
    "WeakRef Proxy Intl.NumberFormat Intl.DateTimeFormat Intl.Collator Intl.PluralRules Intl.RelativeTimeFormat Blob"
  ).split(" "),
);
/** They answer what they are given. */
const PASSES = new Set(
  (
    "Object.freeze Object.seal Object.preventExtensions structuredClone Promise.resolve Promise.all " +
    "Promise.race Promise.any Object"
  ).split(" "),
);

/** Undefined where it is a call to the outside. */
export function globalCall(machine: Machine, path: readonly string[], args: Arguments, site: Site): Value | undefined {
  const name = path.join(".");
  const [first] = args.values;
  const special = Object.hasOwn(SPECIAL, name) ? SPECIAL[name] : undefined;
  if (special) return special(machine, args, site);
  if (name === "Promise.race" || name === "Promise.any")
    return first ? itemsJoined(first, site) : undefinedAt(site.spot);
  if (PASSES.has(name)) return first ?? undefinedAt(site.spot);
  if (PLAIN.has(name) || path[0] === "Math" || path[0] === "Intl" || path[0] === "Atomics") {
    return derived(name, fromOf(args), site.spot);
  }
  return undefined;
}

export function globalNew(machine: Machine, path: readonly string[], args: Arguments, site: Site): Value | undefined {
  const name = path.join(".");
  const [first] = args.values;
  switch (name) {
    case "Map":
    case "WeakMap":
      return newMap(machine, first, site);
    case "Set":
    case "WeakSet": {
      const items = first?.kind === "list" ? listItems(first) : undefined;
      const rest = first && !items && first.kind !== "literal" ? itemsJoined(first, site) : items?.rest;
      return { ...newList(items?.items ?? [], site.spot, rest), isSet: true };
    }
    case "Array":
      if (args.values.length === 1 && first?.kind !== "list") return newList([], site.spot, undefinedAt(site.spot));
      return newList(args.values, site.spot, args.rest);
    case "Object":
      return first ?? newObject(site.spot);
    case "Promise":
      return newPromise(machine, args, site);
    case "Proxy":
      return first ?? undefinedAt(site.spot);
    case "Function":
      machine.gap("dynamic", "code is made from a text at run time", site.spot, site.frame.stack);
      return unknown("it is made from a text at run time", site.spot, fromOf(args));
  }
  return PLAIN_NEW.has(name) ? derived(`new ${name}`, fromOf(args), site.spot) : undefined;
}

function newPromise(machine: Machine, args: Arguments, site: Site): Value {
  const settled: Value[] = [];
  const [executor] = args.values;
  const native = (name: string, run: (args: Arguments) => void): Native => ({
    kind: "native",
    name,
    spot: site.spot,
    run: (given) => {
      run(given);
      return undefinedAt(site.spot);
    },
  });
  const resolve = native("resolve", ({ values }) => settled.push(values[0] ?? undefinedAt(site.spot)));
  const reject = native("reject", ({ values }) => {
    const [value] = values;
    if (value) site.frame.thrown.push({ value, spot: site.spot, stack: site.frame.stack });
  });
  if (executor) machine.operations.call(executor, undefined, { values: [resolve, reject] }, site);
  // Who resolves it may run later: a callback that was handed over while the executor ran.
  return settled.length === 0
    ? unknown("the promise is resolved by code that is not followed", site.spot)
    : join(settled, site.spot);
}

const SPECIAL: Readonly<Record<string, Global>> = {
  "Object.assign": (machine, args, site) => {
    const [target, ...sources] = args.values;
    if (!target) return undefinedAt(site.spot);
    for (const source of args.rest ? [...sources, args.rest] : sources) spreadInto(machine, target, source, site);
    return target;
  },
  "Object.keys": (machine, args, site) => keys(args.values[0], site),
  "Object.getOwnPropertyNames": (machine, args, site) => keys(args.values[0], site),
  "Reflect.ownKeys": (machine, args, site) => keys(args.values[0], site),
  "Object.values": (machine, args, site) => {
    const pairs = entriesOf(machine, args.values[0], site);
    return newList(
      pairs.known.map(([, value]) => value),
      site.spot,
      pairs.rest,
    );
  },
  "Object.entries": (machine, args, site) => {
    const pairs = entriesOf(machine, args.values[0], site);
    const key = derived("Object.keys", [], site.spot);
    return newList(
      pairs.known.map(([name, value]) => newList([literal(name, site.spot), value], site.spot)),
      site.spot,
      pairs.rest ? newList([key, pairs.rest], site.spot) : undefined,
    );
  },
  "Object.fromEntries": (machine, args, site) => {
    const map = newMap(machine, args.values[0], site);
    return newObject(site.spot, map.store);
  },
  "Object.create": (_, args, site) => {
    const made: HeapObject = newObject(site.spot);
    const [proto] = args.values;
    if (proto?.kind === "object") made.proto = proto;
    return made;
  },
  "Object.setPrototypeOf": (_, args, site) => {
    const [of, proto] = args.values;
    if (of?.kind === "object" && proto?.kind === "object" && of !== proto) of.proto = proto;
    return of ?? undefinedAt(site.spot);
  },
  "Object.getPrototypeOf": (_, args, site) => {
    const [of] = args.values;
    return of?.kind === "object" && of.proto ? of.proto : unknown("it is a prototype", site.spot);
  },
  "Object.defineProperty": (machine, args, site) => {
    const [of, key, descriptor] = args.values;
    if (of && key && descriptor) define(machine, of, keyText(key), descriptor, site);
    return of ?? undefinedAt(site.spot);
  },
  "Object.defineProperties": (machine, args, site) => {
    const [of, descriptors] = args.values;
    for (const [key, descriptor] of entriesOf(machine, descriptors, site).known) {
      if (of) define(machine, of, key, descriptor, site);
    }
    return of ?? undefinedAt(site.spot);
  },
  "Array.from": (machine, args, site) => {
    const [of, each] = args.values;
    const list = of?.kind === "list" ? newList(listItems(of).items, site.spot, listItems(of).rest) : undefined;
    const made = list ?? newList([], site.spot, of ? itemsJoined(of, site) : undefined);
    if (!each) return made;
    return machine.operations.call(machine.operations.member(made, "map", site), made, { values: [each] }, site);
  },
  "Array.of": (_, args, site) => newList(args.values, site.spot, args.rest),
  Array: (_, args, site) => newList([], site.spot, args.rest ?? undefinedAt(site.spot)),
  "Promise.allSettled": (_, args, site) => {
    const [of] = args.values;
    const settled = (value: Value): Value =>
      newObject(site.spot, [
        ["status", derived("settled", [], site.spot)],
        ["value", value],
        ["reason", derived("caught", [], site.spot)],
      ]);
    if (of?.kind !== "list") return newList([], site.spot, of ? settled(itemsJoined(of, site)) : undefined);
    const { items, rest } = listItems(of);
    return newList(items.map(settled), site.spot, rest && settled(rest));
  },
  "Reflect.get": (machine, args, site) => {
    const [of, key] = args.values;
    return of ? machine.operations.member(of, key && keyText(key), site) : undefinedAt(site.spot);
  },
  "Reflect.set": (machine, args, site) => {
    const [of, key, value] = args.values;
    if (of && value) machine.operations.setMember(of, key && keyText(key), value, site);
    return literal(true, site.spot);
  },
  "Reflect.apply": (machine, args, site) => {
    const [callee, receiver, list] = args.values;
    const held = list?.kind === "list" ? listItems(list) : undefined;
    const given: Arguments = { values: held?.items ?? [], rest: held ? held.rest : list };
    return callee ? machine.operations.call(callee, receiver, given, site) : undefinedAt(site.spot);
  },
  "Reflect.construct": (machine, args, site) => {
    const [callee, list] = args.values;
    const held = list?.kind === "list" ? listItems(list) : undefined;
    return callee
      ? machine.operations.construct(callee, { values: held?.items ?? [], rest: held?.rest }, site)
      : undefinedAt(site.spot);
  },
  eval: (machine, args, site) => {
    machine.gap("dynamic", "code is made from a text at run time", site.spot, site.frame.stack);
    return unknown("it is made from a text at run time", site.spot, fromOf(args));
  },
};

/** What stands in a spread, or in `Object.assign`, goes into the target. */
export function spreadInto(machine: Machine, target: Value, source: Value, site: Site): void {
  if (target.kind !== "object" && target.kind !== "function" && target.kind !== "class") {
    // Into something of the outside: `Object.assign(client.config, { region })`.
    for (const [key, value] of isOpaque(target) ? entriesOf(machine, source, site).known : []) {
      machine.operations.setMember(target, key, value, site);
    }
    return;
  }
  const options = optionsOf(source);
  for (const option of options) spreadOne(machine, target, option, options.length > 1, site);
}

function spreadOne(
  machine: Machine,
  target: HeapObject | Extract<Value, { kind: "function" | "class" }>,
  source: Value,
  isMaybe: boolean,
  site: Site,
): void {
  const { state } = machine;
  if (source.kind === "object" || source.kind === "function" || source.kind === "class") {
    for (const [key, slot] of source.store) {
      if (key === "prototype" || key === "\0base") continue;
      const value = slot.kind === "accessor" ? readAccessor(machine, slot, source, site) : slot;
      if (isMaybe || key === REST || key === SOURCES) {
        // What is spread from one of several things may not be there at all; what stands for any key is no such thing.
        const isKey = key !== REST && key !== SOURCES;
        if (isKey || target.store.has(key)) state.writeMaybe(target.store, key, value, site.spot);
        else state.write(target.store, key, value);
      } else state.write(target.store, key, value);
    }
    return;
  }
  if (source.kind === "list") {
    listItems(source).items.forEach((item, index) => state.write(target.store, String(index), item));
    return;
  }
  if (!isOpaque(source)) {
    if (source.kind === "unknown") state.write(target.store, REST, source);
    return;
  }
  // What was there may be overwritten by what the source has under the same name.
  for (const [key, slot] of target.store) {
    if (key.startsWith("\0") || slot.kind === "items" || slot.kind === "accessor") continue;
    state.write(target.store, key, join([slot, machine.operations.member(source, key, site)], site.spot));
  }
  const before = target.store.get(SOURCES);
  const isHeld = before && before.kind !== "items" && before.kind !== "accessor";
  state.write(target.store, SOURCES, isHeld ? join([before, source], site.spot) : source);
}

function readAccessor(machine: Machine, slot: Extract<Slot, { kind: "accessor" }>, source: Value, site: Site): Value {
  return slot.get ? machine.operations.call(slot.get, source, { values: [] }, site) : undefinedAt(site.spot);
}

function define(machine: Machine, of: Value, key: string | undefined, descriptor: Value, site: Site): void {
  if (of.kind !== "object" && of.kind !== "function" && of.kind !== "class") return;
  if (descriptor.kind !== "object") return;
  const held = (name: string): Value | undefined => {
    const slot = descriptor.store.get(name);
    return slot && slot.kind !== "items" && slot.kind !== "accessor" ? slot : undefined;
  };
  const get = held("get");
  const set = held("set");
  const value = held("value");
  const isGetter = get !== undefined && (get.kind === "function" || get.kind === "native" || get.kind === "choice");
  if (key === undefined || key.startsWith("\0")) {
    const all = isGetter ? machine.operations.call(get, of, { values: [] }, site) : value;
    if (all) machine.operations.setMember(of, undefined, all, site);
  } else if (isGetter) machine.state.write(of.store, key, { kind: "accessor", get, ...(set ? { set } : {}) });
  else if (value) machine.state.write(of.store, key, value);
}

export function keyText(key: Value): string | undefined {
  if (key.kind === "literal") return String(key.value);
  if (key.kind === "external") return key.path.join("."); // Symbol.iterator and the like
  return undefined;
}

function keys(of: Value | undefined, site: Site): Value {
  if (of?.kind === "object") {
    const names = [...of.store.keys()].filter((key) => !key.startsWith("\0"));
    const isOpen = of.store.has(REST) || of.store.has(SOURCES);
    const more = isOpen ? derived("Object.keys", [snapshot(of)], site.spot) : undefined;
    return newList(
      names.slice(0, 1_000).map((name) => literal(name, site.spot)),
      site.spot,
      more,
    );
  }
  return newList([], site.spot, derived("Object.keys", of ? [snapshot(of)] : [], site.spot));
}

/** The entries of an object: those that are known, and one for the others. */
export function entriesOf(
  machine: Machine,
  of: Value | undefined,
  site: Site,
): { readonly known: readonly (readonly [string, Value])[]; readonly rest: Value | undefined } {
  if (!of) return { known: [], rest: undefined };
  if (of.kind === "object" && of.className !== "Map") {
    const known: (readonly [string, Value])[] = [];
    for (const [key, slot] of of.store) {
      if (key.startsWith("\0") || slot.kind === "items" || known.length >= EACH_MAX * 4) continue;
      known.push([key, slot.kind === "accessor" ? readAccessor(machine, slot, of, site) : slot]);
    }
    const isOpen = of.store.has(REST) || of.store.has(SOURCES);
    return { known, rest: isOpen ? openPart(machine, of, site) : undefined };
  }
  if (of.kind === "object") return { known: pairsOf(of, site).map(({ value }) => ["", value]), rest: undefined };
  return { known: [], rest: itemsJoined(of, site) };
}

function openPart(machine: Machine, of: HeapObject, site: Site): Value {
  const only = newObject(
    site.spot,
    [...of.store].filter(([key]) => key === REST || key === SOURCES),
  );
  return machine.operations.member(only, undefined, site);
}

/** What any item of the value may be. */
export function itemsJoined(of: Value, site: Site): Value {
  const found = optionsOf(of).flatMap((option): readonly Value[] => {
    if (option.kind === "list") {
      const { items, rest } = listItems(option);
      return rest ? [...items, rest] : items;
    }
    if (isOpaque(option)) return [deeper(option, ANY, site.spot)];
    return option.kind === "literal" ? [] : [derived("item", [snapshot(option)], site.spot)];
  });
  return join(found, site.spot);
}

function fromOf(args: Arguments): ReturnType<typeof snapshot>[] {
  return [...args.values, ...(args.rest ? [args.rest] : [])].map((value) => snapshot(value));
}
