/** Names and what they hold. Variables lie in stores, so that branches can be undone and joined. */
import type { ModuleCode } from "./module-code.ts";
import { Store } from "./store.ts";
import type { Value } from "./value.ts";

/** A store that knows which call it belongs to: what a call that returns did to its own variables is of no more interest. */
export class Variables extends Store {
  readonly frame: number;

  constructor(frame: number) {
    super();
    this.frame = frame;
  }
}

export interface Scope {
  readonly variables: Variables;
  readonly parent: Scope | undefined;
  readonly module: ModuleCode;
  /** Names that stand for another module's export, looked up each time: it may be written later. */
  readonly imports?: ReadonlyMap<string, () => Value>;
  /** Whether `var` lands here. */
  readonly isFunction: boolean;
}

export function childScope(parent: Scope, frame: number, isFunction = false): Scope {
  return { variables: new Variables(frame), parent, module: parent.module, isFunction };
}

/** The scope that has the name. */
export function scopeOf(scope: Scope, name: string): Scope | undefined {
  for (let at: Scope | undefined = scope; at; at = at.parent) {
    if (at.variables.has(name) || at.imports?.has(name) === true) return at;
  }
  return undefined;
}
