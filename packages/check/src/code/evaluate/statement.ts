/**
 * Statements in order, with how each may end. Branches that nobody can decide are tried from the same state and joined;
 * loops are gone through once with what is there and once more with what a turn leaves behind.
 */
import type {
  ForInStatement,
  ForOfStatement,
  IfStatement,
  Statement,
  SwitchStatement,
  TryStatement,
  TSModuleDeclaration,
  VariableDeclaration,
} from "oxc-parser";
import type { Spot } from "../../source/source-text.ts";
import { makeClass } from "./class.ts";
import { declareFunctions, declareNames } from "./declare.ts";
import { declareEnum, declareNamespace, runImportEquals } from "./typescript.ts";
import { evaluate, namedValue } from "./expression.ts";
import { entriesOf, itemsJoined } from "./global-calls.ts";
import { join, joinSlots } from "./join.ts";
import { turns } from "./list-methods.ts";
import { End, type Ends, type Machine, type Site } from "./machine.ts";
import { mapAsItems, MAP } from "./map-methods.ts";
import { runExport } from "./module-exports.ts";
import { binary, truthOf } from "./operator.ts";
import { bindPattern } from "./pattern.ts";
import { childScope } from "./scope.ts";
import { snapshot } from "./snapshot.ts";
import type { Frame, Scope, Thrown, Value } from "./value.ts";
import { derived, itemsOf, listItems, literal, undefinedAt, unknown } from "./value.ts";

const KEYS_MAX = 1_000;

/** Runs statements until one of them never goes on to the next. */
export function runStatements(machine: Machine, body: readonly Statement[], scope: Scope, frame: Frame): Ends {
  let ends: Ends = End.normal;
  for (const statement of body) {
    const how = runStatement(machine, statement, scope, frame);
    ends = (ends & ~End.normal) | how;
    if ((how & End.normal) === 0) return ends;
    if ((how & (End.return | End.break | End.continue)) !== 0) {
      // What follows is reached only where this did not end the function or the turn.
      machine.conditions.push(spotOf(statement, scope));
    }
  }
  return ends;
}

function spotOf(node: { readonly start: number }, scope: Scope): Spot {
  return { source: scope.module.parsed.source, offset: node.start };
}

function runStatement(machine: Machine, node: Statement, scope: Scope, frame: Frame): Ends {
  machine.step();
  if (!machine.descend()) {
    machine.gap("effort", "the statements are nested too deeply", spotOf(node, scope), frame.stack);
    return End.normal;
  }
  const ends = dispatch(machine, node, scope, frame);
  machine.ascend();
  return ends;
}

function dispatch(machine: Machine, node: Statement, scope: Scope, frame: Frame): Ends {
  const spot = spotOf(node, scope);
  const site: Site = { spot, frame, scope };
  switch (node.type) {
    case "ExpressionStatement":
      evaluate(machine, node.expression, scope, frame);
      return End.normal;
    case "VariableDeclaration":
      declareVariables(machine, node, scope, frame);
      return End.normal;
    case "ClassDeclaration":
      if (node.id && node.declare !== true) {
        machine.state.write(scope.variables, node.id.name, makeClass(machine, node, scope, frame));
      }
      return End.normal;
    case "ReturnStatement": {
      const value = node.argument ? evaluate(machine, node.argument, scope, frame) : undefinedAt(spot);
      frame.returned = frame.returned ? join([frame.returned, value], spot) : value;
      frame.returns?.push({ value: snapshot(value), spot });
      return End.return;
    }
    case "ThrowStatement":
      frame.thrown.push({ value: evaluate(machine, node.argument, scope, frame), spot, stack: frame.stack });
      return End.throw;
    case "BreakStatement":
      return End.break;
    case "ContinueStatement":
      return End.continue;
    case "BlockStatement":
      return runBlock(machine, node.body, scope, frame);
    case "IfStatement":
      return runIf(machine, node, site);
    case "SwitchStatement":
      return runSwitch(machine, node, site);
    case "ForStatement":
    case "WhileStatement":
    case "DoWhileStatement":
      return runLoop(machine, node, site);
    case "ForOfStatement":
    case "ForInStatement":
      return runEach(machine, node, site);
    case "TryStatement":
      return runTry(machine, node, site);
    case "LabeledStatement": {
      const ends = runStatement(machine, node.body, scope, frame);
      return (ends & End.break) === 0 ? ends : (ends & ~End.break) | End.normal;
    }
    case "WithStatement":
      evaluate(machine, node.object, scope, frame);
      return runStatement(machine, node.body, scope, frame);
    case "TSEnumDeclaration":
      declareEnum(machine, node, scope, frame);
      return End.normal;
    case "TSModuleDeclaration":
      if (node.kind !== "global") declareNamespace(machine, node as TSModuleDeclaration, scope, frame);
      return End.normal;
    case "TSImportEqualsDeclaration":
      runImportEquals(machine, node, site);
      return End.normal;
    case "ExportNamedDeclaration":
      if (node.declaration) return runStatement(machine, node.declaration, scope, frame);
      return End.normal;
    case "ExportDefaultDeclaration":
    case "TSExportAssignment":
      runExport(machine, node, scope, frame);
      return End.normal;
    default:
      return End.normal;
  }
}

function runBlock(machine: Machine, body: readonly Statement[], scope: Scope, frame: Frame): Ends {
  const inner = childScope(scope, frame.id);
  declareNames(machine, body, inner);
  declareFunctions(machine, body, inner, frame);
  return runStatements(machine, body, inner, frame);
}

function declareVariables(machine: Machine, node: VariableDeclaration, scope: Scope, frame: Frame): void {
  if (node.declare === true) return;
  for (const { id, init } of node.declarations) {
    const isVar = node.kind === "var";
    if (!init) {
      if (!isVar) bindPattern(machine, id, undefinedAt(spotOf(id, scope)), scope, frame, true);
      continue;
    }
    const value =
      id.type === "Identifier"
        ? namedValue(machine, init, id.name, scope, frame)
        : evaluate(machine, init, scope, frame);
    bindPattern(machine, id, value, scope, frame, !isVar);
  }
}

function runIf(machine: Machine, node: IfStatement, site: Site): Ends {
  const { scope, frame, spot } = site;
  const truth = truthOf(machine, evaluate(machine, node.test, scope, frame));
  const yes = (): Ends => runStatement(machine, node.consequent, scope, frame);
  const no = (): Ends => (node.alternate ? runStatement(machine, node.alternate, scope, frame) : End.normal);
  if (truth !== undefined) return truth ? yes() : no();
  return oneOf(machine, [yes, no], frame, spot);
}

/** Ends after which nothing of the frame follows. */
function isGone(ends: Ends): boolean {
  return (ends & (End.normal | End.break | End.continue)) === 0;
}

function oneOf(machine: Machine, branches: readonly (() => Ends)[], frame: Frame, spot: Spot, gone = isGone): Ends {
  const conditions = machine.conditions.length;
  const guarded = branches.map((run) => (): Ends => {
    machine.conditions.push(spot);
    const ends = run();
    machine.conditions.length = conditions;
    return ends;
  });
  return machine.state.fork(guarded, gone, frame.id, spot).reduce((all, ends) => all | ends, 0);
}

function runSwitch(machine: Machine, node: SwitchStatement, site: Site): Ends {
  const { frame, spot } = site;
  const scope = childScope(site.scope, frame.id);
  const of = evaluate(machine, node.discriminant, scope, frame);
  const bodies = node.cases.map(({ consequent }) => consequent);
  for (const body of bodies) {
    declareNames(machine, body, scope);
    declareFunctions(machine, body, scope, frame);
  }
  const starts: number[] = [];
  let isDecided = false;
  for (const [index, { test }] of node.cases.entries()) {
    if (!test || isDecided) continue;
    const outcome = truthOf(machine, binary(machine, "===", of, evaluate(machine, test, scope, frame), spot));
    if (outcome !== false) starts.push(index);
    isDecided = outcome === true;
  }
  const fallback = node.cases.findIndex(({ test }) => test === null);
  if (!isDecided) starts.push(fallback === -1 ? bodies.length : fallback);
  // From where it starts, it runs on until something ends it.
  const run = (start: number): Ends => {
    const ends = runStatements(machine, bodies.slice(start).flat(), scope, frame);
    return (ends & End.break) === 0 ? ends : (ends & ~End.break) | End.normal;
  };
  const [only] = starts;
  if (starts.length === 1 && only !== undefined) {
    const conditions = machine.conditions.length;
    const ends = run(only);
    machine.conditions.length = conditions;
    return ends;
  }
  return oneOf(
    machine,
    starts.map((start) => () => run(start)),
    frame,
    spot,
  );
}

type Loop = Extract<Statement, { type: "ForStatement" | "WhileStatement" | "DoWhileStatement" }>;

function runLoop(machine: Machine, node: Loop, site: Site): Ends {
  const { frame } = site;
  const scope = childScope(site.scope, frame.id);
  if (node.type === "ForStatement" && node.init) {
    if (node.init.type === "VariableDeclaration") declareVariables(machine, node.init, scope, frame);
    else evaluate(machine, node.init, scope, frame);
  }
  const test = (): boolean | undefined =>
    node.test ? truthOf(machine, evaluate(machine, node.test, scope, frame)) : true;
  const turn = (): Ends => {
    const ends = runStatement(machine, node.body, scope, frame);
    if (node.type === "ForStatement" && node.update) evaluate(machine, node.update, scope, frame);
    return ends;
  };
  if (node.type === "DoWhileStatement") {
    const first = leaveLoop(turn());
    if ((first & End.normal) === 0) return first;
    if (test() === false) return first;
    return first | repeat(machine, turn, test, { ...site, scope });
  }
  const first = test();
  return first === false ? End.normal : repeat(machine, turn, test, { ...site, scope }, first === true);
}

function leaveLoop(ends: Ends): Ends {
  return (ends & (End.break | End.continue)) === 0 ? ends : (ends & ~(End.break | End.continue)) | End.normal;
}

/** Two turns: with what is there, and with what a turn may leave behind. */
function repeat(
  machine: Machine,
  turn: () => Ends,
  test: () => boolean | undefined,
  site: Site,
  isSureFirst = false,
): Ends {
  const { frame, spot } = site;
  const conditions = machine.conditions.length;
  const once = (): Ends => {
    const ends = leaveLoop(turn());
    machine.conditions.length = conditions;
    return ends;
  };
  const { result: first, before } = machine.state.watch(() =>
    isSureFirst ? once() : oneOf(machine, [once, () => End.normal], frame, spot),
  );
  if ((first & End.normal) === 0) return first;
  for (const [store, places] of before) {
    for (const [key, slot] of places) {
      const now = store.get(key);
      if (now === undefined) continue;
      machine.state.write(store, key, slot === now ? now : widen(joinSlots(slot ?? now, now, spot), spot));
    }
  }
  if (test() === false) return first;
  return first | oneOf(machine, [once, () => End.normal], frame, spot);
}

/** What grows with each turn is not followed turn by turn. */
function widen(slot: ReturnType<typeof joinSlots>, spot: Spot): ReturnType<typeof joinSlots> {
  if (slot.kind !== "choice" || slot.options.length < 2) return slot;
  const grows = slot.options.filter(({ kind, ...rest }) => {
    if (kind === "text" || kind === "derived") return true;
    return kind === "literal" && "value" in rest && (typeof rest.value === "number" || typeof rest.value === "string");
  });
  if (grows.length < 2) return slot;
  const others = slot.options.filter((option) => !grows.includes(option));
  const from = grows.map((option) => snapshot(option));
  return join([...others, unknown("it changes with each turn of a loop", spot, from)], spot);
}

function runEach(machine: Machine, node: ForOfStatement | ForInStatement, site: Site): Ends {
  const { frame, spot, scope } = site;
  const of = evaluate(machine, node.right, scope, frame);
  const items = node.type === "ForOfStatement" ? iterated(machine, of, site) : keysOf(machine, of, site);
  const conditions = machine.conditions.length;
  let ends: Ends = End.normal;
  const turn = (item: Value): Ends => {
    const inner = childScope(scope, frame.id);
    const { left } = node;
    if (left.type === "VariableDeclaration") {
      const [declarator] = left.declarations;
      if (declarator) bindPattern(machine, declarator.id, item, inner, frame, left.kind !== "var");
    } else bindPattern(machine, left, item, inner, frame, false);
    return runStatement(machine, node.body, inner, frame);
  };
  for (const { item, isSure } of items) {
    if (!isSure) {
      ends |= repeat(
        machine,
        () => turn(item),
        () => undefined,
        site,
      );
      continue;
    }
    const how = turn(item);
    ends |= leaveLoop(how);
    if ((how & (End.normal | End.continue)) === 0) break;
    if ((how & (End.break | End.return)) !== 0 && machine.conditions.length === conditions)
      machine.conditions.push(spot);
  }
  machine.conditions.length = conditions;
  return items.length > 0 && items.every(({ isSure }) => isSure) ? ends : ends | End.normal;
}

function iterated(machine: Machine, of: Value, site: Site): ReturnType<typeof turns> {
  const { spot } = site;
  if (of.kind === "list") return turns(listItems(of), spot);
  if (of.kind === "object" && of.className === MAP) return turns(mapAsItems(of, site), spot);
  if (of.kind === "object") {
    const custom = iteratorOf(machine, of, site);
    if (custom) return iterated(machine, custom, site);
  }
  if (of.kind === "literal" && of.value === undefined) return [];
  return turns(itemsOf([], itemsJoined(of, site)), spot);
}

/** `async *[Symbol.asyncIterator]()` of the team's own class. */
function iteratorOf(machine: Machine, of: Value, site: Site): Value | undefined {
  for (const key of ["Symbol.asyncIterator", "Symbol.iterator"]) {
    const method = machine.operations.member(of, key, site);
    if (method.kind !== "function") continue;
    const made = machine.operations.call(method, of, { values: [] }, site);
    return made.kind === "list" ? made : undefined;
  }
  return undefined;
}

function keysOf(machine: Machine, of: Value, site: Site): ReturnType<typeof turns> {
  if (of.kind === "object" || of.kind === "function" || of.kind === "class") {
    const names = [...of.store.keys()].filter((key) => !key.startsWith("\0")).slice(0, KEYS_MAX);
    const known = names.map((name) => ({ item: literal(name, site.spot) as Value, isSure: true }));
    const rest = of.kind === "object" ? entriesOf(machine, of, site).rest : undefined;
    return rest ? [...known, { item: derived("Object.keys", [snapshot(of)], site.spot), isSure: false }] : known;
  }
  return [{ item: derived("Object.keys", [snapshot(of)], site.spot), isSure: false }];
}

function runTry(machine: Machine, node: TryStatement, site: Site): Ends {
  const { scope, frame, spot } = site;
  const outer = frame.thrown;
  const conditions = machine.conditions.length;
  frame.thrown = [];
  const { result: tried, before } = machine.state.watch(() => runBlock(machine, node.block.body, scope, frame));
  machine.conditions.length = conditions;
  const caught = frame.thrown;
  frame.thrown = outer;
  let ends = tried;
  const { handler } = node;
  if (handler) {
    const catching = (): Ends => {
      // The error may have come at any point of the block.
      for (const [store, places] of before) {
        for (const [key, slot] of places) machine.state.write(store, key, joinSlots(slot, store.get(key), spot));
      }
      const inner = childScope(scope, frame.id);
      if (handler.param) bindPattern(machine, handler.param, caughtValue(caught, spot), inner, frame, true);
      return runBlock(machine, handler.body.body, inner, frame);
    };
    const passed = tried & ~End.throw;
    const always = passed === 0 || isGone(passed);
    const both = [catching, () => passed];
    let handled: Ends;
    // What `finally` sees is either the state of a block that returned or that of the handler.
    if (always && node.finalizer && passed !== 0) handled = oneOf(machine, both, frame, spot, () => false) & ~passed;
    else if (always) handled = machine.conditionally(spot, catching);
    else handled = oneOf(machine, both, frame, spot) & ~passed;
    machine.conditions.length = conditions;
    ends = passed | handled;
  } else frame.thrown.push(...caught);
  if (node.finalizer) {
    const final = runBlock(machine, node.finalizer.body, scope, frame);
    machine.conditions.length = conditions;
    if ((final & End.normal) === 0) return final;
  }
  return ends;
}

function caughtValue(thrown: readonly Thrown[], spot: Spot): Value {
  const own = thrown.slice(0, 24).map(({ value }) => value);
  const other = derived(
    "caught",
    own.map((value) => snapshot(value)),
    spot,
  );
  return join([...own, other], spot);
}
