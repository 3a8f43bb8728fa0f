/**
 * One evaluation: its budget, what it has found, and the operations that call each other across the files of this folder
 * (they would import each other in circles otherwise; run-handler.ts puts them together).
 */
import type { Expression, Statement } from "oxc-parser";
import type { Spot } from "../../source/source-text.ts";
import type * as contract from "../contract.ts";
import { State } from "./state.ts";
import type { Arguments, Callable, ClassRef, Closure, Frame, ModuleCode, Scope, Value } from "./value.ts";

/** How a statement may end: a set of these. */
export const End = { normal: 1, return: 2, throw: 4, break: 8, continue: 16 } as const;
export type Ends = number;

/** Thrown where the budget ends; caught by whoever started the evaluation. */
export class OutOfBudget extends Error {}

/** What a site of a call needs to know. */
export interface Site {
  readonly spot: Spot;
  readonly frame: Frame;
  readonly scope: Scope;
}

export interface Operations {
  evaluate(node: Expression, scope: Scope, frame: Frame): Value;
  run(body: readonly Statement[], scope: Scope, frame: Frame): Ends;
  /** The member of a value; `receiver` is what a getter has as `this`. */
  member(of: Value, key: string | undefined, site: Site): Value;
  setMember(of: Value, key: string | undefined, value: Value, site: Site): void;
  call(callee: Value, receiver: Value | undefined, args: Arguments, site: Site): Value;
  construct(callee: Value, args: Arguments, site: Site): Value;
  constructOwn(callee: ClassRef | Closure, args: Arguments, site: Site): Value;
  /** Calls the team's own function. */
  enter(
    callee: Callable,
    receiver: Value | undefined,
    args: Arguments,
    site: Site,
    kind: contract.CallStep["kind"],
  ): Value;
  /** What a module answers to an import or a `require`; the reason where it cannot be had. */
  importModule(specifier: string, site: Site, isRequire: boolean): Value;
}

export interface Limits {
  readonly stepsMax: number;
  readonly deadlineMs: number;
  now(): number;
}

/** Deeper expressions than people write; bounds the recursion over the syntax tree. */
const DEPTH_MAX = 900;
const CALLS_PER_SPOT_MAX = 48;
const GAPS_MAX = 500;

export class Machine {
  readonly state = new State();
  readonly operations: Operations;
  readonly limits: Limits;
  readonly knownEnvironment: ReadonlyMap<string, string>;
  readonly calls: contract.ExternalCall[] = [];
  readonly throws: contract.Thrown[] = [];
  readonly environment = new Map<string, contract.EnvironmentRead>();
  readonly gaps: contract.Gap[] = [];
  /** Spots of the conditions, loops and callbacks that decide whether this point is reached. */
  readonly conditions: Spot[] = [];
  /** Functions being evaluated, innermost last. */
  readonly active: Closure[] = [];
  /** Of each of them the step at which it was first entered, and whether it was evaluated for all that it may be given. */
  readonly begun = new Map<object, { readonly steps: number; isGeneralized: boolean }>();
  /** How often each function was entered, by its node. */
  readonly entered = new Map<object, Contexts>();
  readonly modules = new Map<string, ModuleCode>();
  /** Callbacks that were handed to external calls while modules loaded. */
  readonly waiting: { readonly callback: Callable; readonly run: () => void }[] = [];
  /** Whose callee's `return`s are asked for. */
  handlerFrame: Frame | undefined;
  /** Classes that were handed to packages, and the instances that containers would make of them. */
  readonly handed = new Set<ClassRef>();
  readonly contained = new Map<ClassRef, Value>();
  /** The arguments as the evaluation holds them: the answer of a call may be the handler (`middy(handler)`). */
  readonly held = new Map<contract.ExternalCall, { readonly args: Arguments; readonly receiver: Value | undefined }>();
  steps = 0;
  depth = 0;
  frames = 0;
  readonly #callsAt = new Map<string, contract.ExternalCall[]>();
  readonly #gapsSeen = new Set<string>();

  constructor(operations: Operations, limits: Limits, environment: ReadonlyMap<string, string>) {
    this.operations = operations;
    this.limits = limits;
    this.knownEnvironment = environment;
  }

  /** Called for every node. */
  step(): void {
    if (++this.steps > this.limits.stepsMax) throw new OutOfBudget(`${this.limits.stepsMax} steps`);
    if (this.steps % 256 === 0 && this.limits.now() > this.limits.deadlineMs) throw new OutOfBudget("its time");
  }

  /** Whether there is room for one more level; whoever gets true calls `ascend` afterwards. */
  descend(): boolean {
    if (this.depth >= DEPTH_MAX) return false;
    this.depth++;
    return true;
  }

  ascend(): void {
    this.depth--;
  }

  /** What happens inside may or may not happen. */
  conditionally<Result>(spot: Spot, run: () => Result): Result {
    this.conditions.push(spot);
    const result = run();
    this.conditions.pop();
    return result;
  }

  /** The same for what another frame does on its own: its writes are kept as possible. */
  possibly<Result>(spot: Spot, frame: Frame, run: () => Result): Result {
    const [result] = this.conditionally(spot, () =>
      this.state.fork<Result | undefined>([run, () => undefined], () => false, frame.id, spot),
    );
    return result as Result;
  }

  /** As if it had happened while modules loaded: whatever branch is being tried, it stays. */
  apart(run: () => void): void {
    const conditions = this.conditions.splice(0);
    this.state.apart(run);
    this.conditions.length = 0;
    this.conditions.push(...conditions);
  }

  /** The recorded call: an earlier one of the same place where it says the same. */
  record(call: contract.ExternalCall, isSame: (one: contract.ExternalCall) => boolean): contract.ExternalCall {
    const key = `${call.spot.source.file}:${call.spot.offset}:${call.kind}`;
    let before = this.#callsAt.get(key);
    if (!before) this.#callsAt.set(key, (before = []));
    const same = before.find(isSame);
    if (same) return same;
    const last = before.at(-1);
    if (before.length >= CALLS_PER_SPOT_MAX && last) {
      this.gap("effort", "it is called in more ways than are followed", call.spot, call.stack);
      return last;
    }
    before.push(call);
    this.calls.push(call);
    return call;
  }

  readEnvironment(name: string | undefined, spot: Spot): void {
    this.environment.set(`${name ?? ""}\n${spot.source.file}:${spot.offset}`, { name, spot, isReached: true });
  }

  gap(kind: contract.Gap["kind"], reason: string, spot: Spot, stack: readonly contract.CallStep[]): void {
    const key = `${kind}:${spot.source.file}:${spot.offset}:${reason}`;
    if (this.#gapsSeen.has(key) || this.gaps.length >= GAPS_MAX) return;
    this.#gapsSeen.add(key);
    this.gaps.push({ kind, reason, spot, stack });
  }
}

/** How a function was entered so far, for those that are entered too often to be evaluated each time. */
export interface Contexts {
  count: number;
  steps: number;
  args: readonly Value[] | undefined;
  receiver: Value | undefined;
  result: Value | undefined;
}
