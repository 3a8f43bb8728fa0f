/**
 * Bundles without the names of what is in them, evaluated on demand: a name at the top gets its value when somebody asks for
 * it, so that what the handler does not use costs nothing. What only happens at the top (a call, an assignment) happens
 * together with the name that it is about.
 */
import type { Statement } from "oxc-parser";
import { bundledSdkModule } from "../syntax/bundled-sdk.ts";
import { IMMEDIATE, type Outline, type Part } from "../syntax/outline.ts";
import { makeFunction } from "./declare.ts";
import type { Machine } from "./machine.ts";
import type { Frame, ModuleCode, Native, Value } from "./value.ts";
import { external, undefinedAt } from "./value.ts";

export class OnDemand {
  readonly #machine: Machine;
  readonly #module: ModuleCode;
  readonly #outline: Outline;
  readonly #frame: Frame;
  readonly #imports: Map<string, () => Value>;
  readonly #about = new Map<string, Part[]>();
  readonly #running = new Set<string>();

  constructor(machine: Machine, module: ModuleCode, outline: Outline, imports: Map<string, () => Value>, frame: Frame) {
    this.#machine = machine;
    this.#module = module;
    this.#outline = outline;
    this.#imports = imports;
    this.#frame = frame;
  }

  /** Enters all names and runs what fills the module's exports. */
  run(body: readonly Statement[]): void {
    const { scope, parsed } = this.#module;
    const atOnce: Part[] = [];
    this.#outline.parts.forEach((part, index) => {
      const [name = ""] = part.names;
      if (part.kind !== "expression") for (const one of part.names) this.#later(one, () => this.#declare(part, index));
      else if (name === "exports" || name === "module" || name === IMMEDIATE) atOnce.push(part);
      else {
        const about = this.#about.get(name);
        if (about) about.push(part);
        else this.#about.set(name, [part]);
      }
    });
    const spot = { source: parsed.source, offset: 0 };
    for (const [name, { module, path }] of parsed.bundled) this.#imports.set(name, () => external(module, path, spot));
    this.#machine.operations.run(body, scope, this.#frame);
    for (const part of atOnce) this.#runPart(part);
  }

  #declare(part: Part, index: number): void {
    const { scope, parsed } = this.#module;
    const [name = ""] = part.names;
    const spot = { source: parsed.source, offset: part.start };
    if (part.isOpen) return this.#initialize(part, index);
    const sdk = part.isWrapper ? bundledSdkModule(this.#outline.text(part)) : undefined;
    if (sdk !== undefined) {
      const wrapper: Native = { kind: "native", name, spot, run: () => external(sdk, [], spot) };
      this.#machine.state.write(scope.variables, name, wrapper);
      return;
    }
    const tree = this.#outline.tree(part);
    if (tree?.type === "FunctionDeclaration") {
      this.#machine.state.write(scope.variables, name, makeFunction(tree, scope, this.#frame));
    } else this.#runPart(part);
  }

  /** `var a, b, init = __esm(() => { a = …; b = … })`: the names before it get their values in it. */
  #initialize(part: Part, index: number): void {
    const { scope, parsed } = this.#module;
    const wrapper = this.#outline.parts.slice(index).find((one) => one.group !== part.group || one.isWrapper);
    const [name = ""] = wrapper?.group === part.group ? wrapper.names : [];
    const init = this.#imports.get(name)?.();
    const spot = { source: parsed.source, offset: part.start };
    if (init) this.#machine.operations.call(init, undefined, { values: [] }, { spot, frame: this.#frame, scope });
  }

  #runPart(part: Part): void {
    const tree = this.#outline.tree(part);
    if (tree) this.#machine.operations.run([tree], this.#module.scope, this.#frame);
  }

  /** The name gets its value when it is asked for, as if the module had just been loaded. */
  #later(name: string, make: () => void): void {
    const { variables } = this.#module.scope;
    const spot = { source: this.#module.parsed.source, offset: 0 };
    this.#imports.set(name, () => {
      const held = this.#held(name);
      if (held) return held;
      if (this.#running.has(name)) return undefinedAt(spot);
      this.#running.add(name);
      this.#machine.apart(() => {
        make();
        if (!variables.has(name)) this.#machine.state.write(variables, name, undefinedAt(spot));
        for (const part of this.#about.get(name) ?? []) this.#runPart(part);
      });
      return this.#held(name) ?? undefinedAt(spot);
    });
  }

  #held(name: string): Value | undefined {
    const slot = this.#module.scope.variables.get(name);
    return slot && slot.kind !== "items" && slot.kind !== "accessor" ? slot : undefined;
  }
}
