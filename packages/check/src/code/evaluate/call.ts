/** Calls: of the team's own functions, of methods of values, of the outside. */
import { GLOBAL } from "../contract.ts";
import { callHanded } from "./containers.ts";
import { callUnknown, recordExternal } from "./external-call.ts";
import { globalCall, globalNew } from "./global-calls.ts";
import { join } from "./join.ts";
import { listMethod } from "./list-methods.ts";
import type { Machine, Site } from "./machine.ts";
import { MAP, mapMethod } from "./map-methods.ts";
import { itemOf, plainMethod, settle, textMethod } from "./plain-methods.ts";
import { snapshot } from "./snapshot.ts";
import type { Arguments, Callable, Closure, HeapList, Value } from "./value.ts";
import {
  deeper,
  derived,
  putInto,
  isCallable,
  isOpaque,
  listItems,
  newObject,
  optionsOf,
  undefinedAt,
  unknown,
} from "./value.ts";

export function callValue(
  machine: Machine,
  callee: Value,
  receiver: Value | undefined,
  args: Arguments,
  site: Site,
): Value {
  machine.step();
  switch (callee.kind) {
    case "choice":
      return eachCallable(machine, callee.options, site, (option) => callValue(machine, option, receiver, args, site));
    case "function":
    case "native":
      return machine.operations.enter(callee, receiver, args, site, "call");
    case "class":
      return machine.operations.construct(callee, args, site);
    case "external":
      return callExternal(machine, callee, receiver, args, site);
    case "instance":
    case "result":
    case "given":
    case "input":
      return recordExternal(machine, "call", callee, receiver, args, site);
    case "derived":
      return callDerived(machine, callee, args, site);
    case "unknown":
      machine.gap("call", `what is called here is not known: ${callee.reason}`, site.spot, site.frame.stack);
      return callUnknown(machine, args, callee.reason, site);
    default:
      return callUnknown(machine, args, "what is called is no function", site);
  }
}

/** Calls each option that can be called: what is not set would only fail. */
function eachCallable(machine: Machine, options: readonly Value[], site: Site, call: (option: Value) => Value): Value {
  const callable = options.filter(({ kind }) => kind !== "literal" && kind !== "object" && kind !== "list");
  const [only] = callable;
  if (only === undefined) return unknown("what is called is no function", site.spot);
  if (callable.length === 1) return machine.conditionally(site.spot, () => call(only));
  const answers = machine.conditionally(site.spot, () =>
    machine.state.fork(
      callable.map((option) => () => call(option)),
      () => false,
      site.frame.id,
      site.spot,
    ),
  );
  return join(answers, site.spot);
}

function callExternal(
  machine: Machine,
  callee: Extract<Value, { kind: "external" }>,
  receiver: Value | undefined,
  args: Arguments,
  site: Site,
): Value {
  if (callee.module === GLOBAL) {
    const made = prototypeCall(machine, callee.path, args, site) ?? globalCall(machine, callee.path, args, site);
    if (made) return made;
    if (callee.path[0] === "require") return requireGiven(machine, args, site);
  }
  if (callee.module === "node:util" && callee.path.at(-1) === "promisify") {
    const [promised] = args.values;
    if (promised && (isCallable(promised) || isOpaque(promised))) return promised;
  }
  return recordExternal(machine, "call", callee, receiver, args, site);
}

/** `Array.prototype.slice.call(list, 1)`: the method of its first argument. */
function prototypeCall(machine: Machine, path: readonly string[], args: Arguments, site: Site): Value | undefined {
  const [of, prototype, method, how] = path;
  const [self, ...values] = args.values;
  if (of === undefined || prototype !== "prototype" || method === undefined || path.length > 4) return undefined;
  if (method === "hasOwnProperty" || method === "toString") {
    return derived(
      `.${method}`,
      args.values.map((arg) => snapshot(arg)),
      site.spot,
    );
  }
  return how === "call" && self ? callMethod(machine, self, method, { values, rest: args.rest }, site) : undefined;
}

function requireGiven(machine: Machine, args: Arguments, site: Site): Value {
  const names = optionsOf(args.values[0] ?? undefinedAt(site.spot));
  const found = names.map((name) => {
    if (name.kind === "literal" && typeof name.value === "string") {
      return machine.operations.importModule(name.value, site, true);
    }
    machine.gap("dynamic", "the module's name is made at run time", site.spot, site.frame.stack);
    return unknown("the module's name is made at run time", site.spot, [snapshot(name)]);
  });
  return join(found, site.spot);
}

function callDerived(
  machine: Machine,
  callee: Extract<Value, { kind: "derived" }>,
  args: Arguments,
  site: Site,
): Value {
  const name = callee.path.at(-1);
  const of = name === undefined ? callee : { ...callee, path: callee.path.slice(0, -1) };
  callUnknown(machine, args, "", site);
  const given = args.values.map((arg) => snapshot(arg));
  if (name === "append" || name === "set") putInto(callee, given);
  return derived(`.${name ?? ""}`, [of, ...given], site.spot);
}

/** `receiver.key(...)`. */
export function callMethod(
  machine: Machine,
  receiver: Value,
  key: string | undefined,
  args: Arguments,
  site: Site,
): Value {
  machine.step();
  if (receiver.kind === "choice") {
    const withMethod = receiver.options.filter((option) => mayHave(machine, option, key, site));
    const options = withMethod.length > 0 ? withMethod : receiver.options;
    return eachReceiver(machine, options, site, (option) => callMethod(machine, option, key, args, site));
  }
  const own = key === undefined ? undefined : ownMethod(machine, receiver, key, args, site);
  if (own) return own;
  const handed = key !== undefined && mayBeContained(receiver) ? callHanded(machine, key, args, site) : undefined;
  if (handed) return join(handed, site.spot);
  const callee = machine.operations.member(receiver, key, site);
  if (key === undefined && isOpaque(callee)) {
    machine.gap("call", "the method is chosen at run time", site.spot, site.frame.stack);
  }
  if (callee.kind === "literal" && callee.value === undefined && key !== undefined) {
    // Only promises have these, and a value stands for its promise here.
    if (key === "then" || key === "catch" || key === "finally") return settle(machine, receiver, key, args, site);
    if (receiver.kind === "object" || receiver.kind === "function" || receiver.kind === "class") {
      return callUnknown(machine, args, `nothing called ${key} is known here`, site);
    }
  }
  return callValue(machine, callee, receiver, args, site);
}

/** What a container may have put there; what the SDK or the language made is none of it. */
function mayBeContained(receiver: Value): boolean {
  if (receiver.kind === "unknown") return true;
  if (receiver.kind === "literal") return receiver.value === undefined;
  if (receiver.kind !== "result" && receiver.kind !== "given") return false;
  let { callee } = receiver.call;
  while (callee.kind === "instance" || callee.kind === "result")
    callee = callee.kind === "instance" ? callee.of : callee.call.callee;
  return callee.kind === "external" && callee.module !== GLOBAL && !/^(?:@?aws-sdk|node:)/.test(callee.module);
}

function eachReceiver(machine: Machine, options: readonly Value[], site: Site, call: (option: Value) => Value): Value {
  const [only] = options;
  if (only && options.length === 1) return call(only);
  const answers = machine.conditionally(site.spot, () =>
    machine.state.fork(
      options.map((option) => () => call(option)),
      () => false,
      site.frame.id,
      site.spot,
    ),
  );
  return join(answers, site.spot);
}

function mayHave(machine: Machine, option: Value, key: string | undefined, site: Site): boolean {
  if (option.kind === "literal") return typeof option.value === "string";
  if (option.kind !== "object" || key === undefined || option.className === MAP) return true;
  const member = machine.operations.member(option, key, site);
  return member.kind !== "literal" || key === "then" || key === "catch";
}

/** Methods that the language gives a value, where the value has none of its own under that name. */
function ownMethod(machine: Machine, receiver: Value, key: string, args: Arguments, site: Site): Value | undefined {
  switch (receiver.kind) {
    case "object":
      if (receiver.className === MAP) return mapMethod(machine, receiver, key, args, site);
      return undefined;
    case "list":
      return (
        iteration(machine, receiver, key, site) ??
        listMethod(machine, receiver, key, args, site) ??
        plainMethod(machine, receiver, key, args, site)
      );
    case "function":
    case "class":
    case "native":
      return functionMethod(machine, receiver, key, args, site);
    case "literal":
      return textMethod(receiver, key, args, site) ?? plainMethod(machine, receiver, key, args, site);
    case "text":
    case "environment":
    case "input":
    case "derived":
    case "unknown":
    case "result":
    case "given":
    case "instance":
      return (
        generatorMethod(receiver, key, site) ??
        detachedMethod(machine, receiver, key, args, site) ??
        plainMethod(machine, receiver, key, args, site)
      );
    case "external":
      if (key === "bind" && receiver.path.length > 0 && bindsNothing(args)) return receiver;
      return receiver.module === GLOBAL ? undefined : plainMethod(machine, receiver, key, args, site);
    default:
      return undefined;
  }
}

/** `s3.getObject.bind(s3)`: a method of the outside taken by itself. */
function detachedMethod(
  machine: Machine,
  receiver: Value,
  key: string,
  args: Arguments,
  site: Site,
): Value | undefined {
  if (!isOpaque(receiver) || receiver.path.length === 0) return undefined;
  if (key === "bind" && bindsNothing(args)) return receiver;
  if (key !== "call" || (receiver.kind !== "external" && receiver.kind !== "instance")) return undefined;
  return callValue(machine, receiver, args.values[0], { values: args.values.slice(1), rest: args.rest }, site);
}

/** But what it is called on. */
function bindsNothing({ values, rest }: Arguments): boolean {
  return values.length <= 1 && rest === undefined;
}

function generatorMethod(receiver: Value, key: string, site: Site): Value | undefined {
  // Iterators are the iterated value itself.
  return key === "Symbol.asyncIterator" || key === "Symbol.iterator" ? itemOf(receiver, site) : undefined;
}

/** A generator is the list of what it yields. */
function iteration(machine: Machine, list: HeapList, key: string, site: Site): Value | undefined {
  if (key === "Symbol.iterator" || key === "Symbol.asyncIterator") return list;
  if (key !== "next") return undefined;
  const { items, rest } = listItems(list);
  const value = join(rest ? [...items, rest] : items, site.spot);
  return newObject(site.spot, [
    ["value", value],
    ["done", derived("done", [], site.spot)],
  ]);
}

function functionMethod(
  machine: Machine,
  receiver: Callable,
  key: string,
  args: Arguments,
  site: Site,
): Value | undefined {
  if (receiver.kind !== "native" && receiver.store.has(key)) return undefined;
  const [self, ...values] = args.values;
  switch (key) {
    case "call":
      return callBound(machine, receiver, self, { values, rest: args.rest }, site);
    case "apply": {
      const [list] = values;
      const held = list?.kind === "list" ? listItems(list) : undefined;
      const rest = held ? held.rest : list && isOpaque(list) ? deeper(list, "*", site.spot) : undefined;
      return callBound(machine, receiver, self, { values: held?.items ?? [], rest }, site);
    }
    case "bind":
      return receiver.kind === "function" ? bound(receiver, self, values) : receiver;
    case "toString":
      return derived(".toString", [], site.spot);
    default:
      return undefined;
  }
}

function bound(of: Closure, self: Value | undefined, values: readonly Value[]): Closure {
  const isArrow = of.node.type === "ArrowFunctionExpression";
  return {
    ...of,
    thisValue: isArrow || of.boundArgs ? of.thisValue : self,
    boundArgs: [...(of.boundArgs ?? []), ...values],
  };
}

/** `Base.call(this, …)`: a class of the old style makes its members on the object that it is given. */
function callBound(machine: Machine, callee: Callable, self: Value | undefined, args: Arguments, site: Site): Value {
  return machine.operations.enter(callee, self, args, site, "call");
}

export function constructValue(machine: Machine, callee: Value, args: Arguments, site: Site): Value {
  machine.step();
  switch (callee.kind) {
    case "choice":
      return eachCallable(machine, callee.options, site, (option) => constructValue(machine, option, args, site));
    case "external": {
      const made = callee.module === GLOBAL ? globalNew(machine, callee.path, args, site) : undefined;
      return made ?? recordExternal(machine, "new", callee, undefined, args, site);
    }
    case "instance":
    case "result":
    case "given":
    case "input":
    case "derived":
      return recordExternal(machine, "new", callee, undefined, args, site);
    case "function":
    case "class":
      return machine.operations.constructOwn(callee, args, site);
    case "unknown":
      machine.gap("call", `the class is not known: ${callee.reason}`, site.spot, site.frame.stack);
      return callUnknown(machine, args, callee.reason, site);
    default:
      return callUnknown(machine, args, "what is made is of no known class", site);
  }
}
