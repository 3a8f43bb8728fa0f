/**
 * Entering the team's own functions. Each call is evaluated with its own arguments; a function that is called very often is
 * evaluated with all of them together from then on, and one that calls itself is cut where it says nothing new.
 */
import type { ArrowFunctionExpression, Expression, Function as FunctionNode, Statement } from "oxc-parser";
import type { Spot } from "../../source/source-text.ts";
import type { CallStep } from "../contract.ts";
import { varsOf } from "../syntax/hoist.ts";
import { isSame, join } from "./join.ts";
import { End, type Contexts, type Machine, type Site } from "./machine.ts";
import { bindPattern } from "./pattern.ts";
import { childScope } from "./scope.ts";
import { snapshot } from "./snapshot.ts";
import { declareFunctions } from "./declare.ts";
import type { Arguments, Callable, Closure, Frame, Scope, Value } from "./value.ts";
import { newList, undefinedAt, unknown } from "./value.ts";

/** A function is evaluated anew for each call up to here. */
const CONTEXTS_MAX = 200;
/** Or until it has cost so much. */
const CONTEXTS_STEPS_MAX = 25_000;
/** How often a function may be inside itself: with arguments that are known, and without. */
const INSIDE_MAX = { known: 24, open: 3 };
/** What a function may cost before it is not followed into itself any more: several that call each other multiply. */
const RECURSION_STEPS_MAX = 5_000;
const ACTIVE_MAX = 48;

export function enterFunction(
  machine: Machine,
  callee: Callable,
  receiver: Value | undefined,
  given: Arguments,
  site: Site,
  kind: CallStep["kind"],
): Value {
  machine.step();
  if (callee.kind === "native") return callee.run(given, site.spot);
  if (callee.kind === "class") return machine.operations.construct(callee, given, site);
  const args = callee.boundArgs ? { ...given, values: [...callee.boundArgs, ...given.values] } : given;
  const self = callee.thisValue ?? receiver;
  const inside = machine.active.filter((one) => one.store === callee.store).length;
  const begun = inside > 0 ? machine.begun.get(callee.store) : undefined;
  const isCostly = begun !== undefined && machine.steps - begun.steps > RECURSION_STEPS_MAX;
  if (inside > 0 && (isCostly || isExhausted(args, inside))) {
    const because = `${callee.name || "the function"} calls itself`;
    const general = generalOf(machine);
    if (general.has(callee.store) || !args.values.some(isMade) || (isCostly && begun.isGeneralized)) {
      return unknown(
        because,
        site.spot,
        args.values.map((arg) => snapshot(arg)),
      );
    }
    // What it counts or goes into decides when it does what it is for: once more, with whatever it may have come to.
    general.add(callee.store);
    if (begun && isCostly) begun.isGeneralized = true;
    const values = args.values.map((arg) => (isMade(arg) ? unknown(because, site.spot, [snapshot(arg)]) : arg));
    const answer = evaluateBody(machine, callee, self, { ...args, values }, site, kind);
    general.delete(callee.store);
    return answer;
  }
  if (machine.active.length >= ACTIVE_MAX) {
    machine.gap("effort", `calls are nested deeper than ${ACTIVE_MAX}`, site.spot, site.frame.stack);
    return unknown("calls are nested too deeply", site.spot);
  }
  const contexts = contextsOf(machine, callee);
  if (contexts.count++ < CONTEXTS_MAX && contexts.steps < CONTEXTS_STEPS_MAX) {
    const begin = machine.steps;
    const answer = evaluateBody(machine, callee, self, args, site, kind);
    contexts.steps += machine.steps - begin;
    return answer;
  }
  return evaluateTogether(machine, callee, self, args, contexts, site, kind);
}

/** Functions that are inside of an evaluation for all that they may be given. */
const GENERAL = new WeakMap<Machine, Set<unknown>>();

function generalOf(machine: Machine): Set<unknown> {
  const known = GENERAL.get(machine);
  if (known) return known;
  const made = new Set<unknown>();
  GENERAL.set(machine, made);
  return made;
}

/** What changes from call to call; what comes from outside is handed on as it is. */
function isMade(value: Value): boolean {
  if (value.kind === "literal") return value.value !== undefined && value.value !== null;
  return ["text", "derived", "choice", "list", "object"].includes(value.kind);
}

function isExhausted(args: Arguments, inside: number): boolean {
  const [first] = args.values;
  const isKnown = first?.kind === "literal" && args.rest === undefined;
  return inside >= (isKnown ? INSIDE_MAX.known : INSIDE_MAX.open);
}

function contextsOf(machine: Machine, callee: Closure): Contexts {
  let contexts = machine.entered.get(callee.store);
  if (!contexts) {
    contexts = { count: 0, steps: 0, args: undefined, receiver: undefined, result: undefined };
    machine.entered.set(callee.store, contexts);
  }
  return contexts;
}

/** One evaluation stands for many calls: with what any of them passed. */
function evaluateTogether(
  machine: Machine,
  callee: Closure,
  receiver: Value | undefined,
  args: Arguments,
  contexts: Contexts,
  site: Site,
  kind: CallStep["kind"],
): Value {
  const before = contexts.args;
  const values = args.rest ? [...args.values, args.rest] : args.values;
  const count = Math.max(values.length, before?.length ?? 0);
  const joined = Array.from({ length: count }, (_, index) => {
    const both = [before?.[index], values[index]].filter((value) => value !== undefined);
    return join(both, site.spot);
  });
  const self = contexts.receiver && receiver ? join([contexts.receiver, receiver], site.spot) : receiver;
  const isKnown =
    contexts.result !== undefined &&
    joined.every((value, index) => before?.[index] !== undefined && isSame(value, before[index]));
  if (isKnown && contexts.result) return contexts.result;
  contexts.args = joined;
  contexts.receiver = self;
  const result = evaluateBody(machine, callee, self, { values: joined, rest: args.rest }, site, kind);
  contexts.result = contexts.result ? join([contexts.result, result], site.spot) : result;
  return contexts.result;
}

function evaluateBody(
  machine: Machine,
  callee: Closure,
  receiver: Value | undefined,
  args: Arguments,
  site: Site,
  kind: CallStep["kind"],
): Value {
  const step: CallStep = { kind, name: callee.name, spot: site.spot };
  const stack = [...site.frame.stack, step];
  const made = newFrame(machine, callee, receiver ?? undefinedAt(site.spot), args, stack, callee.node.generator);
  const { returns } = site.frame;
  const frame = machine.handlerFrame === site.frame && returns ? { ...made, returns } : made;
  const conditions = machine.conditions.length;
  const isOutermost = !machine.begun.has(callee.store);
  if (isOutermost) machine.begun.set(callee.store, { steps: machine.steps, isGeneralized: false });
  machine.active.push(callee);
  const result = runFunction(machine, callee.node, args, frame, callee.spot);
  machine.active.pop();
  if (isOutermost) machine.begun.delete(callee.store);
  // A function that may return early leaves its condition behind; it is of no concern to its caller.
  machine.conditions.length = conditions;
  site.frame.thrown.push(...frame.thrown.slice(0, 50));
  return result;
}

export function newFrame(
  machine: Machine,
  callee: Pick<Closure, "scope" | "home" | "outer">,
  receiver: Value,
  args: Arguments,
  stack: readonly CallStep[],
  isGenerator = false,
): Frame {
  const id = ++machine.frames;
  const { outer } = callee;
  return {
    id,
    stack,
    scope: childScope(callee.scope, id, true),
    thisValue: outer ? outer.thisValue : receiver,
    args: outer ? outer.args : args,
    home: callee.home ?? outer?.home,
    ...(isGenerator ? { generator: { yielded: undefined } } : {}),
    returned: undefined,
    thrown: [],
  };
}

/** Binds the parameters, runs the body and answers what it returns. */
function runFunction(
  machine: Machine,
  node: FunctionNode | ArrowFunctionExpression,
  args: Arguments,
  frame: Frame,
  spot: Spot,
): Value {
  bindParameters(machine, node, args, frame);
  const { body } = node;
  if (!body) return unknown("the function has no body", spot);
  if (body.type !== "BlockStatement") return machine.operations.evaluate(body as Expression, frame.scope, frame);
  const statements = body.body as readonly Statement[];
  prepareBody(machine, statements, frame.scope, frame);
  const ends = machine.operations.run(statements, frame.scope, frame);
  const fallsThrough = (ends & End.normal) !== 0;
  const returned = frame.returned;
  if (node.generator) {
    const yielded = frame.generator?.yielded;
    return newList([], spot, yielded ?? undefined);
  }
  if (returned === undefined) return undefinedAt(spot);
  return fallsThrough ? join([returned, undefinedAt(spot)], spot) : returned;
}

export function bindParameters(
  machine: Machine,
  node: FunctionNode | ArrowFunctionExpression,
  args: Arguments,
  frame: Frame,
): void {
  const { scope } = frame;
  const spot = { source: scope.module.parsed.source, offset: node.start };
  node.params.forEach((param, index) => {
    if (param.type === "RestElement") {
      const rest = newList(args.values.slice(index), spot, args.rest);
      bindPattern(machine, param.argument, rest, scope, frame, true);
      return;
    }
    const pattern = param.type === "TSParameterProperty" ? param.parameter : param;
    const value = args.values[index] ?? args.rest ?? undefinedAt(spot);
    bindPattern(machine, pattern, value, scope, frame, true);
    if (param.type === "TSParameterProperty") {
      const name = pattern.type === "AssignmentPattern" ? pattern.left : pattern;
      if (name.type !== "Identifier") return;
      const bound = scope.variables.get(name.name);
      if (bound && bound.kind !== "items" && bound.kind !== "accessor") {
        machine.operations.setMember(frame.thisValue, name.name, bound, { spot, frame, scope });
      }
    }
  });
}

/** Names of `var` and of functions are there before the body runs. */
export function prepareBody(machine: Machine, body: readonly Statement[], scope: Scope, frame: Frame): void {
  const spot = { source: scope.module.parsed.source, offset: 0 };
  for (const name of varsOf(body)) {
    if (!scope.variables.has(name)) machine.state.write(scope.variables, name, undefinedAt(spot));
  }
  declareFunctions(machine, body, scope, frame);
}
