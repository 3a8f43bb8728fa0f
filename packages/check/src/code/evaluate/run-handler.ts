/** Evaluates a handler: loads its module, finds the function that the runtime would call, and calls it with inputs. */
import type { Spot } from "../../source/source-text.ts";
import type * as contract from "../contract.ts";
import { callValue, constructValue } from "./call.ts";
import { constructOwn } from "./class.ts";
import { evaluate } from "./expression.ts";
import { callablesIn } from "./external-call.ts";
import { enterFunction } from "./function.ts";
import { Loader, type FindModule } from "./load-module.ts";
import { Machine, OutOfBudget, type Limits, type Operations, type Site } from "./machine.ts";
import { memberOf, writeMember } from "./member.ts";
import type { ParsedModule } from "./module-code.ts";
import { exportOf } from "./module-exports.ts";
import { newFrame } from "./function.ts";
import { snapshot } from "./snapshot.ts";
import { runStatements } from "./statement.ts";
import type { Callable, Frame, ModuleCode, Value } from "./value.ts";
import { isCallable, optionsOf, undefinedAt } from "./value.ts";

export interface Evaluated {
  readonly machine: Machine;
  readonly returns: readonly contract.Returned[];
  readonly throws: readonly contract.Thrown[];
  readonly handler: Spot | undefined;
}

/** Lambda passes an event, a context and a callback; `this` is not set. */
const INPUTS = 3;
const WRAPPERS_MAX = 12;

export function runHandler(
  entry: contract.CodeEntry,
  parsed: ParsedModule,
  find: FindModule,
  limits: Limits,
  environment: ReadonlyMap<string, string>,
): Evaluated {
  const { machine, loader } = newMachine(find, limits, environment);
  const returns: contract.Returned[] = [];
  const throws: contract.Thrown[] = [];
  let handler: Spot | undefined;
  const site = rootSite(machine, parsed);
  guarded(machine, site, () => {
    const module = loader.load(parsed, site);
    const exported = exportedValue(machine, module, entry, site);
    const found = findHandlers(machine, exported, entry.member ?? [], site);
    handler = found[0]?.callable.spot ?? madeOutside(machine, exported);
    if (!handler) {
      const path = [entry.export, ...(entry.member ?? [])].join(".");
      machine.gap("module", `${entry.file} has no function ${path}`, site.spot, []);
    }
    for (const { callable, receiver } of found) {
      const frame = callHandler(machine, callable, receiver, site, found.length > 1);
      returns.push(...(frame.returns ?? []));
      for (const { value, spot, stack } of frame.thrown) throws.push({ value: snapshot(value), spot, stack });
    }
    runWaiting(
      machine,
      found.map(({ callable }) => callable),
    );
  });
  return { machine, returns, throws, handler };
}

/** The value of an export, with nothing called but what runs while the module loads. */
export function evaluateExport(
  parsed: ParsedModule,
  name: string,
  find: FindModule,
  limits: Limits,
): contract.CodeValue {
  const { machine, loader } = newMachine(find, limits, new Map());
  const site = rootSite(machine, parsed);
  let value: contract.CodeValue = { kind: "unknown", reason: "it was given up", from: [], spot: site.spot };
  guarded(machine, site, () => {
    const module = loader.load(parsed, site);
    value = snapshot(exportedValue(machine, module, { file: parsed.file, export: name }, site));
  });
  return value;
}

function newMachine(
  find: FindModule,
  limits: Limits,
  environment: ReadonlyMap<string, string>,
): { readonly machine: Machine; readonly loader: Loader } {
  const operations: Operations = {
    evaluate: (node, scope, frame) => evaluate(machine, node, scope, frame),
    run: (body, scope, frame) => runStatements(machine, body, scope, frame),
    member: (of, key, site) => memberOf(machine, of, key, site),
    setMember: (of, key, value, site) => writeMember(machine, of, key, value, site),
    call: (callee, receiver, args, site) => callValue(machine, callee, receiver, args, site),
    construct: (callee, args, site) => constructValue(machine, callee, args, site),
    constructOwn: (callee, args, site) => constructOwn(machine, callee, args, site),
    enter: (callee, receiver, args, site, kind) => enterFunction(machine, callee, receiver, args, site, kind),
    importModule: (specifier, site, isRequire) => loader.importModule(specifier, site, isRequire),
  };
  const machine = new Machine(operations, limits, environment);
  const loader = new Loader(machine, find);
  return { machine, loader };
}

/** Runs until it ends or the budget does; what was found until then stays. */
function guarded(machine: Machine, site: Site, run: () => void): void {
  try {
    run();
  } catch (thrown) {
    const isDeep = thrown instanceof RangeError;
    if (!(thrown instanceof OutOfBudget) && !isDeep) throw thrown;
    const reason = isDeep ? "the code is nested too deeply" : `gave up after ${thrown.message}`;
    machine.gap("effort", reason, site.spot, []);
  }
}

function rootSite(machine: Machine, parsed: ParsedModule): Site {
  const spot: Spot = { source: parsed.source, offset: 0 };
  // Nothing is looked up here: only a place and a frame are needed.
  const scope = {
    parent: undefined,
    isFunction: true,
    module: { parsed } as ModuleCode,
    variables: new Map() as never,
  };
  const stack: contract.CallStep[] = [{ kind: "module", name: parsed.file, spot }];
  const frame = newFrame(
    machine,
    { scope, home: undefined, outer: undefined },
    undefinedAt(spot),
    { values: [] },
    stack,
  );
  return { spot, frame: { ...frame, scope }, scope };
}

function exportedValue(machine: Machine, module: ModuleCode, entry: contract.CodeEntry, site: Site): Value {
  const whole = exportOf(machine, module, entry.export, site);
  if (whole && (whole.kind !== "literal" || whole.value !== undefined)) return whole;
  // `exports.handlers = { save }` with the handler `index.handlers.save`.
  const [first = "", ...rest] = entry.export.split(".");
  let value = rest.length > 0 ? exportOf(machine, module, first, site) : undefined;
  for (const key of value ? rest : []) value = value && memberOf(machine, value, key, site);
  return value ?? undefinedAt(site.spot);
}

interface Handler {
  readonly callable: Callable;
  readonly receiver: Value | undefined;
}

/** The functions that the value stands for: itself, or those that a wrapper of the outside was given. */
function findHandlers(
  machine: Machine,
  value: Value,
  member: readonly string[],
  site: Site,
  depth = 0,
): readonly Handler[] {
  if (depth > WRAPPERS_MAX) return [];
  const found = optionsOf(value).flatMap((option): readonly Handler[] => {
    if (option.kind === "result" || option.kind === "instance") return wrapped(machine, option, member, site, depth);
    if (option.kind === "external" || option.kind === "unknown") return [];
    let at: Value = option;
    let receiver: Value | undefined;
    for (const key of member) {
      receiver = at;
      at = memberOf(machine, at, key, site);
    }
    return optionsOf(at).flatMap((one) => {
      if (isCallable(one) && one.kind !== "class") return [{ callable: one, receiver }];
      return one.kind === "result" ? wrapped(machine, one, [], site, depth) : [];
    });
  });
  return found.filter((one, index) => found.findIndex(({ callable }) => callable === one.callable) === index);
}

function wrapped(
  machine: Machine,
  value: Extract<Value, { kind: "result" | "instance" }>,
  member: readonly string[],
  site: Site,
  depth: number,
): readonly Handler[] {
  const held = machine.held.get(value.call);
  if (!held) return [];
  const { args, receiver } = held;
  const all = args.rest ? [...args.values, args.rest] : args.values;
  const direct = all.flatMap((arg) => findHandlers(machine, arg, member, site, depth + 1));
  if (direct.length > 0) return direct;
  // `middy(fn).use(x)`: what the method was called on may hold it.
  const before = receiver ? findHandlers(machine, receiver, member, site, depth + 1) : [];
  if (before.length > 0 || member.length > 0) return before;
  return all.flatMap((arg) => callablesIn(arg, 2)).map((callable) => ({ callable, receiver: undefined }));
}

/** `serverless(app)`: the handler is a package's, and calls what the team's own code gave to the app while it loaded. */
function madeOutside(machine: Machine, exported: Value): Spot | undefined {
  if (exported.kind !== "result" && exported.kind !== "instance" && exported.kind !== "external") return undefined;
  if (machine.waiting.length === 0) {
    machine.gap("call", "the handler is made by a package, whose code is not read", exported.spot, []);
  }
  return exported.spot;
}

function callHandler(
  machine: Machine,
  callable: Callable,
  receiver: Value | undefined,
  site: Site,
  isOneOfMany: boolean,
): Frame {
  const { spot } = callable;
  const inputs = Array.from({ length: INPUTS }, (_, parameter): Value => ({
    kind: "input",
    parameter,
    path: [],
    spot,
  }));
  const self: Value = receiver ?? { kind: "input", parameter: -1, path: [], spot };
  const frame: Frame = { ...site.frame, id: ++machine.frames, stack: [], thrown: [], returns: [] };
  machine.handlerFrame = frame;
  const run = (): Value =>
    machine.operations.enter(callable, self, { values: inputs }, { spot, frame, scope: site.scope }, "handler");
  const answer = isOneOfMany ? machine.conditionally(spot, run) : run();
  if (frame.returns?.length === 0) frame.returns.push({ value: snapshot(answer), spot });
  return frame;
}

/** Callbacks that modules handed to the outside while they loaded, without those that were the handler. */
function runWaiting(machine: Machine, handlers: readonly Callable[]): void {
  const called = new Set(handlers.map(storeOf));
  while (machine.waiting.length > 0) {
    const next = machine.waiting.shift();
    if (next && !called.has(storeOf(next.callback))) next.run();
  }
}

function storeOf(callable: Callable): unknown {
  return callable.kind === "native" ? callable : callable.store;
}
