/** `Map`: an object whose keys are what it was given, and methods instead of members. */
import { join } from "./join.ts";
import { turns } from "./list-methods.ts";
import type { Machine, Site } from "./machine.ts";
import type { Arguments, HeapObject, Slot, Value } from "./value.ts";
import {
  absenceAt,
  derived,
  itemsOf,
  listItems,
  literal,
  newList,
  newObject,
  optionsOf,
  REST,
  undefinedAt,
} from "./value.ts";

/** The name that its instances have in the contract. */
export const MAP = "Map";

export function newMap(machine: Machine, pairs: Value | undefined, site: Site): HeapObject {
  const map: HeapObject = { ...newObject(site.spot), className: MAP };
  if (!pairs || pairs.kind === "literal") return map;
  if (pairs.kind !== "list") {
    machine.operations.setMember(map, undefined, derived("item", [], site.spot), site);
    return map;
  }
  for (const { item } of turns(listItems(pairs), site.spot)) {
    const key = machine.operations.member(item, "0", site);
    set(machine, map, key, machine.operations.member(item, "1", site), site);
  }
  return map;
}

export function mapMethod(
  machine: Machine,
  map: HeapObject,
  name: string,
  args: Arguments,
  site: Site,
): Value | undefined {
  const [key, value] = args.values;
  switch (name) {
    case "get": {
      const found = optionsOf(key ?? undefinedAt(site.spot)).map((one) => get(map, one, site));
      return join(found, site.spot);
    }
    case "set":
      for (const one of optionsOf(key ?? undefinedAt(site.spot))) {
        set(machine, map, one, value ?? undefinedAt(site.spot), site);
      }
      return map;
    case "has": {
      const known = key ? keyOf(key) : undefined;
      if (known !== undefined && !map.store.has(REST)) return literal(map.store.has(known), site.spot);
      return derived(".has", [], site.spot);
    }
    case "delete":
      if (key && keyOf(key) !== undefined) machine.state.write(map.store, keyOf(key) ?? "", undefined);
      return derived(".delete", [], site.spot);
    case "clear":
      for (const held of map.store.keys()) machine.state.write(map.store, held, undefined);
      return undefinedAt(site.spot);
    case "keys":
    case "values":
    case "entries": {
      const pairs = pairsOf(map, site);
      const pick = ({ key: one, value: held }: Pair): Value =>
        name === "keys" ? one : name === "values" ? held : newList([one, held], site.spot);
      const rest = pairs.find(({ isSure }) => !isSure);
      return newList(pairs.filter(({ isSure }) => isSure).map(pick), site.spot, rest && pick(rest));
    }
    case "forEach":
      for (const pair of pairsOf(map, site)) {
        const run = (): Value =>
          machine.operations.call(key ?? map, undefined, { values: [pair.value, pair.key, map] }, site);
        if (pair.isSure) run();
        else machine.possibly(site.spot, site.frame, run);
      }
      return undefinedAt(site.spot);
    default:
      return undefined;
  }
}

interface Pair {
  readonly key: Value;
  readonly value: Value;
  readonly isSure: boolean;
}

export function pairsOf(map: HeapObject, site: Site): readonly Pair[] {
  return [...map.store].flatMap(([key, slot]): readonly Pair[] => {
    if (slot.kind === "items" || slot.kind === "accessor") return [];
    if (key === REST) return [{ key: derived("key", [], site.spot), value: slot, isSure: false }];
    return key.startsWith("\0") ? [] : [{ key: literal(key, site.spot), value: slot, isSure: true }];
  });
}

function set(machine: Machine, map: HeapObject, key: Value, value: Value, site: Site): void {
  const known = keyOf(key);
  if (known === undefined) addRest(machine, map, value, site);
  else machine.state.write(map.store, known, value);
}

function get(map: HeapObject, key: Value, site: Site): Value {
  const known = keyOf(key);
  const held = known === undefined ? undefined : map.store.get(known);
  if (held && isValue(held)) return held;
  const rest = map.store.get(REST);
  if (known !== undefined)
    return rest && isValue(rest) ? join([rest, absenceAt(site.spot)], site.spot) : undefinedAt(site.spot);
  const any = [...map.store.values()].filter(isValue);
  return join([...any, absenceAt(site.spot)], site.spot);
}

function isValue(slot: Slot): slot is Value {
  return slot.kind !== "items" && slot.kind !== "accessor";
}

function keyOf(key: Value): string | undefined {
  return key.kind === "literal" && !String(key.value).startsWith("\0") ? String(key.value) : undefined;
}

export function mapAsItems(map: HeapObject, site: Site): ReturnType<typeof listItems> {
  const pairs = pairsOf(map, site).map(({ key, value, isSure }) => ({
    item: newList([key, value], site.spot),
    isSure,
  }));
  return itemsOf(
    pairs.filter(({ isSure }) => isSure).map(({ item }) => item),
    pairs.find(({ isSure }) => !isSure)?.item,
  );
}

function addRest(machine: Machine, map: HeapObject, value: Value, site: Site): void {
  const before = map.store.get(REST);
  machine.state.write(map.store, REST, before && isValue(before) ? join([before, value], site.spot) : value);
}
