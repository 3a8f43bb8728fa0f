/** Calls that leave the team's own code: how they are recorded, and the callbacks that they are handed. */
import { ANY, GLOBAL, type CodeValue, type ExternalCall } from "../contract.ts";
import { noteClasses } from "./containers.ts";
import { isSameCode, join } from "./join.ts";
import type { Machine, Site } from "./machine.ts";
import { snapshot } from "./snapshot.ts";
import type { Arguments, Callable, OpaqueValue, Value } from "./value.ts";
import { isCallable, isEnvironment, isOpaque, listItems, newObject, optionsOf, SOURCES, unknown } from "./value.ts";

const TRACER = /^capture(?:AWS|AWSClient|AWSv3Client|HTTPs)$/;
const CALLBACK_DEPTH_MAX = 3;
const CALLBACKS_MAX = 40;

/** Records it and answers what it gives back. */
export function recordExternal(
  machine: Machine,
  kind: ExternalCall["kind"],
  callee: Value,
  receiver: Value | undefined,
  args: Arguments,
  site: Site,
): Value {
  const { spot, frame } = site;
  const onlyIf = machine.conditions.at(-1);
  const made: ExternalCall = {
    kind,
    callee: snapshot(callee),
    ...(receiver === undefined ? {} : { receiver: snapshot(receiver) }),
    name: nameOf(callee),
    args: args.values.map((arg) => snapshot(arg)),
    ...(args.rest === undefined ? {} : { restArgs: snapshot(args.rest) }),
    spot,
    stack: frame.stack,
    isCertain: onlyIf === undefined,
    ...(onlyIf === undefined ? {} : { onlyIf }),
  };
  const call = machine.record(made, (other) => isSameCall(other, made));
  if (callee.kind === "external" && callee.path.includes(ANY)) {
    const what = kind === "new" ? "which class is made" : "which function is called";
    machine.gap("call", `${what} is chosen at run time from what ${callee.module} holds`, spot, frame.stack);
  }
  if (!machine.held.has(call)) machine.held.set(call, { args, receiver });
  noteClasses(machine, call.callee, args);
  // Tracers wrap a client and answer one that does the same.
  const [wrapped] = args.values;
  if (wrapped && kind === "call" && TRACER.test(call.name)) return wrapped;
  const checked = checkedEnvironment(machine, call, args, site);
  if (checked) return checked;
  const answer: Value =
    kind === "new"
      ? { kind: "instance", of: call.callee, args: call.args, call, path: [], spot }
      : { kind: "result", call, path: [], spot };
  const answered = runCallbacks(machine, call, args, site);
  // What a wrapper answers is what its callback answered, as far as anybody can say: `retry(() => client.send(x))`.
  return answered.length > 0 && passesOn(call) ? join([...answered, answer], spot) : answer;
}

/** What a schema makes of `process.env` has its variables under their names (zod, joi, envalid, t3-env). */
const CHECKS =
  /^(?:parse|safeParse|parseAsync|decode|cleanEnv|validate|attempt|assert|create|createEnv|envsafe|load|check|cast)$/;

function checkedEnvironment(machine: Machine, call: ExternalCall, args: Arguments, site: Site): Value | undefined {
  const whole = args.values.map((value) => environmentIn(value)).find((value) => value !== undefined);
  if (!whole) return undefined;
  machine.readEnvironment(undefined, call.spot);
  if (call.kind !== "call" || !CHECKS.test(call.name)) return undefined;
  const variables = newObject(site.spot, [[SOURCES, whole]]);
  if (call.name !== "safeParse" && call.name !== "validate") return variables;
  const outcome: Value = { kind: "result", call, path: [], spot: call.spot };
  return newObject(site.spot, [
    [SOURCES, outcome],
    ["data", variables],
    ["value", variables],
  ]);
}

function environmentIn(value: Value): Value | undefined {
  if (isEnvironment(value)) return value;
  if (value.kind !== "object") return undefined;
  return [...value.store.values()].find((slot): slot is Value => slot.kind === "external" && isEnvironment(slot));
}

function nameOf(callee: Value): string {
  const last = isOpaque(callee) ? callee.path.at(-1) : undefined;
  if (callee.kind === "instance" && callee.path.length === 0) return "";
  return last === undefined || last === ANY ? "" : last;
}

function isSameCall(one: ExternalCall, other: ExternalCall): boolean {
  return (
    one.isCertain === other.isCertain &&
    one.args.length === other.args.length &&
    isSameMaybe(one.callee, other.callee) &&
    isSameMaybe(one.receiver, other.receiver) &&
    isSameMaybe(one.restArgs, other.restArgs) &&
    one.args.every((arg, index) => isSameMaybe(arg, other.args[index]))
  );
}

function isSameMaybe(one: CodeValue | undefined, other: CodeValue | undefined): boolean {
  return one === undefined || other === undefined ? one === other : isSameCode(one, other);
}

/** Timers, loggers and the SDK answer nothing of what a callback answers. */
function passesOn({ callee, kind }: ExternalCall): boolean {
  if (kind !== "call" || callee.kind !== "external") return false;
  return callee.module !== GLOBAL && !callee.module.startsWith("@aws-sdk/") && !callee.module.startsWith("aws-sdk");
}

/**
 * Functions that an external call is handed are called by it, sooner or later or never. Those handed over while modules
 * load wait until the handler has been evaluated: one of them may be the handler itself.
 */
function runCallbacks(machine: Machine, call: ExternalCall, args: Arguments, site: Site): readonly Value[] {
  const values = args.rest ? [...args.values, args.rest] : args.values;
  const found = values.flatMap((value, argument) =>
    callablesIn(value, CALLBACK_DEPTH_MAX).map((callback) => ({ callback, argument })),
  );
  if (found.length === 0 || isSilent(call)) return [];
  const run = (): readonly Value[] =>
    found
      .slice(0, CALLBACKS_MAX)
      .map(({ callback, argument }) => runCallback(machine, call, argument, callback, undefined, site));
  if (site.frame.stack[0]?.kind === "module") {
    // In a bundle, what is handed to a global is a package's own business.
    if (site.scope.module.parsed.outline && call.callee.kind === "external" && call.callee.module === GLOBAL) return [];
    for (const { callback, argument } of found.slice(0, CALLBACKS_MAX)) {
      machine.waiting.push({
        callback,
        run: () => void runCallback(machine, call, argument, callback, undefined, site),
      });
    }
    return [];
  }
  return run();
}

function isSilent({ callee }: ExternalCall): boolean {
  return callee.kind === "external" && callee.module === GLOBAL && callee.path[0] === "console";
}

export function runCallback(
  machine: Machine,
  call: ExternalCall,
  argument: number,
  callback: Callable,
  receiver: Value | undefined,
  site: Site,
): Value {
  if (callback.kind === "class") return unknown("a class is handed to code that is not followed", site.spot);
  const count = callback.kind === "function" ? Math.max(callback.node.params.length, 1) : 2;
  const values = Array.from({ length: count }, (_, parameter): OpaqueValue => ({
    kind: "given",
    call,
    argument,
    parameter,
    path: [],
    spot: site.spot,
  }));
  return machine.possibly(site.spot, site.frame, () =>
    machine.operations.enter(callback, receiver, { values }, site, "callback"),
  );
}

/** Functions in a value: itself, and those in objects and lists that stand in it. */
export function callablesIn(value: Value, depth: number): readonly Callable[] {
  if (isCallable(value)) return value.kind === "class" ? [] : [value];
  if (depth === 0) return [];
  if (value.kind === "choice") return optionsOf(value).flatMap((option) => callablesIn(option, depth));
  if (value.kind === "list") {
    const { items, rest } = listItems(value);
    return [...items, ...(rest ? [rest] : [])].flatMap((item) => callablesIn(item, depth - 1));
  }
  if (value.kind !== "object") return [];
  const own = [...value.store].flatMap(([key, slot]) =>
    slot.kind === "items" || slot.kind === "accessor" || key === "constructor" ? [] : callablesIn(slot, depth - 1),
  );
  // The methods of an instance that is handed over as it is.
  const methods = value.proto && value.proto !== value ? callablesIn(value.proto, 1) : [];
  return [...own, ...methods];
}

/** Calls something of which nobody knows what it is: what it is handed may be called. */
export function callUnknown(machine: Machine, args: Arguments, reason: string, site: Site): Value {
  const values = args.rest ? [...args.values, args.rest] : args.values;
  for (const callback of values.flatMap((value) => callablesIn(value, 1))) {
    if (callback.kind === "class") continue;
    const given = unknown("what it is called with is not known", site.spot);
    machine.possibly(site.spot, site.frame, () =>
      machine.operations.enter(callback, undefined, { values: [given, given, given] }, site, "callback"),
    );
  }
  return unknown(
    reason,
    site.spot,
    values.map((value) => snapshot(value)),
  );
}
