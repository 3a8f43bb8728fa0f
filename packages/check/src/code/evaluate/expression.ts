/** Expressions. What has no meaning for values (JSX, regular expressions) keeps what it is made from. */
import type {
  ArrayExpression,
  AssignmentExpression,
  CallExpression,
  Expression,
  ImportExpression,
  MemberExpression,
  NewExpression,
  ObjectExpression,
  TaggedTemplateExpression,
  TemplateLiteral,
} from "oxc-parser";
import type { Spot } from "../../source/source-text.ts";
import { GLOBAL } from "../contract.ts";
import { callMethod } from "./call.ts";
import { classOf, constructSuper, makeClass, setFields, superMember } from "./class.ts";
import { makeFunction } from "./declare.ts";
import { itemsJoined, spreadInto } from "./global-calls.ts";
import { helperByShape, helperCall, isHelper } from "./compiler-functions.ts";
import { join } from "./join.ts";
import type { Machine, Site } from "./machine.ts";
import { binary, nullishnessOf, textOf, truthOf, unary, withFallback } from "./operator.ts";
import { assignName, bindPattern, memberKey, propertyKey } from "./pattern.ts";
import { scopeOf } from "./scope.ts";
import { snapshot } from "./snapshot.ts";
import type { Arguments, Frame, Scope, Value } from "./value.ts";
import { derived, external, listItems, literal, newList, newObject } from "./value.ts";
import { optionsOf, REST, undefinedAt, unknown } from "./value.ts";

export function evaluate(machine: Machine, node: Expression, scope: Scope, frame: Frame): Value {
  machine.step();
  const spot = { source: scope.module.parsed.source, offset: node.start };
  if (!machine.descend()) {
    machine.gap("effort", "the expression is nested too deeply", spot, frame.stack);
    return unknown("the expression is nested too deeply", spot);
  }
  const value = evaluateNode(machine, node, scope, frame, { spot, frame, scope });
  machine.ascend();
  return value;
}

function evaluateNode(machine: Machine, node: Expression, scope: Scope, frame: Frame, site: Site): Value {
  const { spot } = site;
  const inner = (one: Expression): Value => evaluate(machine, one, scope, frame);
  switch (node.type) {
    case "Literal":
      return "regex" in node
        ? derived("pattern", [literal(node.regex.pattern, spot)], spot)
        : literal("bigint" in node ? BigInt(node.bigint) : node.value, spot);
    case "TemplateLiteral":
      return template(machine, node, site);
    case "Identifier":
      return lookUp(node.name, site);
    case "ThisExpression":
      return frame.thisValue;
    case "ArrayExpression":
      return array(machine, node, site);
    case "ObjectExpression":
      return object(machine, node, site);
    case "FunctionExpression":
    case "FunctionDeclaration":
    case "ArrowFunctionExpression":
      return makeFunction(node, scope, frame);
    case "ClassExpression":
    case "ClassDeclaration":
      return makeClass(machine, node, scope, frame);
    case "MemberExpression":
      return member(machine, node, site).value;
    case "ChainExpression":
    case "TSAsExpression":
    case "TSSatisfiesExpression":
    case "TSTypeAssertion":
    case "TSNonNullExpression":
    case "TSInstantiationExpression":
    case "ParenthesizedExpression":
      return inner(node.expression);
    case "AwaitExpression":
      return inner(node.argument);
    case "CallExpression":
      return call(machine, node, site);
    case "NewExpression":
      return construct(machine, node, site);
    case "AssignmentExpression":
      return assign(machine, node, site);
    case "ConditionalExpression":
      return branch(
        machine,
        inner(node.test),
        () => inner(node.consequent),
        () => inner(node.alternate),
        site,
      );
    case "LogicalExpression":
      return logical(machine, node.operator, inner(node.left), () => inner(node.right), site);
    case "BinaryExpression":
      if (node.left.type === "PrivateIdentifier") return derived("operator in", [], spot);
      return binary(machine, node.operator, inner(node.left), inner(node.right), spot);
    case "UnaryExpression":
      if (node.operator === "delete") return remove(machine, node.argument, site);
      if (node.operator === "typeof" && node.argument.type === "Identifier" && isFree(scope, node.argument.name)) {
        return derived("operator typeof", [], spot);
      }
      return unary(machine, node.operator, inner(node.argument), spot);
    case "UpdateExpression": {
      const before = inner(node.argument as Expression);
      const after =
        before.kind === "literal" && typeof before.value === "number"
          ? literal(before.value + (node.operator === "++" ? 1 : -1), spot)
          : derived(`operator ${node.operator}`, [snapshot(before)], spot);
      bindPattern(machine, node.argument, after, scope, frame, false);
      return node.prefix ? after : before;
    }
    case "SequenceExpression": {
      let last: Value = undefinedAt(spot);
      for (const one of node.expressions) last = inner(one);
      return last;
    }
    case "TaggedTemplateExpression":
      return tagged(machine, node, site);
    case "YieldExpression": {
      const value = node.argument ? inner(node.argument) : undefinedAt(spot);
      const yielded = node.delegate ? itemsJoined(value, site) : value;
      const { generator } = frame;
      if (generator) generator.yielded = generator.yielded ? join([generator.yielded, yielded], spot) : yielded;
      return value;
    }
    case "ImportExpression":
      return dynamicImport(machine, node, site);
    case "MetaProperty":
      return node.meta.name === "import"
        ? external(GLOBAL, ["import", "meta"], spot)
        : unknown("it depends on how it is called", spot);
    case "JSXElement":
    case "JSXFragment":
      return unknown("it is markup", spot);
    case "Super":
      return undefinedAt(spot);
    default:
      return unknown("it is written in a way that is not read", spot);
  }
}

function isFree(scope: Scope, name: string): boolean {
  return scopeOf(scope, name) === undefined;
}

function lookUp(name: string, site: Site): Value {
  const { spot, frame, scope } = site;
  const held = scopeOf(scope, name);
  if (held) {
    const slot = held.variables.get(name);
    if (slot && slot.kind !== "items" && slot.kind !== "accessor") return slot;
    const imported = held.imports?.get(name);
    return imported ? imported() : undefinedAt(spot);
  }
  if (name === "undefined") return undefinedAt(spot);
  if (name === "NaN" || name === "Infinity") return literal(Number(name), spot);
  if (name === "arguments") return newList(frame.args.values, spot, frame.args.rest);
  const bundled = scope.module.parsed.bundled.get(name);
  if (bundled) {
    const of = external(bundled.module, bundled.path, spot);
    return bundled.isRequire ? { kind: "native", name, spot, run: () => of } : of;
  }
  if (name === "globalThis" || name === "global") return external(GLOBAL, ["globalThis"], spot);
  return external(GLOBAL, [name], spot);
}

function template(machine: Machine, node: TemplateLiteral, site: Site): Value {
  const pieces: Value[] = [];
  node.quasis.forEach(({ value }, index) => {
    pieces.push(literal(value.cooked ?? value.raw, site.spot));
    const expression = node.expressions[index];
    if (expression) pieces.push(evaluate(machine, expression, site.scope, site.frame));
  });
  return textOf(pieces, site.spot);
}

function tagged(machine: Machine, node: TaggedTemplateExpression, site: Site): Value {
  const texts = node.quasi.quasis.map(({ value }) => literal(value.cooked ?? value.raw, site.spot));
  const values = node.quasi.expressions.map((one) => evaluate(machine, one, site.scope, site.frame));
  return callAs(machine, node.tag, { values: [newList(texts, site.spot), ...values] }, site);
}

function array(machine: Machine, node: ArrayExpression, site: Site): Value {
  const items: Value[] = [];
  const rests: Value[] = [];
  for (const element of node.elements) {
    if (element?.type !== "SpreadElement") {
      const item = element ? evaluate(machine, element, site.scope, site.frame) : undefinedAt(site.spot);
      (rests.length === 0 ? items : rests).push(item);
      continue;
    }
    const spread = evaluate(machine, element.argument, site.scope, site.frame);
    const inner = spread.kind === "list" ? listItems(spread) : undefined;
    if (inner && inner.rest === undefined && rests.length === 0) items.push(...inner.items);
    else if (inner) rests.push(...inner.items, ...(inner.rest ? [inner.rest] : []));
    else rests.push(itemsJoined(spread, site));
  }
  return newList(items, site.spot, rests.length === 0 ? undefined : join(rests, site.spot));
}

function object(machine: Machine, node: ObjectExpression, site: Site): Value {
  const made = newObject(site.spot);
  for (const property of node.properties) {
    if (property.type === "SpreadElement") {
      spreadInto(machine, made, evaluate(machine, property.argument, site.scope, site.frame), site);
      continue;
    }
    const key = propertyKey(machine, property.key, property.computed, site.scope, site.frame);
    const { value: node } = property;
    const isFunction = node.type === "FunctionExpression" || node.type === "ArrowFunctionExpression";
    const value = isFunction
      ? makeFunction(node, site.scope, site.frame, node.id?.name ?? key ?? "", made)
      : evaluate(machine, node, site.scope, site.frame);
    if (property.kind === "init") {
      if (key === undefined) machine.operations.setMember(made, undefined, value, site);
      else machine.state.write(made.store, safeKey(key), value);
      continue;
    }
    const before = made.store.get(key ?? REST);
    const both = before?.kind === "accessor" ? before : { kind: "accessor" as const };
    machine.state.write(made.store, safeKey(key ?? REST), { ...both, [property.kind]: value });
  }
  return made;
}

/** The keys that a store keeps for itself are no names in programs. */
function safeKey(key: string): string {
  return key.startsWith("\0") && key !== REST ? REST : key;
}

function member(machine: Machine, node: MemberExpression, site: Site): { readonly of: Value; readonly value: Value } {
  const { scope, frame } = site;
  if (node.object.type === "Super") {
    const key = memberKey(machine, node, scope, frame);
    return { of: frame.thisValue, value: superMember(machine, frame, key, site) };
  }
  const of = evaluate(machine, node.object, scope, frame);
  if (node.optional && isMissing(of)) return { of, value: undefinedAt(site.spot) };
  const keys = keysOf(machine, node, scope, frame);
  const at = { ...site, spot: { source: site.spot.source, offset: node.property.start } };
  return {
    of,
    value: join(
      keys.map((key) => machine.operations.member(of, key, at)),
      site.spot,
    ),
  };
}

function isMissing(of: Value): boolean {
  return of.kind === "literal" && (of.value ?? undefined) === undefined;
}

/** Each name that a computed member may have; `undefined` stands for any. */
function keysOf(machine: Machine, node: MemberExpression, scope: Scope, frame: Frame): readonly (string | undefined)[] {
  if (!node.computed) return [memberKey(machine, node, scope, frame)];
  const key = evaluate(machine, node.property, scope, frame);
  if (key.kind !== "choice") return [keyName(key)];
  const names = key.options.map(keyName);
  return names.includes(undefined) ? [undefined] : names;
}

function keyName(key: Value): string | undefined {
  if (key.kind === "literal") return String(key.value);
  return key.kind === "external" && key.module === GLOBAL && key.path[0] === "Symbol" ? key.path.join(".") : undefined;
}

function argumentsOf(machine: Machine, nodes: CallExpression["arguments"], site: Site): Arguments {
  const values: Value[] = [];
  const rests: Value[] = [];
  for (const node of nodes) {
    if (node.type !== "SpreadElement") {
      (rests.length === 0 ? values : rests).push(evaluate(machine, node, site.scope, site.frame));
      continue;
    }
    const spread = evaluate(machine, node.argument, site.scope, site.frame);
    const inner = spread.kind === "list" ? listItems(spread) : undefined;
    if (inner && rests.length === 0) values.push(...inner.items);
    if (inner?.rest) rests.push(inner.rest);
    else if (inner && rests.length > 0) rests.push(...inner.items);
    else if (!inner) rests.push(itemsJoined(spread, site));
  }
  return rests.length === 0 ? { values } : { values, rest: join(rests, site.spot) };
}

function call(machine: Machine, node: CallExpression, site: Site): Value {
  const { scope, frame } = site;
  if (node.callee.type === "Super") {
    const of = classOf(frame);
    const args = argumentsOf(machine, node.arguments, site);
    if (of && frame.thisValue.kind === "object") {
      constructSuper(machine, of, frame.thisValue, args, site);
      setFields(machine, of, frame.thisValue, site);
    }
    return frame.thisValue;
  }
  const { callee } = node;
  if (callee.type === "Identifier") {
    if (isHelper(callee.name)) {
      const args = argumentsOf(machine, node.arguments, site);
      const helped = helperCall(machine, callee.name, args, site);
      return helped ?? machine.operations.call(evaluate(machine, callee, scope, frame), undefined, args, site);
    }
    if (callee.name === "require" && isFree(scope, "require")) {
      const args = argumentsOf(machine, node.arguments, site);
      return machine.operations.call(external(GLOBAL, ["require"], site.spot), undefined, args, site);
    }
  }
  return callNode(machine, node, site, frame);
}

function callNode(machine: Machine, node: CallExpression, site: Site, frame: Frame): Value {
  const callee = withoutCasts(node.callee);
  if (callee.type !== "MemberExpression") {
    const value = evaluate(machine, callee, site.scope, frame);
    if (node.optional && isMissing(value)) return undefinedAt(site.spot);
    const args = argumentsOf(machine, node.arguments, site);
    return helperByShape(machine, value, args, site) ?? machine.operations.call(value, undefined, args, site);
  }
  if (callee.object.type === "Super") {
    const { value } = member(machine, callee, site);
    return machine.operations.call(value, frame.thisValue, argumentsOf(machine, node.arguments, site), site);
  }
  const of = evaluate(machine, callee.object, site.scope, frame);
  if ((callee.optional || node.optional) && isMissing(of)) return undefinedAt(site.spot);
  const keys = keysOf(machine, callee, site.scope, frame);
  const args = argumentsOf(machine, node.arguments, site);
  const receiver = callee.optional ? present(of, site.spot) : of;
  return join(
    keys.map((key) => callMethod(machine, receiver, key, args, site)),
    site.spot,
  );
}

function present(of: Value, spot: Spot): Value {
  const options = optionsOf(of).filter((option) => !isMissing(option));
  return options.length === 0 ? of : join(options, spot);
}

function withoutCasts(node: Expression): Expression {
  let at = node;
  while (
    at.type === "TSNonNullExpression" ||
    at.type === "TSAsExpression" ||
    at.type === "ParenthesizedExpression" ||
    at.type === "TSInstantiationExpression" ||
    at.type === "TSSatisfiesExpression" ||
    (at.type === "ChainExpression" && at.expression.type === "MemberExpression")
  ) {
    at = at.expression;
  }
  // `(0, module.f)(x)`: a call without a receiver.
  return at;
}

function callAs(machine: Machine, callee: Expression, args: Arguments, site: Site): Value {
  if (callee.type !== "MemberExpression") {
    return machine.operations.call(evaluate(machine, callee, site.scope, site.frame), undefined, args, site);
  }
  const { of } = member(machine, callee, site);
  return callMethod(machine, of, memberKey(machine, callee, site.scope, site.frame), args, site);
}

function construct(machine: Machine, node: NewExpression, site: Site): Value {
  const callee = evaluate(machine, node.callee, site.scope, site.frame);
  return machine.operations.construct(callee, argumentsOf(machine, node.arguments, site), site);
}

/** A condition that is known decides; otherwise both ways are tried from the same state. */
export function branch(machine: Machine, test: Value, yes: () => Value, no: () => Value, site: Site): Value {
  const truth = truthOf(machine, test);
  if (truth !== undefined) return truth ? yes() : no();
  const answers = machine.conditionally(site.spot, () =>
    machine.state.fork([yes, no], () => false, site.frame.id, site.spot),
  );
  return join(answers, site.spot);
}

function logical(machine: Machine, operator: string, left: Value, right: () => Value, site: Site): Value {
  const { spot } = site;
  const maybe = (): Value => machine.possibly(spot, site.frame, right);
  if (operator === "&&") {
    const truth = truthOf(machine, left);
    if (truth !== undefined) return truth ? right() : left;
    const falsy = optionsOf(left).filter((option) => truthOf(machine, option) !== true && !isCondition(option));
    return join([...falsy, maybe()], spot);
  }
  if (operator === "??") {
    const isNothing = nullishnessOf(machine, left);
    return withFallback(machine, left, isNothing, isNothing === true ? right : maybe, spot);
  }
  const truth = truthOf(machine, left);
  if (truth !== undefined) return truth ? left : right();
  const truthy = optionsOf(left).filter((option) => truthOf(machine, option) !== false);
  if (truthy.length === 1 && truthy[0]?.kind === "environment") {
    return withFallback(machine, truthy[0], undefined, maybe, spot);
  }
  return join([...truthy, maybe()], spot);
}

/** The outcome of a comparison is no value that anybody looks for further on. */
function isCondition(value: Value): boolean {
  return value.kind === "derived" && value.path.length === 0 && value.how.startsWith("operator ");
}

function assign(machine: Machine, node: AssignmentExpression, site: Site): Value {
  const { scope, frame, spot } = site;
  const { left, operator } = node;
  const right = (): Value => evaluate(machine, node.right, scope, frame);
  if (operator === "=") {
    const value = named(machine, node, right, site);
    bindPattern(machine, left, value, scope, frame, false);
    return value;
  }
  const before = evaluate(machine, left as Expression, scope, frame);
  const short = operator === "??=" || operator === "||=" || operator === "&&=";
  const value = short
    ? logical(machine, operator.slice(0, -1), before, right, site)
    : binary(machine, operator.slice(0, -1), before, right(), spot);
  if (left.type === "Identifier") assignName(machine, left.name, value, scope, false);
  else bindPattern(machine, left, value, scope, frame, false);
  return value;
}

/** A function or class without a name is called as the variable that it is put into. */
function named(machine: Machine, node: AssignmentExpression, right: () => Value, { scope, frame }: Site): Value {
  const { left, right: of } = node;
  const name =
    left.type === "Identifier"
      ? left.name
      : left.type === "MemberExpression" && !left.computed && left.property.type === "Identifier"
        ? left.property.name
        : undefined;
  return name === undefined ? right() : namedValue(machine, of, name, scope, frame);
}

export function namedValue(machine: Machine, of: Expression, name: string, scope: Scope, frame: Frame): Value {
  if ((of.type === "FunctionExpression" || of.type === "ArrowFunctionExpression") && !of.id) {
    machine.step();
    return makeFunction(of, scope, frame, name);
  }
  if (of.type === "ClassExpression" && !of.id) return makeClass(machine, of, scope, frame, name);
  return evaluate(machine, of, scope, frame);
}

function remove(machine: Machine, node: Expression, site: Site): Value {
  if (node.type === "ChainExpression") return remove(machine, node.expression, site);
  if (node.type === "MemberExpression") {
    const of = evaluate(machine, node.object, site.scope, site.frame);
    const key = memberKey(machine, node, site.scope, site.frame);
    if (of.kind === "object" && key !== undefined) {
      // What was spread into it is deleted too: under this key there is nothing any more.
      const isOpen = of.store.has(REST) || of.store.has("\0sources");
      machine.state.write(of.store, safeKey(key), isOpen ? undefinedAt(site.spot) : undefined);
    }
  }
  return literal(true, site.spot);
}

function dynamicImport(machine: Machine, node: ImportExpression, site: Site): Value {
  const name = evaluate(machine, node.source, site.scope, site.frame);
  const found = optionsOf(name).map((option) => {
    if (option.kind === "literal" && typeof option.value === "string") {
      return machine.operations.importModule(option.value, site, false);
    }
    machine.gap("dynamic", "the module's name is made at run time", site.spot, site.frame.stack);
    return unknown("the module's name is made at run time", site.spot, [snapshot(option)]);
  });
  return join(found, site.spot);
}
