/**
 * Values as the evaluation holds them. What is not changed by code is the contract's own; objects, lists, functions and
 * classes are mutable here and become snapshots when they leave (snapshot.ts). INVARIANT: `Choice` is flat and has at least
 * two options that differ; every mutable part lies in a `Store`, so that `state.ts` can undo and join it.
 */
import type { ArrowFunctionExpression, Class, Function as FunctionNode } from "oxc-parser";
import type { Spot } from "../../source/source-text.ts";
import { GLOBAL } from "../contract.ts";
import type * as contract from "../contract.ts";
import type { ParsedModule } from "./module-code.ts";
import { Places, type OwnPlaces } from "./store.ts";

export type FlatValue =
  | contract.LiteralValue
  | contract.TextValue
  | contract.EnvironmentValue
  | contract.DerivedValue
  | contract.UnknownValue
  | OpaqueValue;

/** Values of which members are paths. */
export type OpaqueValue =
  | contract.ExternalValue
  | contract.InstanceValue
  | contract.ResultValue
  | contract.GivenValue
  | contract.InputValue
  | contract.DerivedValue;

export type Callable = Closure | ClassRef | Native;

export type Value = FlatValue | Choice | HeapObject | HeapList | Callable;

export type Store = Places<Slot>;

export interface Scope {
  readonly variables: OwnPlaces<Slot>;
  readonly parent: Scope | undefined;
  readonly module: ModuleCode;
  /** Names that stand for another module's export, looked up each time: it may be written later. */
  readonly imports?: ReadonlyMap<string, () => Value>;
  /** Whether `var` lands here. */
  readonly isFunction: boolean;
}

/** A module that is being evaluated or was. */
export interface ModuleCode {
  readonly parsed: ParsedModule;
  readonly scope: Scope;
  /** ESM: what each export is at this moment. */
  readonly exports: Map<string, () => Value>;
  /** Modules whose exports are exported too (`export *`). */
  readonly stars: ((name: string | undefined) => Value)[];
  /** CommonJS: `module`, of which `exports` is a member. */
  readonly moduleObject: HeapObject;
  readonly namespace: HeapObject;
}

/** What a place in a store holds. */
export type Slot = Value | Accessor | Items;

export interface Choice {
  readonly kind: "choice";
  readonly options: readonly Value[];
  readonly spot: Spot;
}

export interface Accessor {
  readonly kind: "accessor";
  readonly get?: Value;
  readonly set?: Value;
}

export interface Items {
  readonly kind: "items";
  readonly items: readonly Value[];
  readonly rest?: Value;
}

/** Under this key a store has the value of every key that is not known. */
export const REST = "\0rest";
/** Under this key a store has the opaque values that were spread into it. */
export const SOURCES = "\0sources";
/** Under this key an instance has what stands for the external class that it extends. */
export const BASE = "\0base";
/** Under this key a list has its `Items`. */
export const ITEMS = "\0items";

export interface HeapObject {
  readonly kind: "object";
  readonly store: Store;
  readonly spot: Spot;
  proto?: HeapObject | undefined;
  className?: string;
}

export interface HeapList {
  readonly kind: "list";
  readonly store: Store;
  readonly spot: Spot;
  /** A set answers to other methods. */
  readonly isSet?: true;
}

export interface Closure {
  readonly kind: "function";
  readonly node: FunctionNode | ArrowFunctionExpression;
  readonly scope: Scope;
  readonly name: string;
  readonly spot: Spot;
  /** Its members, `prototype` among them. */
  readonly store: Store;
  /** Where `super` looks, for methods. */
  readonly home?: HeapObject | ClassRef | undefined;
  /** For arrows and bound functions. */
  readonly thisValue?: Value | undefined;
  readonly boundArgs?: readonly Value[];
  /** For arrows: what `new.target`, `arguments` and `super` mean. */
  readonly outer?: Frame | undefined;
}

export interface ClassRef {
  readonly kind: "class";
  readonly node: Class;
  readonly scope: Scope;
  readonly name: string;
  readonly spot: Spot;
  readonly store: Store;
  readonly prototype: HeapObject;
  superclass?: Value | undefined;
  /** Keys of computed fields, which are evaluated once. */
  readonly fieldKeys: Map<object, string>;
}

export interface Native {
  readonly kind: "native";
  readonly name: string;
  readonly spot: Spot;
  run(args: Arguments, site: Spot): Value;
}

export interface Arguments {
  readonly values: readonly Value[];
  /** Any number of these follow. */
  readonly rest?: Value | undefined;
}

export interface Thrown {
  readonly value: Value;
  readonly spot: Spot;
  readonly stack: readonly contract.CallStep[];
}

/** One call of a function of the team's own code that is being evaluated. */
export interface Frame {
  readonly id: number;
  readonly stack: readonly contract.CallStep[];
  readonly scope: Scope;
  readonly thisValue: Value;
  readonly args: Arguments;
  readonly home: HeapObject | ClassRef | undefined;
  readonly generator?: { yielded: Value | undefined };
  returned: Value | undefined;
  /** Each `return` by itself, where somebody asks for them. */
  readonly returns?: contract.Returned[];
  /** What may be thrown inside, to whoever catches. */
  thrown: Thrown[];
}

export function literal(value: contract.LiteralValue["value"], spot: Spot): contract.LiteralValue {
  return { kind: "literal", value, spot };
}

export function undefinedAt(spot: Spot): contract.LiteralValue {
  return { kind: "literal", value: undefined, spot };
}

/**
 * What stands under a key that may not be there. It counts in conditions and defaults and is left out of snapshots: that a
 * table may have no entry is no value that anybody looks for.
 */
interface Absence extends contract.LiteralValue {
  readonly isAbsence: true;
}

export function absenceAt(spot: Spot): contract.LiteralValue {
  const absence: Absence = { kind: "literal", value: undefined, spot, isAbsence: true };
  return absence;
}

export function isAbsence(value: Value): boolean {
  return value.kind === "literal" && "isAbsence" in value;
}

export function unknown(reason: string, spot: Spot, from: readonly contract.CodeValue[] = []): contract.UnknownValue {
  return { kind: "unknown", reason, from, spot };
}

export function derived(how: string, from: readonly contract.CodeValue[], spot: Spot): contract.DerivedValue {
  return { kind: "derived", how, from, path: [], spot };
}

const CARRIES = /^new (?:URL|URLSearchParams|FormData|Headers)$/;
const CARRIED_MAX = 64;

/**
 * What is put into a URL, a form or headers after they were made stands in them: `params.append("name", value)`. It is seen
 * in whatever was made of them before, too.
 */
export function putInto(of: contract.DerivedValue, values: readonly contract.CodeValue[]): void {
  if (CARRIES.test(of.how) && of.from.length < CARRIED_MAX) (of.from as contract.CodeValue[]).push(...values);
}

export function external(module: string, path: readonly string[], spot: Spot): contract.ExternalValue {
  return { kind: "external", module, path, spot };
}

export function newStore(entries: Iterable<readonly [string, Slot]> = []): Store {
  const store: Store = new Places();
  for (const [key, slot] of entries) store.set(key, slot);
  return store;
}

export function newObject(spot: Spot, entries: Iterable<readonly [string, Slot]> = []): HeapObject {
  return { kind: "object", store: newStore(entries), spot };
}

export function newList(items: readonly Value[], spot: Spot, rest?: Value): HeapList {
  return { kind: "list", store: newStore([[ITEMS, itemsOf(items, rest)]]), spot };
}

export function itemsOf(items: readonly Value[], rest?: Value): Items {
  return rest === undefined ? { kind: "items", items } : { kind: "items", items, rest };
}

export function listItems(list: HeapList): Items {
  const items = list.store.get(ITEMS);
  return items?.kind === "items" ? items : { kind: "items", items: [] };
}

/** All of `process.env`. */
export function isEnvironment(of: Value): boolean {
  if (of.kind !== "external") return false;
  const path = of.path.join(".");
  if (of.module === "node:process") return path === "env";
  return of.module === GLOBAL && (path === "process.env" || path === "import.meta.env" || path === "Bun.env");
}

export function isOpaque(value: Value): value is OpaqueValue {
  switch (value.kind) {
    case "external":
    case "instance":
    case "result":
    case "given":
    case "input":
    case "derived":
      return true;
    default:
      return false;
  }
}

export function isCallable(value: Value): value is Callable {
  return value.kind === "function" || value.kind === "class" || value.kind === "native";
}

export function optionsOf(value: Value): readonly Value[] {
  return value.kind === "choice" ? value.options : [value];
}

/** A path longer than this is a loop that walks down; its end says no more than its start. */
const PATH_MAX = 24;

export function deeper<Of extends OpaqueValue>(value: Of, key: string, spot: Spot): Of {
  return value.path.length >= PATH_MAX ? value : { ...value, path: [...value.path, key], spot };
}
