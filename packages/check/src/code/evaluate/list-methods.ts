/** Methods of lists and sets whose items are known, one by one as far as they are. */
import type { Spot } from "../../source/source-text.ts";
import { ANY } from "../contract.ts";
import { join } from "./join.ts";
import type { Machine, Site } from "./machine.ts";
import { textOf, truthOf } from "./operator.ts";
import { snapshot } from "./snapshot.ts";
import type { Arguments, HeapList, Items, Value } from "./value.ts";
import {
  deeper,
  derived,
  isOpaque,
  ITEMS,
  itemsOf,
  listItems,
  literal,
  newList,
  optionsOf,
  undefinedAt,
} from "./value.ts";

/** So many items are followed one by one; the others together. */
export const EACH_MAX = 64;
const ITEMS_MAX = 2_000;

type Method = (machine: Machine, list: HeapList, args: Arguments, site: Site) => Value;

/** Undefined where lists have no such method. */
export function listMethod(
  machine: Machine,
  list: HeapList,
  name: string,
  args: Arguments,
  site: Site,
): Value | undefined {
  const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined;
  return method?.(machine, list, args, site);
}

/** The items as they are gone through: each that is known, and one for all that are not. */
export function turns(
  { items, rest }: Items,
  spot: Spot,
): readonly { readonly item: Value; readonly isSure: boolean }[] {
  const each = items.slice(0, EACH_MAX).map((item) => ({ item, isSure: true }));
  const others = [...items.slice(EACH_MAX), ...(rest ? [rest] : [])];
  return others.length === 0 ? each : [...each, { item: join(others, spot), isSure: false }];
}

function eachItem(
  machine: Machine,
  list: HeapList,
  callback: Value | undefined,
  site: Site,
  more: readonly Value[] = [],
): readonly { readonly item: Value; readonly answer: Value; readonly isSure: boolean }[] {
  if (!callback) return [];
  return turns(listItems(list), site.spot).map(({ item, isSure }, index) => {
    const at = isSure ? literal(index, site.spot) : derived("index", [], site.spot);
    const run = (): Value => machine.operations.call(callback, undefined, { values: [...more, item, at, list] }, site);
    return { item, isSure, answer: isSure ? run() : machine.possibly(site.spot, site.frame, run) };
  });
}

function fromAnswers(answers: readonly { readonly answer: Value; readonly isSure: boolean }[], spot: Spot): Value {
  const sure = answers.filter(({ isSure }) => isSure).map(({ answer }) => answer);
  return newList(sure, spot, answers.find(({ isSure }) => !isSure)?.answer);
}

function all(list: HeapList, spot: Spot): Value {
  const { items, rest } = listItems(list);
  return join(rest ? [...items, rest] : items, spot);
}

function add(machine: Machine, list: HeapList, args: Arguments, isFront: boolean): void {
  const { items, rest } = listItems(list);
  const isKnown = rest === undefined && args.rest === undefined && items.length + args.values.length <= ITEMS_MAX;
  if (isKnown) {
    const added = isFront ? [...args.values, ...items] : [...items, ...args.values];
    machine.state.write(list.store, ITEMS, itemsOf(added));
    return;
  }
  const more = [rest, args.rest, ...args.values].filter((value) => value !== undefined);
  machine.state.write(list.store, ITEMS, itemsOf(items, join(more, list.spot)));
}

function pick(machine: Machine, list: HeapList, args: Arguments, site: Site): Value {
  const answers = eachItem(machine, list, args.values[0], site);
  const kept = answers.filter(({ answer }) => truthOf(machine, answer) !== false);
  const sure = kept.find(({ answer, isSure }) => isSure && truthOf(machine, answer) === true);
  const possible = kept.slice(0, sure ? kept.indexOf(sure) + 1 : kept.length).map(({ item }) => item);
  return join(sure ? possible : [...possible, undefinedAt(site.spot)], site.spot);
}

const METHODS: Readonly<Record<string, Method>> = {
  map: (machine, list, args, site) => fromAnswers(eachItem(machine, list, args.values[0], site), site.spot),
  forEach: (machine, list, args, site) => {
    eachItem(machine, list, args.values[0], site);
    return undefinedAt(site.spot);
  },
  flatMap: (machine, list, args, site) =>
    flatten(
      eachItem(machine, list, args.values[0], site).map(({ answer }) => answer),
      site.spot,
    ),
  filter: (machine, list, args, site) => {
    const answers = eachItem(machine, list, args.values[0], site);
    const kept = answers.filter(({ answer }) => truthOf(machine, answer) !== false);
    if (kept.every(({ answer, isSure }) => isSure && truthOf(machine, answer) === true)) {
      return newList(
        kept.map(({ item }) => item),
        site.spot,
      );
    }
    return newList(
      [],
      site.spot,
      join(
        kept.map(({ item }) => item),
        site.spot,
      ),
    );
  },
  find: pick,
  findLast: pick,
  some: (machine, list, args, site) => {
    const answers = eachItem(machine, list, args.values[0], site).map(({ answer }) => snapshot(answer));
    return derived(".some", answers, site.spot);
  },
  every: (machine, list, args, site) => {
    const answers = eachItem(machine, list, args.values[0], site).map(({ answer }) => snapshot(answer));
    return derived(".every", answers, site.spot);
  },
  findIndex: (machine, list, args, site) => {
    eachItem(machine, list, args.values[0], site);
    return derived(".findIndex", [], site.spot);
  },
  reduce: reduce,
  reduceRight: reduce,
  push: (machine, list, args) => {
    add(machine, list, args, false);
    return derived(".length", [], list.spot);
  },
  unshift: (machine, list, args) => {
    add(machine, list, args, true);
    return derived(".length", [], list.spot);
  },
  add: (machine, list, args) => {
    add(machine, list, args, false);
    return list;
  },
  has: (_, list, args, site) =>
    derived(".has", [snapshot(list), ...args.values.map((arg) => snapshot(arg))], site.spot),
  pop: takeEnd,
  shift: takeEnd,
  splice: (machine, list, args, site) => {
    const before = all(list, site.spot);
    machine.state.write(list.store, ITEMS, itemsOf([], join([before, ...args.values.slice(2)], site.spot)));
    return newList([], site.spot, before);
  },
  slice: (_machine: Machine, list: HeapList, args: Arguments, site: Site): Value => {
    const { items, rest } = listItems(list);
    const [from, to] = args.values.map((arg) =>
      arg.kind === "literal" && typeof arg.value === "number" ? arg.value : NaN,
    );
    if (rest !== undefined || Number.isNaN(from ?? 0) || Number.isNaN(to ?? 0)) return list;
    return newList(items.slice(from, to), site.spot);
  },
  concat: (_, list, args, site) => flatten([list, ...args.values, ...(args.rest ? [args.rest] : [])], site.spot),
  flat: (_machine: Machine, list: HeapList, _args: Arguments, site: Site): Value => {
    const { items, rest } = listItems(list);
    return flatten(rest ? [...items, newList([], site.spot, rest)] : items, site.spot);
  },
  join: (_, list, args, site) => {
    const { items, rest } = listItems(list);
    const [separator] = args.values;
    if (rest) return derived(".join", [snapshot(list)], site.spot);
    const between = separator ?? literal(",", site.spot);
    return textOf(
      items.flatMap((item, index) => (index === 0 ? [item] : [between, item])),
      site.spot,
    );
  },
  includes: (_, list, args, site) =>
    derived(".includes", [snapshot(list), ...args.values.map((arg) => snapshot(arg))], site.spot),
  indexOf: (_, list, args, site) =>
    derived(".indexOf", [snapshot(list), ...args.values.map((arg) => snapshot(arg))], site.spot),
  at: (_, list, args, site) => {
    const { items, rest } = listItems(list);
    const [index] = args.values;
    if (rest === undefined && index?.kind === "literal" && typeof index.value === "number") {
      return items.at(index.value) ?? undefinedAt(site.spot);
    }
    return all(list, site.spot);
  },
  sort: (machine, list, args, site) => {
    const [compare] = args.values;
    const item = all(list, site.spot);
    if (compare) machine.operations.call(compare, undefined, { values: [item, item] }, site);
    if (hasOrder(list)) machine.state.write(list.store, ITEMS, itemsOf([], item));
    return list;
  },
  toSorted: (machine, list, args, site) => {
    const [compare] = args.values;
    const item = all(list, site.spot);
    if (compare) machine.operations.call(compare, undefined, { values: [item, item] }, site);
    return hasOrder(list) ? newList([], site.spot, item) : list;
  },
  reverse: (machine, list) => {
    const { items, rest } = listItems(list);
    if (rest === undefined) machine.state.write(list.store, ITEMS, itemsOf(items.toReversed()));
    else machine.state.write(list.store, ITEMS, itemsOf([], all(list, list.spot)));
    return list;
  },
  toReversed: (_, list, __, site) => {
    const { items, rest } = listItems(list);
    return rest === undefined ? newList(items.toReversed(), site.spot) : newList([], site.spot, all(list, site.spot));
  },
  fill: (machine, list, args) => {
    const [value] = args.values;
    const { items, rest } = listItems(list);
    if (value)
      machine.state.write(
        list.store,
        ITEMS,
        itemsOf(
          items.map(() => value),
          rest === undefined ? rest : value,
        ),
      );
    return list;
  },
  values: (_, list) => list,
  keys: (_, list, __, site) => newList([], site.spot, derived("index", [], list.spot)),
  entries: (_, list, __, site) => {
    const { items, rest } = listItems(list);
    const pair = (item: Value, index: number): Value => newList([literal(index, site.spot), item], site.spot);
    return newList(
      items.map(pair),
      site.spot,
      rest ? newList([derived("index", [], site.spot), rest], site.spot) : undefined,
    );
  },
};

function reduce(machine: Machine, list: HeapList, args: Arguments, site: Site): Value {
  const [callback, start] = args.values;
  if (!callback) return undefinedAt(site.spot);
  const steps = [...turns(listItems(list), site.spot)];
  let sum = start ?? steps.shift()?.item ?? undefinedAt(site.spot);
  for (const { item, isSure } of steps) {
    const index = derived("index", [], site.spot);
    const run = (): Value => machine.operations.call(callback, undefined, { values: [sum, item, index, list] }, site);
    sum = isSure ? run() : join([sum, machine.possibly(site.spot, site.frame, run)], site.spot);
  }
  return sum;
}

/** Whether its items' places mean something that another order would take away. */
function hasOrder(list: HeapList): boolean {
  const { items, rest } = listItems(list);
  return items.length + (rest ? 1 : 0) > 1;
}

function takeEnd(machine: Machine, list: HeapList, _: Arguments, site: Site): Value {
  const taken = all(list, site.spot);
  const { items, rest } = listItems(list);
  const left = rest ? [...items, rest] : items;
  if (left.length > 0) machine.state.write(list.store, ITEMS, itemsOf([], join(left, site.spot)));
  return taken;
}

function flatten(values: readonly Value[], spot: Spot): Value {
  const items: Value[] = [];
  const rests: Value[] = [];
  for (const value of values) {
    for (const option of optionsOf(value)) {
      const isSure = value.kind !== "choice" && rests.length === 0;
      if (option.kind === "list") {
        const inner = listItems(option);
        if (isSure && inner.rest === undefined) items.push(...inner.items);
        else rests.push(...inner.items, ...(inner.rest ? [inner.rest] : []));
      } else if (option.kind === "literal" || option.kind === "object") (isSure ? items : rests).push(option);
      else rests.push(isOpaque(option) ? deeper(option, ANY, spot) : option);
    }
  }
  return newList(items, spot, rests.length === 0 ? undefined : join(rests, spot));
}
