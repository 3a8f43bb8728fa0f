/** Taking values apart: parameters, declarations and assignments with patterns. */
import type {
  AssignmentTarget,
  AssignmentTargetMaybeDefault,
  BindingPattern,
  Expression,
  PropertyKey,
} from "oxc-parser";
import { keyText, spreadInto } from "./global-calls.ts";
import type { Machine, Site } from "./machine.ts";
import { nullishnessOf, withFallback } from "./operator.ts";
import { itemOf } from "./plain-methods.ts";
import { scopeOf } from "./scope.ts";
import type { Frame, Scope, Value } from "./value.ts";
import { isOpaque, listItems, newList, newObject } from "./value.ts";

type Pattern = BindingPattern | AssignmentTarget | AssignmentTargetMaybeDefault;

/** Gives a name its value; `declare` makes it in this scope, otherwise it is assigned where it is declared. */
export function bindPattern(
  machine: Machine,
  pattern: Pattern,
  value: Value,
  scope: Scope,
  frame: Frame,
  declare: boolean,
): void {
  machine.step();
  if (!machine.descend()) return;
  bind(machine, pattern, value, scope, frame, declare);
  machine.ascend();
}

function bind(machine: Machine, pattern: Pattern, value: Value, scope: Scope, frame: Frame, declare: boolean): void {
  const spot = { source: scope.module.parsed.source, offset: pattern.start };
  const site = { spot, frame, scope };
  switch (pattern.type) {
    case "Identifier":
      assignName(machine, pattern.name, value, scope, declare);
      return;
    case "MemberExpression": {
      const of = machine.operations.evaluate(pattern.object, scope, frame);
      machine.operations.setMember(of, memberKey(machine, pattern, scope, frame), value, site);
      return;
    }
    case "ObjectPattern": {
      const taken: string[] = [];
      for (const property of pattern.properties) {
        if (property.type === "RestElement") {
          bindPattern(machine, property.argument, without(machine, value, taken, site), scope, frame, declare);
          continue;
        }
        const key = propertyKey(machine, property.key, property.computed, scope, frame);
        if (key !== undefined) taken.push(key);
        const member = machine.operations.member(value, key, site);
        bindPattern(machine, property.value, member, scope, frame, declare);
      }
      return;
    }
    case "ArrayPattern":
      pattern.elements.forEach((element, index) => {
        if (!element) return;
        if (element.type === "RestElement") {
          bindPattern(machine, element.argument, afterIndex(value, index, site), scope, frame, declare);
        } else {
          const member = machine.operations.member(value, String(index), site);
          bindPattern(machine, element, member, scope, frame, declare);
        }
      });
      return;
    case "AssignmentPattern": {
      const isMissing = value.kind === "literal" ? value.value === undefined : nullishnessOf(machine, value);
      const fallback = (): Value => machine.operations.evaluate(pattern.right, scope, frame);
      const given = withFallback(machine, value, isMissing, fallback, spot);
      bindPattern(machine, pattern.left, given, scope, frame, declare);
      return;
    }
    default:
      // A cast around the target.
      if ("expression" in pattern) bindPattern(machine, pattern.expression as Pattern, value, scope, frame, declare);
  }
}

export function assignName(machine: Machine, name: string, value: Value, scope: Scope, declare: boolean): void {
  if (declare) {
    machine.state.write(scope.variables, name, value);
    return;
  }
  let held = scopeOf(scope, name);
  // An assignment to a name that nobody declares makes it at the top of the module.
  for (held ??= scope; !held.variables.has(name) && held.parent;) held = held.parent;
  machine.state.write(held.variables, name, value);
}

/** The key of a member expression; undefined where it is not known. */
export function memberKey(
  machine: Machine,
  node: { readonly property: Expression | { type: "PrivateIdentifier"; name: string }; readonly computed: boolean },
  scope: Scope,
  frame: Frame,
): string | undefined {
  const { property } = node;
  if (property.type === "PrivateIdentifier") return `#${property.name}`;
  if (!node.computed && property.type === "Identifier") return property.name;
  return keyText(machine.operations.evaluate(property as Expression, scope, frame));
}

export function propertyKey(
  machine: Machine,
  key: PropertyKey,
  computed: boolean,
  scope: Scope,
  frame: Frame,
): string | undefined {
  if (key.type === "PrivateIdentifier") return `#${key.name}`;
  if (!computed && key.type === "Identifier") return key.name;
  return keyText(machine.operations.evaluate(key as Expression, scope, frame));
}

function without(machine: Machine, of: Value, taken: readonly string[], site: Site): Value {
  if (isOpaque(of) || of.kind === "unknown") return of;
  const rest = newObject(site.spot);
  spreadInto(machine, rest, of, site);
  for (const key of taken) machine.state.write(rest.store, key, undefined);
  return rest;
}

function afterIndex(of: Value, index: number, site: Site): Value {
  if (of.kind === "list") {
    const { items, rest } = listItems(of);
    return newList(items.slice(index), site.spot, rest);
  }
  if (of.kind === "literal") return newList([], site.spot);
  return of.kind === "choice" ? of : newList([], site.spot, itemOf(of, site));
}
