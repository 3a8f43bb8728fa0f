/** Loading modules: each is evaluated once, after what it imports, as Node would. */
import type { ImportDeclaration, Statement } from "oxc-parser";
import type { Spot } from "../../source/source-text.ts";
import type { CallStep } from "../contract.ts";
import { declareFunctions, declareNames } from "./declare.ts";
import { newFrame, prepareBody } from "./function.ts";
import type { Machine, Site } from "./machine.ts";
import { memberOfOpaque } from "./member.ts";
import type { ParsedModule } from "./module-code.ts";
import { declareExports, exportOf, namespaceOf } from "./module-exports.ts";
import { OnDemand } from "./on-demand.ts";
import { OwnPlaces } from "./store.ts";
import type { Frame, HeapObject, ModuleCode, OpaqueValue, Slot, Value } from "./value.ts";
import { external, isOpaque, literal, newList, newObject, undefinedAt, unknown } from "./value.ts";

/** What a specifier stands for, seen from a file. */
export type Found =
  | { readonly kind: "own"; readonly module: ParsedModule }
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "external"; readonly module: string }
  | { readonly kind: "missing"; readonly reason: string };

export type FindModule = (specifier: string, from: string, isRequire: boolean) => Found;

const JSON_DEPTH_MAX = 24;
const DEPTH_MAX = 120;

export class Loader {
  readonly #machine: Machine;
  readonly #find: FindModule;
  #depth = 0;

  constructor(machine: Machine, find: FindModule) {
    this.#machine = machine;
    this.#find = find;
  }

  /** The value of `import("x")`, `import * as x` or `require("x")`. */
  importModule(specifier: string, site: Site, isRequire: boolean): Value {
    const found = this.#find(specifier, site.scope.module.parsed.file, isRequire);
    switch (found.kind) {
      case "own":
        return namespaceOf(this.#machine, this.load(found.module, site), site);
      case "json": {
        const value = fromJson(found.value, site.spot, 0);
        return isRequire ? value : newObject(site.spot, [["default", value]]);
      }
      case "external":
        return external(found.module, [], site.spot);
      case "missing":
        this.#machine.gap("module", found.reason, site.spot, site.frame.stack);
        return unknown(found.reason, site.spot);
    }
  }

  load(parsed: ParsedModule, site: Site): ModuleCode {
    const known = this.#machine.modules.get(parsed.file);
    if (known) return known;
    const spot: Spot = { source: parsed.source, offset: 0 };
    const step: CallStep = { kind: "module", name: parsed.file, spot: site.spot };
    const made = makeModule(this.#machine, parsed, spot, [step]);
    this.#machine.modules.set(parsed.file, made.module);
    if (this.#depth >= DEPTH_MAX) {
      this.#machine.gap("effort", "modules import each other too deeply", site.spot, site.frame.stack);
      return made.module;
    }
    this.#depth++;
    this.#run(made.module, made.imports, made.frame);
    this.#depth--;
    return made.module;
  }

  #run(module: ModuleCode, imports: Map<string, () => Value>, frame: Frame): void {
    const machine = this.#machine;
    const body = module.parsed.program.body as readonly Statement[];
    const { scope } = module;
    const exported = (specifier: string, offset: number): ((name: string | undefined) => Value) =>
      this.#exportsOf(specifier, { spot: { source: module.parsed.source, offset }, frame, scope });
    declareNames(machine, body, scope);
    prepareBody(machine, body, scope, frame);
    declareFunctions(machine, body, scope, frame);
    for (const node of body) {
      if (node.type === "ImportDeclaration" && node.importKind !== "type") addImports(node, imports, exported);
    }
    declareExports(body, module, exported);
    const conditions = machine.conditions.length;
    const { outline } = module.parsed;
    if (outline) new OnDemand(machine, module, outline, imports, frame).run(body);
    else machine.operations.run(body, scope, frame);
    machine.conditions.length = conditions;
  }

  /** Loads the module and answers a way to read its exports at any later time. */
  #exportsOf(specifier: string, site: Site): (name: string | undefined) => Value {
    const machine = this.#machine;
    const found = this.#find(specifier, site.scope.module.parsed.file, false);
    if (found.kind === "own") {
      const module = this.load(found.module, site);
      return (name) => {
        if (name === undefined) return namespaceOf(machine, module, site);
        return exportOf(machine, module, name, site) ?? undefinedAt(site.spot);
      };
    }
    if (found.kind === "json") {
      const value = fromJson(found.value, site.spot, 0);
      return (name) =>
        name === undefined || name === "default" ? value : machine.operations.member(value, name, site);
    }
    const whole = this.importModule(specifier, site, false);
    return (name) => {
      if (name === undefined || !isOpaque(whole)) return whole;
      return externalExport(machine, whole, name, site.spot);
    };
  }
}

function externalExport(machine: Machine, whole: OpaqueValue, name: string, spot: Spot): Value {
  return memberOfOpaque(machine, whole, name, spot);
}

function addImports(
  node: ImportDeclaration,
  imports: Map<string, () => Value>,
  exported: (specifier: string, offset: number) => (name: string | undefined) => Value,
): void {
  const isUsed = node.specifiers.length === 0 || node.specifiers.some((one) => !isTypeOnly(one));
  if (!isUsed) return;
  const read = exported(node.source.value, node.start);
  for (const specifier of node.specifiers) {
    if (isTypeOnly(specifier)) continue;
    const { local } = specifier;
    if (specifier.type === "ImportNamespaceSpecifier") imports.set(local.name, () => read(undefined));
    else if (specifier.type === "ImportDefaultSpecifier") imports.set(local.name, () => read("default"));
    else {
      const { imported } = specifier;
      const name = imported.type === "Identifier" ? imported.name : imported.value;
      imports.set(local.name, () => read(name));
    }
  }
}

function isTypeOnly(specifier: ImportDeclaration["specifiers"][number]): boolean {
  return specifier.type === "ImportSpecifier" && specifier.importKind === "type";
}

function makeModule(
  machine: Machine,
  parsed: ParsedModule,
  spot: Spot,
  stack: readonly CallStep[],
): { readonly module: ModuleCode; readonly imports: Map<string, () => Value>; readonly frame: Frame } {
  const imports = new Map<string, () => Value>();
  const namespace: HeapObject = newObject(spot);
  const moduleObject: HeapObject = newObject(spot, [
    ["exports", namespace],
    ["children", newList([], spot)],
  ]);
  const variables = new OwnPlaces<Slot>(-1);
  const module: ModuleCode = {
    parsed,
    exports: new Map(),
    stars: [],
    moduleObject,
    namespace,
    get scope() {
      return scope;
    },
  };
  const scope = { variables, parent: undefined, module, imports, isFunction: true };
  if (!parsed.isEsm) {
    variables.set("module", moduleObject);
    variables.set("exports", namespace);
  }
  if (!parsed.bundled.has("require")) variables.set("__filename", literal(parsed.file, spot));
  const made = newFrame(machine, { scope, home: undefined, outer: undefined }, namespace, { values: [] }, stack);
  return { module, imports, frame: { ...made, scope } };
}

function fromJson(value: unknown, spot: Spot, depth: number): Value {
  if (depth > JSON_DEPTH_MAX) return unknown("it is nested too deeply", spot);
  if (Array.isArray(value)) {
    return newList(
      value.slice(0, 2_000).map((item: unknown) => fromJson(item, spot, depth + 1)),
      spot,
    );
  }
  if (typeof value === "object" && value !== null) {
    return newObject(
      spot,
      Object.entries(value).map(([key, item]) => [key, fromJson(item, spot, depth + 1)] as const),
    );
  }
  return literal(value as string | number | boolean | null, spot);
}
