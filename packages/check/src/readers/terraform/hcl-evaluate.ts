/**
 * HCL expressions to values. Names are looked up in a scope; operators and conditionals are three-valued: a conditional
 * on an open test is a choice between both its results.
 */
import {
  absent,
  choice,
  eachOption,
  joinText,
  list,
  map,
  scalar,
  unknownValue,
  type Value,
} from "../../graph/value.ts";
import type { SourceText, Spot } from "../../source/source-text.ts";
import { callFunction } from "./hcl-functions.ts";
import type { HclExpression } from "./hcl-tree.ts";

export interface HclScope {
  readonly source: SourceText;
  /** What a root name with its steps means; undefined where the name is not known at all. */
  lookup(path: readonly string[], spot: Spot): Resolved | undefined;
  /** What loops may still go over: three of a thousand items inside each other stand for a billion. */
  readonly budget: { left: number };
  /** Functions that read files; undefined where it is none or the file can't be read. */
  readFile(path: string): string | undefined;
}

export interface Resolved {
  readonly value: Value;
  /** How many steps of the path the value stands for; the rest are taken inside it. */
  readonly taken: number;
}

const ITEMS_MAX = 2_000;

export function evaluateHcl(expression: HclExpression, scope: HclScope): Value {
  const spot: Spot = { source: scope.source, offset: expression.offset };
  switch (expression.kind) {
    case "literal":
      return scalar(expression.value, spot);
    case "template":
      return joinText(
        expression.parts.map((part) => evaluateHcl(part, scope)),
        spot,
      );
    case "directive":
      return unknownValue("a template directive", spot);
    case "list":
      return list(
        expression.items.map((item) => evaluateHcl(item, scope)),
        spot,
      );
    case "object":
      return evaluateObject(expression, scope, spot);
    case "name":
    case "attribute":
    case "index":
      return evaluatePath(expression, scope, spot);
    case "splat":
      return evaluateSplat(evaluateHcl(expression.of, scope), expression.rest, spot);
    case "call":
      return evaluateCall(expression, scope, spot);
    case "conditional":
      return evaluateConditional(expression, scope, spot);
    case "binary":
      return evaluateBinary(
        expression.operator,
        evaluateHcl(expression.left, scope),
        evaluateHcl(expression.right, scope),
        spot,
      );
    case "unary":
      return evaluateUnary(expression.operator, evaluateHcl(expression.of, scope), spot);
    case "for":
      return evaluateFor(expression, scope, spot);
  }
}

/** The pairs that a for expression or for_each goes over; undefined where the collection is not known. */
export function pairsOf(collection: Value): readonly (readonly [key: Value, value: Value])[] | undefined {
  if (collection.kind === "list" && collection.open === undefined) {
    return collection.items.slice(0, ITEMS_MAX).map((item, index) => [scalar(index, item.spot), item]);
  }
  if (collection.kind === "map" && collection.open === undefined) {
    return [...collection.entries].slice(0, ITEMS_MAX).map(([key, value]) => [scalar(key, value.spot), value]);
  }
  return undefined;
}

export function whyOpen(value: Value): string {
  if (value.kind === "unknown" || value.kind === "choice") return value.reason;
  if (value.kind === "list" || value.kind === "map") return value.open ?? "a value that is not known";
  return value.kind === "reference" ? `what ${value.resource} will be` : "a value that is not known";
}

function evaluateObject(expression: HclExpression & { kind: "object" }, scope: HclScope, spot: Spot): Value {
  let open: string | undefined;
  const entries: (readonly [string, Value])[] = [];
  for (const [key, value] of expression.entries) {
    const name = evaluateHcl(key, scope);
    if (name.kind === "scalar") {
      const made = evaluateHcl(value, scope);
      entries.push([String(name.value), { ...made, spot: { source: scope.source, offset: key.offset } }]);
    } else open ??= whyOpen(name);
  }
  return map(entries, spot, open);
}

function evaluatePath(expression: HclExpression, scope: HclScope, spot: Spot): Value {
  const steps: (string | Value)[] = [];
  let at = expression;
  for (;;) {
    if (at.kind === "attribute") {
      steps.unshift(at.name);
      at = at.of;
    } else if (at.kind === "index") {
      steps.unshift(evaluateHcl(at.key, scope));
      at = at.of;
    } else break;
  }
  if (at.kind !== "name") return walk(evaluateHcl(at, scope), steps, spot);
  const path = [
    at.name,
    ...steps.map((step) =>
      typeof step === "string" ? step : step.kind === "scalar" ? `[${String(step.value)}]` : "[?]",
    ),
  ];
  const resolved = scope.lookup(path, spot);
  if (!resolved) return unknownValue(`${path.join(".").slice(0, 80)}, which is not defined here`, spot);
  return walk({ ...resolved.value, spot }, steps.slice(resolved.taken - 1), spot);
}

function walk(from: Value, steps: readonly (string | Value)[], spot: Spot): Value {
  let value = from;
  for (const step of steps) {
    const key = typeof step === "string" ? step : step.kind === "scalar" ? String(step.value) : undefined;
    value =
      key === undefined
        ? unknownValue("which item is meant", spot, false)
        : eachOption(value, (one) => child(one, key, spot));
  }
  return value;
}

function child(of: Value, key: string, spot: Spot): Value {
  switch (of.kind) {
    case "map":
      return of.entries.get(key) ?? (of.open === undefined ? absent(spot) : unknownValue(of.open, spot, false));
    case "list": {
      const item = of.items[Number(key)];
      if (item) return item;
      // A block that occurs once is written with or without its index.
      const [only] = of.items;
      if (only && of.items.length === 1 && !/^\d+$/.test(key)) return child(only, key, spot);
      return of.open === undefined ? absent(spot) : unknownValue(of.open, spot, false);
    }
    case "unknown":
      return { ...of, spot, present: of.present };
    case "reference":
      return { ...of, attribute: of.attribute === "" ? key : `${of.attribute}.${key}`, spot };
    default:
      return unknownValue("a part of a value that has none", spot, false);
  }
}

function evaluateSplat(of: Value, rest: readonly string[], spot: Spot): Value {
  return eachOption(of, (one) => {
    if (one.kind === "list")
      return list(
        one.items.map((item) => walk(item, rest, spot)),
        spot,
        one.open,
      );
    if (one.kind === "absent" || (one.kind === "scalar" && one.value === null)) return list([], spot);
    if (one.kind === "reference" || one.kind === "map") return list([walk(one, rest, spot)], spot);
    return list([], spot, whyOpen(one));
  });
}

function evaluateCall(expression: HclExpression & { kind: "call" }, scope: HclScope, spot: Spot): Value {
  const args = expression.args.map((arg) => evaluateHcl(arg, scope));
  const [first] = args;
  if ((expression.name === "file" || expression.name === "templatefile") && first?.kind === "scalar") {
    const text = scope.readFile(String(first.value));
    if (text !== undefined && (expression.name === "file" || !/[$%]\{/.test(text))) return scalar(text, spot);
    return unknownValue(`the file ${String(first.value).slice(0, 80)}`, spot);
  }
  if (expression.name === "can") {
    const known = first && first.kind !== "unknown" && first.kind !== "choice";
    return known ? scalar(first.kind !== "absent", spot) : unknownValue(first ? whyOpen(first) : "nothing", spot);
  }
  return callFunction(expression.name, args, spot);
}

function evaluateConditional(expression: HclExpression & { kind: "conditional" }, scope: HclScope, spot: Spot): Value {
  const test = evaluateHcl(expression.test, scope);
  if (test.kind === "scalar") {
    return evaluateHcl(String(test.value) === "true" ? expression.whenTrue : expression.whenFalse, scope);
  }
  return choice(
    whyOpen(test),
    [evaluateHcl(expression.whenTrue, scope), evaluateHcl(expression.whenFalse, scope)],
    spot,
  );
}

function evaluateBinary(operator: string, left: Value, right: Value, spot: Spot): Value {
  if (left.kind === "choice") return eachOption(left, (one) => evaluateBinary(operator, one, right, spot));
  if (right.kind === "choice") return eachOption(right, (one) => evaluateBinary(operator, left, one, spot));
  if (operator === "&&" || operator === "||") {
    const decides = operator === "||";
    for (const side of [left, right])
      if (side.kind === "scalar" && (String(side.value) === "true") === decides) return scalar(decides, spot);
    if (left.kind === "scalar" && right.kind === "scalar") return scalar(!decides, spot);
    return unknownValue(whyOpen(left.kind === "scalar" ? right : left), spot);
  }
  if (left.kind !== "scalar" || right.kind !== "scalar") {
    const compared = operator === "==" || operator === "!=" ? compareOpen(left, right) : undefined;
    if (compared !== undefined) return scalar(operator === "==" ? compared : !compared, spot);
    return unknownValue(whyOpen(left.kind === "scalar" ? right : left), spot);
  }
  if (operator === "==" || operator === "!=") {
    const same =
      left.value === right.value ||
      (left.value !== null && right.value !== null && String(left.value) === String(right.value));
    return scalar(same === (operator === "=="), spot);
  }
  return scalar(arithmetic(operator, Number(left.value), Number(right.value)), spot);
}

/** A reference, a list or a map is never null and never a text. */
function compareOpen(left: Value, right: Value): boolean | undefined {
  const [one, other] = left.kind === "scalar" ? [left, right] : [right, left];
  if (one.kind !== "scalar") return undefined;
  if (other.kind === "absent") return one.value === null;
  if (other.kind === "unknown") return one.value === null && other.present ? false : undefined;
  return other.kind === "reference" || other.kind === "list" || other.kind === "map" ? false : undefined;
}

function arithmetic(operator: string, left: number, right: number): number | boolean {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "%":
      return left % right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
    case "<":
      return left < right;
    default:
      return left <= right;
  }
}

function evaluateUnary(operator: string, of: Value, spot: Spot): Value {
  return eachOption(of, (one) => {
    if (one.kind !== "scalar") return unknownValue(whyOpen(one), spot);
    return operator === "!" ? scalar(String(one.value) !== "true", spot) : scalar(-Number(one.value), spot);
  });
}

function evaluateFor(expression: HclExpression & { kind: "for" }, scope: HclScope, spot: Spot): Value {
  const collection = evaluateHcl(expression.collection, scope);
  const pairs = pairsOf(collection);
  const isMap = expression.key !== undefined;
  if (!pairs) return isMap ? map([], spot, whyOpen(collection)) : list([], spot, whyOpen(collection));
  let open: string | undefined;
  const items: Value[] = [];
  const entries: (readonly [string, Value])[] = [];
  for (const [key, value] of pairs) {
    if (--scope.budget.left < 0) return unknownValue("a loop over more items than are looked at", spot);
    const inner = withNames(
      scope,
      new Map([
        [expression.valueName, value],
        ...(expression.keyName === undefined ? [] : [[expression.keyName, key] as const]),
      ]),
    );
    const test = expression.test ? evaluateHcl(expression.test, inner) : undefined;
    if (test && test.kind !== "scalar") open ??= whyOpen(test);
    else if (!test || String(test.value) === "true") {
      const made = evaluateHcl(expression.value, inner);
      const name = expression.key ? evaluateHcl(expression.key, inner) : undefined;
      if (!name) items.push(made);
      else if (name.kind === "scalar") entries.push([String(name.value), made]);
      else open ??= whyOpen(name);
    }
  }
  return isMap ? map(entries, spot, open) : list(items, spot, open);
}

/** The scope with names of a loop before its own. */
export function withNames(scope: HclScope, names: ReadonlyMap<string, Value>): HclScope {
  return {
    source: scope.source,
    budget: scope.budget,
    readFile: (path) => scope.readFile(path),
    lookup(path, spot) {
      const value = names.get(path[0] ?? "");
      return value ? { value, taken: 1 } : scope.lookup(path, spot);
    },
  };
}
