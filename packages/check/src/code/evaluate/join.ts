/** When two values are the same, and what stands for either of them. */
import type { Spot } from "../../source/source-text.ts";
import type { CodeValue } from "../contract.ts";
import { snapshot } from "./snapshot.ts";
import { itemsOf, optionsOf, undefinedAt, unknown, type Items, type Slot, type Value } from "./value.ts";

/** A choice of more than this says nothing that its parts do not. */
const OPTIONS_MAX = 48;
/** So many parts of two values are compared before they count as different. */
const PARTS_MAX = 160;

export function join(values: readonly Value[], spot: Spot): Value {
  const kept: Value[] = [];
  for (const value of values) {
    for (const option of optionsOf(value)) if (!kept.some((other) => isSame(other, option))) kept.push(option);
  }
  const [only] = kept;
  if (only === undefined) return undefinedAt(spot);
  if (kept.length === 1) return only;
  if (kept.length > OPTIONS_MAX)
    return unknown(
      "it is one of many values",
      spot,
      kept.map((one) => snapshot(one)),
    );
  return { kind: "choice", options: kept, spot };
}

export function joinSlots(one: Slot | undefined, other: Slot | undefined, spot: Spot): Slot {
  if (one === other && one) return one;
  if (one?.kind === "items" || other?.kind === "items") return joinItems(one, other, spot);
  if (one?.kind === "accessor" || other?.kind === "accessor") return one ?? other ?? undefinedAt(spot);
  return join([one ?? undefinedAt(spot), other ?? undefinedAt(spot)], spot);
}

function joinItems(one: Slot | undefined, other: Slot | undefined, spot: Spot): Items {
  const left = one?.kind === "items" ? one : itemsOf([]);
  const right = other?.kind === "items" ? other : itemsOf([]);
  const shared = Math.min(left.items.length, right.items.length);
  const items = left.items.slice(0, shared).map((item, index) => join([item, right.items[index] ?? item], spot));
  // Those that only one of them has may be there or not.
  const more = [...left.items.slice(shared), ...right.items.slice(shared)];
  const rests = [left.rest, right.rest].filter((rest) => rest !== undefined);
  return more.length + rests.length === 0 ? itemsOf(items) : itemsOf(items, join([...rests, ...more], spot));
}

export function isSame(one: Value, other: Value): boolean {
  if (one === other) return true;
  if (one.kind !== other.kind || isMutable(one)) return false;
  return isSameCode(one as CodeValue, other as CodeValue);
}

function isMutable({ kind }: Value): boolean {
  return kind === "object" || kind === "list" || kind === "function" || kind === "class" || kind === "native";
}

/** Whether two snapshots say the same; places aside. False in doubt. */
export function isSameCode(one: CodeValue, other: CodeValue, effort = { left: PARTS_MAX }): boolean {
  if (one === other) return true;
  if (one.kind !== other.kind || --effort.left < 0) return false;
  switch (one.kind) {
    case "literal":
      return Object.is(one.value, (other as typeof one).value);
    case "environment":
      return (
        one.name === (other as typeof one).name && areSame([one.fallback], [(other as typeof one).fallback], effort)
      );
    case "external":
      return one.module === (other as typeof one).module && isSamePath(one, other as typeof one);
    case "instance":
    case "result":
      return one.call === (other as typeof one).call && isSamePath(one, other as typeof one);
    case "given": {
      const { call, argument, parameter } = other as typeof one;
      const isSameGift = one.call === call && one.argument === argument && one.parameter === parameter;
      return isSameGift && isSamePath(one, other as typeof one);
    }
    case "input":
      return one.parameter === (other as typeof one).parameter && isSamePath(one, other as typeof one);
    case "text":
      return areSame(one.parts, (other as typeof one).parts, effort);
    case "derived": {
      const { how, from } = other as typeof one;
      return one.how === how && isSamePath(one, other as typeof one) && areSame(one.from, from, effort);
    }
    case "unknown":
      return one.reason === (other as typeof one).reason && areSame(one.from, (other as typeof one).from, effort);
    case "choice":
      return areSame(one.options, (other as typeof one).options, effort);
    case "list":
      return (
        areSame(one.items, (other as typeof one).items, effort) &&
        areSame([one.rest], [(other as typeof one).rest], effort)
      );
    case "object": {
      const { entries, rest, base } = other as typeof one;
      return (
        one.entries.size === entries.size &&
        areSame([...one.entries].flat(), [...entries].flat(), effort) &&
        areSame([one.rest, one.base], [rest, base], effort)
      );
    }
    case "function":
    case "class":
      return one.spot.source === other.spot.source && one.spot.offset === other.spot.offset;
  }
}

type Part = CodeValue | string | undefined;

function areSame(ones: readonly Part[], others: readonly Part[], effort: { left: number }): boolean {
  if (ones.length !== others.length) return false;
  return ones.every((one, index) => {
    const other = others[index];
    if (typeof one !== "object" || typeof other !== "object") return one === other;
    return isSameCode(one, other, effort);
  });
}

function isSamePath(one: { readonly path: readonly string[] }, other: { readonly path: readonly string[] }): boolean {
  return one.path.length === other.path.length && one.path.every((step, index) => step === other.path[index]);
}
