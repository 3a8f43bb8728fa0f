/** Members of values: reading and writing them, with what a key that is not known may mean. */
import type { Spot } from "../../source/source-text.ts";
import { ANY, GLOBAL } from "../contract.ts";
import { recordExternal } from "./external-call.ts";
import { join, joinSlots } from "./join.ts";
import type { Machine, Site } from "./machine.ts";
import { snapshot } from "./snapshot.ts";
import type { ClassRef, Closure, HeapObject, OpaqueValue, Slot, Store, Value } from "./value.ts";
import { BASE, ITEMS, REST, SOURCES } from "./value.ts";
import {
  deeper,
  derived,
  putInto,
  external,
  isEnvironment,
  isOpaque,
  itemsOf,
  literal,
  newObject,
  optionsOf,
  undefinedAt,
} from "./value.ts";
import { absenceAt, listItems, unknown } from "./value.ts";

/** Longer prototype chains are circles. */
const CHAIN_MAX = 32;
const LIST_KEYS_MAX = 10_000;

export function memberOf(machine: Machine, of: Value, key: string | undefined, site: Site): Value {
  machine.step();
  switch (of.kind) {
    case "choice":
      return memberOfChoice(machine, of.options, key, site);
    case "object":
      return memberOfObject(machine, of, key, of, site);
    case "list":
      return memberOfList(machine, of, key, site.spot);
    case "function":
    case "class":
      return memberOfFunction(machine, of, key, site);
    case "native":
      return unknown(`${of.name} is made by the language`, site.spot);
    case "literal":
      return memberOfLiteral(of.value, key, site.spot);
    case "text":
    case "environment":
      return derived(`.${key ?? ANY}`, [of], site.spot);
    case "unknown":
      return of;
    default:
      return memberOfOpaque(machine, of, key, site.spot);
  }
}

/** A value that is not set has no members: what can be read is what the other options have. */
function memberOfChoice(machine: Machine, options: readonly Value[], key: string | undefined, site: Site): Value {
  const present = options.filter((option) => option.kind !== "literal" || (option.value ?? undefined) !== undefined);
  const members = present.map((option) => memberOf(machine, option, key, site));
  const held = members.filter((member) => member.kind !== "literal" || member.value !== undefined);
  return join(held.length > 0 ? held : members, site.spot);
}

function memberOfLiteral(value: unknown, key: string | undefined, spot: Spot): Value {
  if (typeof value === "string") {
    if (key === "length") return literal(value.length, spot);
    if (key !== undefined && /^\d+$/.test(key)) return literal(value[Number(key)], spot);
    return undefinedAt(spot);
  }
  return value === undefined || value === null ? unknown("nothing is known to be here", spot) : undefinedAt(spot);
}

export function memberOfOpaque(machine: Machine, of: OpaqueValue, key: string | undefined, spot: Spot): Value {
  if (of.kind !== "external") return deeper(of, key ?? ANY, spot);
  if (isEnvironment(of)) {
    machine.readEnvironment(key, spot);
    return key === undefined ? deeper(of, ANY, spot) : { kind: "environment", name: key, spot };
  }
  // A handler is not the program that was started.
  if (of.module === GLOBAL && key === "main" && of.path.join() === "require") return undefinedAt(spot);
  if (of.module === "node:process") return memberOfOpaque(machine, processAt(of, spot), key, spot);
  if (of.module === GLOBAL && isGlobalObject(of.path) && key !== undefined) return external(GLOBAL, [key], spot);
  // A default import of Node's own modules is the module.
  if (key === "default" && of.path.length === 0 && (of.module === GLOBAL || of.module.startsWith("node:"))) return of;
  return deeper(of, key ?? ANY, spot);
}

function processAt(of: OpaqueValue, spot: Spot): OpaqueValue {
  const path = of.path[0] === "default" ? of.path.slice(1) : of.path;
  return external(GLOBAL, ["process", ...path], spot);
}

function isGlobalObject(path: readonly string[]): boolean {
  return path.length === 1 && (path[0] === "globalThis" || path[0] === "global" || path[0] === "window");
}

function memberOfObject(machine: Machine, of: HeapObject, key: string | undefined, receiver: Value, site: Site): Value {
  if (key === undefined) return anyMember(machine, of, receiver, site);
  let at: HeapObject | undefined = of;
  for (let depth = 0; at && depth < CHAIN_MAX; depth++, at = at.proto) {
    const slot = at.store.get(key);
    if (slot) return readSlot(machine, slot, receiver, site);
    const open = openMember(machine, at, key, site);
    if (open) return open;
  }
  const base = of.store.get(BASE);
  if (base && base.kind !== "items" && base.kind !== "accessor") return memberOf(machine, base, key, site);
  return undefinedAt(site.spot);
}

/** What the key may be among entries whose keys are not known. */
function openMember(machine: Machine, of: HeapObject, key: string, site: Site): Value | undefined {
  const rest = of.store.get(REST);
  const sources = of.store.get(SOURCES);
  const found: Value[] = [];
  if (rest && rest.kind !== "items" && rest.kind !== "accessor") found.push(rest, absenceAt(site.spot));
  if (sources && sources.kind !== "items" && sources.kind !== "accessor") {
    found.push(...optionsOf(sources).map((source) => memberOf(machine, source, key, site)));
  }
  return found.length === 0 ? undefined : join(found, site.spot);
}

function anyMember(machine: Machine, of: HeapObject, receiver: Value, site: Site): Value {
  const found: Value[] = [];
  let at: HeapObject | undefined = of;
  for (let depth = 0; at && depth < CHAIN_MAX; depth++, at = at.proto) {
    for (const [key, slot] of at.store) {
      if (key === SOURCES && slot.kind !== "items" && slot.kind !== "accessor") {
        found.push(memberOf(machine, slot, undefined, site));
      } else if (key === REST || (!key.startsWith("\0") && key !== "constructor")) {
        found.push(readSlot(machine, slot, receiver, site));
      }
    }
  }
  return join([...found, absenceAt(site.spot)], site.spot);
}

export function readSlot(machine: Machine, slot: Slot, receiver: Value, site: Site): Value {
  if (slot.kind === "items") return undefinedAt(site.spot);
  if (slot.kind !== "accessor") return slot;
  if (!slot.get) return undefinedAt(site.spot);
  return machine.operations.call(slot.get, receiver, { values: [] }, site);
}

function memberOfList(
  machine: Machine,
  of: Extract<Value, { kind: "list" }>,
  key: string | undefined,
  spot: Spot,
): Value {
  const { items, rest } = listItems(of);
  if (key === "length") {
    return rest === undefined ? literal(items.length, spot) : derived(".length", [snapshot(of)], spot);
  }
  if (key !== undefined && /^\d{1,9}$/.test(key)) return items[Number(key)] ?? rest ?? undefinedAt(spot);
  if (key === undefined) return join(rest ? [...items, rest] : items, spot);
  const slot = of.store.get(key);
  return slot && slot.kind !== "items" && slot.kind !== "accessor" ? slot : undefinedAt(spot);
}

function memberOfFunction(machine: Machine, of: Closure | ClassRef, key: string | undefined, site: Site): Value {
  if (key === undefined)
    return join(
      [...of.store.values()].map((slot) => readSlot(machine, slot, of, site)),
      site.spot,
    );
  if (key === "prototype") return prototypeOf(machine, of);
  let at: Value | undefined = of;
  for (let depth = 0; at && depth < CHAIN_MAX; depth++) {
    if (at.kind !== "function" && at.kind !== "class") return memberOf(machine, at, key, site);
    const slot = at.store.get(key);
    if (slot) return readSlot(machine, slot, of, site);
    at = at.kind === "class" ? at.superclass : undefined;
  }
  if (key === "name") return literal(of.name, site.spot);
  return key === "length" ? derived(".length", [], site.spot) : undefinedAt(site.spot);
}

export function prototypeOf(machine: Machine, of: Closure | ClassRef): Value {
  if (of.kind === "class") return of.prototype;
  const held = of.store.get("prototype");
  if (held && held.kind !== "items" && held.kind !== "accessor") return held;
  const made = newObject(of.spot, [["constructor", of]]);
  machine.state.write(of.store, "prototype", made);
  return made;
}

export function writeMember(machine: Machine, of: Value, key: string | undefined, value: Value, site: Site): void {
  machine.step();
  switch (of.kind) {
    case "choice":
      for (const option of of.options) writeMaybe(machine, option, key, value, site);
      return;
    case "object":
      writeToObject(machine, of, key, value, site);
      return;
    case "list":
      writeToList(machine, of, key, value, site.spot);
      return;
    case "function":
    case "class":
      writeToStore(machine, of.store, key, value, site);
      return;
    default:
      if (of.kind === "derived") putInto(of, [snapshot(value)]);
      if (isOpaque(of)) {
        const callee = key === undefined ? deeper(of, ANY, site.spot) : deeper(of, key, site.spot);
        recordExternal(machine, "set", callee, of, { values: [value] }, site);
      }
  }
}

/** One of several things is written to: each may keep what it had. */
function writeMaybe(machine: Machine, of: Value, key: string | undefined, value: Value, site: Site): void {
  if (of.kind === "object" || of.kind === "function" || of.kind === "class") {
    machine.state.writeMaybe(of.store, key ?? REST, value, site.spot);
  } else if (of.kind === "list") {
    const { items, rest } = listItems(of);
    machine.state.write(of.store, ITEMS, itemsOf(items, rest ? join([rest, value], site.spot) : value));
  } else writeMember(machine, of, key, value, site);
}

function writeToObject(machine: Machine, of: HeapObject, key: string | undefined, value: Value, site: Site): void {
  let at: HeapObject | undefined = of;
  for (let depth = 0; at && key !== undefined && depth < CHAIN_MAX; depth++, at = at.proto) {
    const slot = at.store.get(key);
    if (slot?.kind === "accessor" && slot.set) {
      machine.operations.call(slot.set, of, { values: [value] }, site);
      return;
    }
  }
  // `__proto__` is a name like any other here: what inherits by it is rare, and a way to confuse a reader.
  writeToStore(machine, of.store, key, value, site);
}

function writeToStore(machine: Machine, store: Store, key: string | undefined, value: Value, site: Site): void {
  if (key !== undefined && !key.startsWith("\0")) machine.state.write(store, key, value);
  else {
    const before = store.get(REST);
    machine.state.write(store, REST, before ? joinSlots(before, value, site.spot) : value);
  }
}

function writeToList(
  machine: Machine,
  of: Extract<Value, { kind: "list" }>,
  key: string | undefined,
  value: Value,
  spot: Spot,
): void {
  const { items, rest } = listItems(of);
  if (key === undefined) machine.state.write(of.store, ITEMS, itemsOf(items, rest ? join([rest, value], spot) : value));
  else if (key === "length") return;
  else if (!/^\d{1,9}$/.test(key)) machine.state.write(of.store, key, value);
  else if (Number(key) < items.length)
    machine.state.write(of.store, ITEMS, itemsOf(items.with(Number(key), value), rest));
  else if (Number(key) === items.length && rest === undefined && items.length < LIST_KEYS_MAX) {
    machine.state.write(of.store, ITEMS, itemsOf([...items, value]));
  } else machine.state.write(of.store, ITEMS, itemsOf(items, rest ? join([rest, value], spot) : value));
}
