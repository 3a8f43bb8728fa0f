/** Names and the scopes that have them. */
import { OwnPlaces } from "./store.ts";
import type { Scope } from "./value.ts";

export function childScope(parent: Scope, frame: number, isFunction = false): Scope {
  return { variables: new OwnPlaces(frame), parent, module: parent.module, isFunction };
}

/** The scope that has the name. */
export function scopeOf(scope: Scope, name: string): Scope | undefined {
  for (let at: Scope | undefined = scope; at; at = at.parent) {
    if (at.variables.has(name) || at.imports?.has(name) === true) return at;
  }
  return undefined;
}
