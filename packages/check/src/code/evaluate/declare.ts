/** Making functions of syntax. */
import type { ArrowFunctionExpression, Function as FunctionNode, Statement } from "oxc-parser";
import { functionsOf, lexicalNames } from "../syntax/hoist.ts";
import type { Machine } from "./machine.ts";
import type { ClassRef, Closure, Frame, HeapObject, Scope } from "./value.ts";
import { newStore, undefinedAt } from "./value.ts";

export function makeFunction(
  node: FunctionNode | ArrowFunctionExpression,
  scope: Scope,
  frame: Frame,
  name = node.id?.name ?? "",
  home?: HeapObject | ClassRef,
): Closure {
  return {
    kind: "function",
    node,
    scope,
    name,
    spot: { source: scope.module.parsed.source, offset: node.start },
    store: newStore(),
    ...(home ? { home } : {}),
    ...(node.type === "ArrowFunctionExpression" ? { outer: frame } : {}),
  };
}

/** Functions of a list of statements, which exist before the first of them runs. */
export function declareFunctions(machine: Machine, body: readonly Statement[], scope: Scope, frame: Frame): void {
  for (const node of functionsOf(body)) {
    if (node.id) machine.state.write(scope.variables, node.id.name, makeFunction(node, scope, frame));
  }
}

/** Names of a block: they hide those of the same name outside, also before they have a value. */
export function declareNames(machine: Machine, body: readonly Statement[], scope: Scope): void {
  const spot = { source: scope.module.parsed.source, offset: 0 };
  for (const name of lexicalNames(body)) machine.state.write(scope.variables, name, undefinedAt(spot));
}
