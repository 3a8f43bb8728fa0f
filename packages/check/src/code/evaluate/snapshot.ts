/** A value as it is at this moment, for the contract: what code does to it later does not change the snapshot. */
import type { Spot } from "../../source/source-text.ts";
import { ANY, type CodeValue } from "../contract.ts";
import { BASE, listItems, optionsOf, REST, SOURCES, type HeapObject, type Slot, type Value } from "./value.ts";
import { deeper, isAbsence, isOpaque } from "./value.ts";

const DEPTH_MAX = 14;
const NODES_MAX = 800;

export function snapshot(value: Value): CodeValue {
  return new Snapshot().take(value, 0);
}

class Snapshot {
  readonly #open = new Set<Value>();
  /** What is met twice is taken once. */
  readonly #taken = new Map<Value, CodeValue>();
  #nodes = 0;

  take(value: Value, depth: number): CodeValue {
    switch (value.kind) {
      case "choice":
        return this.#choice(value.options, value.spot, depth);
      case "function":
        return { kind: "function", name: value.name, parameters: parametersOf(value.node.params), spot: value.spot };
      case "native":
        return { kind: "function", name: value.name, parameters: [], spot: value.spot };
      case "class":
        return { kind: "class", name: value.name, spot: value.spot };
      case "object":
      case "list":
        return this.#inside(value, depth);
      default:
        return value;
    }
  }

  #choice(options: readonly Value[], spot: Spot, depth: number): CodeValue {
    const taken = options.filter((option) => !isAbsence(option)).map((option) => this.take(option, depth));
    const [only] = taken;
    return taken.length === 1 && only ? only : { kind: "choice", options: taken, spot };
  }

  #inside(value: Extract<Value, { kind: "object" | "list" }>, depth: number): CodeValue {
    if (this.#open.has(value)) {
      return value.kind === "list"
        ? { kind: "list", items: [], isCycle: true, spot: value.spot }
        : { kind: "object", entries: new Map(), isCycle: true, spot: value.spot };
    }
    const known = this.#taken.get(value);
    if (known) return known;
    if (depth > DEPTH_MAX || ++this.#nodes > NODES_MAX) {
      return { kind: "unknown", reason: "it is too large to be followed", from: [], spot: value.spot };
    }
    this.#open.add(value);
    const taken = value.kind === "list" ? this.#list(value, depth + 1) : this.#object(value, depth + 1);
    this.#open.delete(value);
    this.#taken.set(value, taken);
    return taken;
  }

  #list(value: Extract<Value, { kind: "list" }>, depth: number): CodeValue {
    const { items, rest } = listItems(value);
    const taken = items.map((item) => this.take(item, depth));
    const list = { kind: "list", items: taken, spot: value.spot } as const;
    return rest === undefined ? list : { ...list, rest: this.take(rest, depth) };
  }

  #object(value: HeapObject, depth: number): CodeValue {
    const entries = new Map<string, CodeValue>();
    for (const [key, slot] of value.store) {
      const held = key.startsWith("\0") ? undefined : this.#slot(slot, depth);
      if (held) entries.set(key, held);
    }
    const rest = [value.store.get(REST), ...membersOf(value.store.get(SOURCES))].flatMap((slot) => {
      const held = slot ? this.#slot(slot, depth) : undefined;
      return held ? [held] : [];
    });
    const base = value.store.get(BASE);
    const held = base ? this.#slot(base, depth) : undefined;
    const [only] = rest;
    const options = rest.flatMap((one) => (one.kind === "choice" ? one.options : [one]));
    return {
      kind: "object",
      entries,
      ...(only ? { rest: options.length === 1 ? only : { kind: "choice", options, spot: value.spot } } : {}),
      ...(value.className === undefined ? {} : { className: value.className }),
      ...(held ? { base: held } : {}),
      spot: value.spot,
    };
  }

  #slot(slot: Slot, depth: number): CodeValue | undefined {
    if (slot.kind === "items") return undefined;
    if (slot.kind === "accessor") return slot.get ? this.take(slot.get, depth) : undefined;
    return this.take(slot, depth);
  }
}

/** What is spread into an object stands in it under keys that are not known. */
function membersOf(sources: Slot | undefined): readonly Value[] {
  if (!sources || sources.kind === "items" || sources.kind === "accessor") return [];
  return optionsOf(sources).map((source) => (isOpaque(source) ? deeper(source, ANY, source.spot) : source));
}

function parametersOf(params: readonly object[]): readonly string[] {
  return params.map((param) => {
    const named = "parameter" in param ? param.parameter : "left" in param ? param.left : param;
    return typeof named === "object" && named !== null && "name" in named ? String(named.name) : "";
  });
}
