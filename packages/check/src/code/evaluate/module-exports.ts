/** What a module exports: ES modules' bindings, each read when it is asked for, and CommonJS's `module.exports`. */
import type { ExportDefaultDeclaration, Expression, Statement, TSExportAssignment } from "oxc-parser";
import type { Spot } from "../../source/source-text.ts";
import { declarationOf, functionsOf, lexicalNames, varsOf } from "../syntax/hoist.ts";
import { makeClass } from "./class.ts";
import { makeFunction } from "./declare.ts";
import { namedValue } from "./expression.ts";
import type { Machine, Site } from "./machine.ts";
import type { Frame, HeapObject, ModuleCode, Native, Scope, Value } from "./value.ts";
import { optionsOf, undefinedAt } from "./value.ts";

/** Where the value of `export default` is kept. */
const DEFAULT = "*default*";
const STARS_MAX = 64;

/** `export default …` and `export = …` where they stand. */
export function runExport(
  machine: Machine,
  node: ExportDefaultDeclaration | TSExportAssignment,
  scope: Scope,
  frame: Frame,
): void {
  if (node.type === "TSExportAssignment") {
    const value = machine.operations.evaluate(node.expression, scope, frame);
    machine.state.write(scope.module.moduleObject.store, "exports", value);
    return;
  }
  const { declaration } = node;
  if (declaration.type === "TSInterfaceDeclaration") return;
  if (declaration.type === "FunctionDeclaration") {
    const held = declaration.id ? scope.variables.get(declaration.id.name) : undefined;
    machine.state.write(scope.variables, DEFAULT, held ?? makeFunction(declaration, scope, frame, "default"));
  } else if (declaration.type === "ClassDeclaration") {
    const made = makeClass(machine, declaration, scope, frame, "default");
    if (declaration.id) machine.state.write(scope.variables, declaration.id.name, made);
    machine.state.write(scope.variables, DEFAULT, made);
  } else {
    const value = namedValue(machine, declaration as Expression, "default", scope, frame);
    machine.state.write(scope.variables, DEFAULT, value);
  }
}

/** Enters every export that the syntax names; `load` gives another module's exports. */
export function declareExports(
  body: readonly Statement[],
  module: ModuleCode,
  load: (specifier: string, offset: number) => (name: string | undefined) => Value,
): void {
  const { source } = module.parsed;
  const local = (name: string, spot: Spot) => (): Value => {
    const slot = module.scope.variables.get(name);
    if (slot && slot.kind !== "items" && slot.kind !== "accessor") return slot;
    return module.scope.imports?.get(name)?.() ?? undefinedAt(spot);
  };
  for (const node of body) {
    const spot = { source, offset: node.start };
    if (node.type === "ExportDefaultDeclaration") module.exports.set("default", local(DEFAULT, spot));
    else if (node.type === "ExportAllDeclaration") {
      if (node.exportKind === "type") continue;
      const from = load(node.source.value, node.start);
      if (node.exported) module.exports.set(nameOf(node.exported), () => from(undefined));
      else if (module.stars.length < STARS_MAX) module.stars.push(from);
    } else if (node.type === "ExportNamedDeclaration" && node.exportKind !== "type") {
      if (node.declaration) {
        for (const name of declaredNames(node)) module.exports.set(name, local(name, spot));
      }
      const from = node.source ? load(node.source.value, node.start) : undefined;
      for (const specifier of node.specifiers) {
        if (specifier.exportKind === "type") continue;
        const name = nameOf(specifier.local);
        module.exports.set(nameOf(specifier.exported), from ? () => from(name) : local(name, spot));
      }
    }
  }
}

function nameOf(node: { readonly type: string; readonly name?: string; readonly value?: string }): string {
  return node.name ?? node.value ?? "";
}

function declaredNames(node: Statement): readonly string[] {
  const declaration = [declarationOf(node)];
  const functions = functionsOf(declaration).map((one) => one.id?.name ?? "");
  return [...lexicalNames(declaration), ...varsOf(declaration), ...functions];
}

/** One export; `undefined` where the module has none of that name. */
export function exportOf(
  machine: Machine,
  module: ModuleCode,
  name: string,
  site: Site,
  seen = new Set<ModuleCode>(),
): Value | undefined {
  if (seen.has(module)) return undefined;
  seen.add(module);
  const own = module.exports.get(name);
  if (own) return own();
  if (!module.parsed.isEsm || hasExportAssignment(module)) return commonJsExport(machine, module, name, site);
  if (name === "default") return undefined;
  for (const star of module.stars) {
    const found = star(name);
    if (found.kind !== "literal" || found.value !== undefined) return found;
  }
  return undefined;
}

function hasExportAssignment({ moduleObject, namespace }: ModuleCode): boolean {
  return moduleObject.store.get("exports") !== namespace;
}

function commonJsExport(machine: Machine, module: ModuleCode, name: string, site: Site): Value | undefined {
  const exports = moduleExports(module, site.spot);
  if (name !== "default") return machine.operations.member(exports, name, site);
  // What was compiled from an ES module says so, and has its default export as a member.
  const isCompiled = optionsOf(exports).some((one) => one.kind === "object" && one.store.has("__esModule"));
  return isCompiled ? machine.operations.member(exports, "default", site) : exports;
}

export function moduleExports(module: ModuleCode, spot: Spot): Value {
  const exports = module.moduleObject.store.get("exports");
  return exports && exports.kind !== "items" && exports.kind !== "accessor" ? exports : undefinedAt(spot);
}

/** `import * as x`, or what `require` answers of an ES module. */
export function namespaceOf(machine: Machine, module: ModuleCode, site: Site): Value {
  if (!module.parsed.isEsm || hasExportAssignment(module)) return moduleExports(module, site.spot);
  fillNamespace(machine, module, site, new Set());
  return module.namespace;
}

function fillNamespace(machine: Machine, module: ModuleCode, site: Site, seen: Set<ModuleCode>): void {
  if (seen.has(module)) return;
  seen.add(module);
  const { store } = module.namespace;
  for (const [name, read] of module.exports) if (!store.has(name)) store.set(name, live(name, read, site));
  for (const star of module.stars) {
    const other = star(undefined);
    if (other.kind === "object") copyNames(other, module.namespace);
    else if (!store.has("\0sources")) store.set("\0sources", other);
  }
}

function live(name: string, read: () => Value, { spot }: Site): { kind: "accessor"; get: Native } {
  return { kind: "accessor", get: { kind: "native", name, spot, run: read } };
}

function copyNames(from: HeapObject, to: HeapObject): void {
  for (const [name, slot] of from.store) if (name !== "default" && !to.store.has(name)) to.store.set(name, slot);
}
