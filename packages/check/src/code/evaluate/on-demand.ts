/**
 * Bundles without the names of what is in them, evaluated on demand: a name at the top gets its value when somebody asks for
 * it, so that what the handler does not use costs nothing. What only happens at the top (a call, an assignment) happens
 * together with the name that it is about.
 */
import type { Class, Expression, Statement, VariableDeclarator } from "oxc-parser";
import { bundledSdkModule } from "../syntax/bundled-sdk.ts";
import { declarationOf } from "../syntax/hoist.ts";
import { makeClass } from "./class.ts";
import { namedValue } from "./expression.ts";
import type { Machine } from "./machine.ts";
import type { ModuleCode } from "./module-code.ts";
import { bindPattern } from "./pattern.ts";
import type { Frame, Native, Value } from "./value.ts";
import { external, undefinedAt } from "./value.ts";

/** Wrappers of modules (`__commonJS`, `__esm`) hand their code over as the first argument. */
const WRAPPED_MIN = 400;

export class OnDemand {
  readonly #machine: Machine;
  readonly #module: ModuleCode;
  readonly #frame: Frame;
  readonly #imports: Map<string, () => Value>;
  readonly #about = new Map<string, Expression[]>();
  readonly #running = new Set<string>();

  constructor(machine: Machine, module: ModuleCode, imports: Map<string, () => Value>, frame: Frame) {
    this.#machine = machine;
    this.#module = module;
    this.#imports = imports;
    this.#frame = frame;
  }

  /** Enters all names and runs what fills the module's exports. */
  run(body: readonly Statement[]): void {
    const { variables } = this.#module.scope;
    const atOnce: Statement[] = [];
    for (const statement of body) this.#enter(statement, atOnce);
    for (const [name, { module, path }] of this.#module.parsed.bundled) {
      const spot = { source: this.#module.parsed.source, offset: 0 };
      variables.delete(name);
      this.#imports.set(name, () => external(module, path, spot));
    }
    this.#machine.operations.run(atOnce, this.#module.scope, this.#frame);
  }

  #enter(statement: Statement, atOnce: Statement[]): void {
    const declaration = declarationOf(statement);
    if (declaration.type === "VariableDeclaration") {
      let waiting: string[] = [];
      for (const declarator of declaration.declarations) {
        const { id, init } = declarator;
        if (id.type === "Identifier" && !init) waiting.push(id.name);
        if (!init) continue;
        if (id.type === "Identifier") this.#declare(id.name, declarator, init);
        else for (const name of namesOf(declarator)) this.#later(name, () => this.#destructure(declarator));
        // `var a, b, init = __esm(() => { a = …; b = … })`: the names before it get their values in it.
        if (id.type === "Identifier" && isWrapper(init)) {
          for (const name of waiting) this.#later(name, () => this.#initialize(id.name));
          waiting = [];
        }
      }
    } else if (declaration.type === "ClassDeclaration") {
      const { id } = declaration as Class;
      if (id) this.#later(id.name, () => this.#write(id.name, this.#make(declaration as Class)));
    } else if (statement.type === "ExpressionStatement") this.#note(statement, statement.expression, atOnce);
    else if (/^(?:TS|Export)/.test(statement.type)) atOnce.push(statement);
  }

  #make(node: Class): Value {
    return makeClass(this.#machine, node, this.#module.scope, this.#frame);
  }

  #declare(name: string, { start, end }: VariableDeclarator, init: Expression): void {
    this.#later(name, () => {
      const { source } = this.#module.parsed;
      const spot = { source, offset: start };
      const sdk = isWrapper(init) ? bundledSdkModule(source.text.slice(start, end)) : undefined;
      const wrapper: Native = { kind: "native", name, spot, run: () => external(sdk ?? "", [], spot) };
      const value =
        sdk === undefined ? namedValue(this.#machine, init, name, this.#module.scope, this.#frame) : wrapper;
      this.#write(name, value);
    });
  }

  #destructure({ id, init }: VariableDeclarator): void {
    const { scope } = this.#module;
    const value = init && this.#machine.operations.evaluate(init, scope, this.#frame);
    if (value) bindPattern(this.#machine, id, value, scope, this.#frame, true);
  }

  #initialize(wrapper: string): void {
    const { scope, parsed } = this.#module;
    const spot = { source: parsed.source, offset: 0 };
    const init = this.#read(wrapper) ?? undefinedAt(spot);
    this.#machine.operations.call(init, undefined, { values: [] }, { spot, frame: this.#frame, scope });
  }

  #write(name: string, value: Value): void {
    this.#machine.state.write(this.#module.scope.variables, name, value);
  }

  #read(name: string): Value | undefined {
    const slot = this.#module.scope.variables.get(name);
    if (slot && slot.kind !== "items" && slot.kind !== "accessor") return slot;
    return this.#imports.get(name)?.();
  }

  /** The name gets its value when it is asked for, as if the module had just been loaded. */
  #later(name: string, make: () => void): void {
    const { variables } = this.#module.scope;
    const spot = { source: this.#module.parsed.source, offset: 0 };
    variables.delete(name);
    this.#imports.set(name, () => {
      if (this.#running.has(name)) return undefinedAt(spot);
      this.#running.add(name);
      this.#machine.apart(() => {
        make();
        if (!variables.has(name)) this.#write(name, undefinedAt(spot));
        for (const expression of this.#about.get(name) ?? []) {
          this.#machine.operations.evaluate(expression, this.#module.scope, this.#frame);
        }
      });
      const slot = variables.get(name);
      return slot && slot.kind !== "items" && slot.kind !== "accessor" ? slot : undefinedAt(spot);
    });
  }

  #note(statement: Statement, expression: Expression, atOnce: Statement[]): void {
    if (expression.type === "SequenceExpression") {
      for (const one of expression.expressions) this.#note({ ...statement, expression: one } as Statement, one, atOnce);
      return;
    }
    const root = rootOf(expression);
    if (root === undefined) return;
    if (root === "exports" || root === "module" || root === IMMEDIATE) atOnce.push(statement);
    else {
      const about = this.#about.get(root);
      if (about) about.push(expression);
      else this.#about.set(root, [expression]);
    }
  }
}

/** What stands for a function that is called where it stands. */
const IMMEDIATE = "*immediate*";

/** The name that an expression is about: what it assigns to, or calls a method of, or hands over first. */
function rootOf(expression: Expression): string | undefined {
  if (expression.type === "AssignmentExpression") return nameOf(expression.left as Expression);
  if (expression.type === "UnaryExpression") return rootOf(expression.argument);
  if (expression.type !== "CallExpression") return undefined;
  const { callee, arguments: args } = expression;
  const [first] = args;
  const isFunction = callee.type === "FunctionExpression" || callee.type === "ArrowFunctionExpression";
  if (isFunction && !first) return IMMEDIATE;
  const of = callee.type === "MemberExpression" ? nameOf(callee) : undefined;
  const isGlobal = of === "Object" || of === "Reflect";
  if (of !== undefined && !isGlobal) return of;
  const given = first?.type === "LogicalExpression" ? first.left : first;
  return given === undefined || given.type === "SpreadElement" ? undefined : nameOf(given);
}

function nameOf(expression: Expression): string | undefined {
  let at: Expression = expression;
  while (at.type === "MemberExpression") at = at.object;
  return at.type === "Identifier" ? at.name : undefined;
}

function isWrapper(init: Expression): boolean {
  if (init.type !== "CallExpression") return false;
  const [first] = init.arguments;
  if (first?.type === "ObjectExpression") return init.end - init.start > WRAPPED_MIN;
  return first?.type === "ArrowFunctionExpression" || first?.type === "FunctionExpression";
}

function namesOf({ id }: VariableDeclarator): readonly string[] {
  if (id.type === "ObjectPattern") {
    return id.properties.flatMap((one) => {
      const target = one.type === "RestElement" ? one.argument : one.value;
      const named = target.type === "AssignmentPattern" ? target.left : target;
      return named.type === "Identifier" ? [named.name] : [];
    });
  }
  if (id.type !== "ArrayPattern") return [];
  return id.elements.flatMap((one) => (one?.type === "Identifier" ? [one.name] : []));
}
