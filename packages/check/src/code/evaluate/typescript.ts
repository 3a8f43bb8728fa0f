/** What TypeScript has and JavaScript has not: enums, namespaces, `import x = require("y")`. */
import type { Statement, TSEnumDeclaration, TSImportEqualsDeclaration, TSModuleDeclaration } from "oxc-parser";
import { declarationOf, functionsOf, lexicalNames } from "../syntax/hoist.ts";
import { declareFunctions, declareNames } from "./declare.ts";
import type { Machine, Site } from "./machine.ts";
import { childScope } from "./scope.ts";
import type { Frame, HeapObject, Scope, Value } from "./value.ts";
import { literal, newObject, unknown } from "./value.ts";

export function declareEnum(machine: Machine, node: TSEnumDeclaration, scope: Scope, frame: Frame): void {
  if (node.declare) return;
  const spot = { source: scope.module.parsed.source, offset: node.start };
  const held = scope.variables.get(node.id.name);
  const made: HeapObject = held?.kind === "object" ? held : newObject(spot);
  machine.state.write(scope.variables, node.id.name, made);
  const inner = childScope(scope, frame.id);
  let next = 0;
  for (const { id, initializer } of node.body.members) {
    const name = id.type === "Identifier" ? id.name : id.type === "Literal" ? String(id.value) : "";
    let value: Value = literal(next++, spot);
    if (initializer) {
      value = machine.operations.evaluate(initializer, inner, frame);
      if (value.kind === "literal" && typeof value.value === "number") next = value.value + 1;
    }
    machine.state.write(made.store, name, value);
    machine.state.write(inner.variables, name, value);
  }
}

export function declareNamespace(machine: Machine, node: TSModuleDeclaration, scope: Scope, frame: Frame): void {
  const { body, id } = node;
  if (!body || id.type !== "Identifier" || body.type !== "TSModuleBlock" || node.declare) return;
  const spot = { source: scope.module.parsed.source, offset: node.start };
  const held = scope.variables.get(id.name);
  const made: HeapObject = held?.kind === "object" ? held : newObject(spot);
  machine.state.write(scope.variables, id.name, made);
  const inner = childScope(scope, frame.id, true);
  const statements = body.body as readonly Statement[];
  declareNames(machine, statements, inner);
  declareFunctions(machine, statements, inner, frame);
  machine.operations.run(statements, inner, frame);
  for (const statement of statements) {
    if (statement.type !== "ExportNamedDeclaration") continue;
    const exported = [declarationOf(statement)];
    const names = [...lexicalNames(exported), ...functionsOf(exported).map((one) => one.id?.name ?? "")];
    for (const name of names) {
      const slot = inner.variables.get(name);
      if (slot) machine.state.write(made.store, name, slot);
    }
  }
}

export function runImportEquals(machine: Machine, node: TSImportEqualsDeclaration, site: Site): void {
  if (node.importKind === "type") return;
  const { moduleReference: of } = node;
  const write = (value: Value): void => machine.state.write(site.scope.variables, node.id.name, value);
  if (of.type === "TSExternalModuleReference") {
    write(machine.operations.importModule(of.expression.value, site, true));
    return;
  }
  const names: string[] = [];
  let at: typeof of | { type: "ThisExpression" } = of;
  while (at.type === "TSQualifiedName") {
    names.unshift(at.right.name);
    at = at.left;
  }
  if (at.type !== "Identifier") return write(unknown("it is written in a way that is not read", site.spot));
  let value = machine.operations.evaluate(at, site.scope, site.frame);
  for (const name of names) value = machine.operations.member(value, name, site);
  write(value);
}
