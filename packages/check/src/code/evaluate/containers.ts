/**
 * Containers of dependency injection. They are packages, so that what they answer is not known; but the classes that they
 * were handed are. A method that is called on something not known may be that of a class that was handed over and has it.
 */
import type { ParamPattern } from "oxc-parser";
import { GLOBAL, type CodeValue } from "../contract.ts";
import type { Machine, Site } from "./machine.ts";
import { scopeOf } from "./scope.ts";
import type { Arguments, ClassRef, HeapObject, Value } from "./value.ts";
import { listItems, unknown } from "./value.ts";

const CANDIDATES_MAX = 6;
const DEPTH_MAX = 3;
const CHAIN_MAX = 12;

/** Notes the classes among the arguments of a call to the outside. */
export function noteClasses(machine: Machine, callee: CodeValue, args: Arguments): void {
  if (callee.kind === "external" && (callee.module === GLOBAL || callee.module.startsWith("@aws-sdk/"))) return;
  for (const value of args.values) for (const one of classesIn(value, DEPTH_MAX)) machine.handed.add(one);
}

function classesIn(value: Value, depth: number): readonly ClassRef[] {
  if (value.kind === "class") return [value];
  if (depth === 0) return [];
  if (value.kind === "list") return listItems(value).items.flatMap((item) => classesIn(item, depth - 1));
  if (value.kind !== "object" || value.className !== undefined) return [];
  return [...value.store.values()].flatMap((slot) =>
    slot.kind === "items" || slot.kind === "accessor" ? [] : classesIn(slot, depth - 1),
  );
}

/** What the method may answer, where classes that were handed over have it; undefined where none has. */
export function callHanded(machine: Machine, key: string, args: Arguments, site: Site): readonly Value[] | undefined {
  if (machine.handed.size === 0) return undefined;
  const able = [...machine.handed].filter((one) => hasMethod(one, key)).slice(0, CANDIDATES_MAX);
  if (able.length === 0) return undefined;
  return able.map((one) => {
    const made = instanceOf(machine, one, site, 0);
    const method = machine.operations.member(made, key, site);
    return machine.possibly(site.spot, site.frame, () => machine.operations.call(method, made, args, site));
  });
}

function hasMethod(of: ClassRef, key: string): boolean {
  if (key === "constructor") return false;
  let at: HeapObject | undefined = of.prototype;
  for (let depth = 0; at && depth < CHAIN_MAX; depth++, at = at.proto) {
    if (at.store.get(key)?.kind === "function") return true;
  }
  return false;
}

/** The one instance that a container would make, with what it would be handed by the types of its parameters. */
function instanceOf(machine: Machine, of: ClassRef, site: Site, depth: number): Value {
  const known = machine.contained.get(of);
  if (known) return known;
  const pending = unknown("a container makes it", site.spot);
  machine.contained.set(of, pending);
  let made: Value = pending;
  machine.apart(() => {
    const values = parametersOf(of).map((param) => {
      const type = depth < CHAIN_MAX ? classNamedBy(param, of) : undefined;
      return type ? instanceOf(machine, type, site, depth + 1) : pending;
    });
    made = machine.operations.construct(of, { values }, site);
  });
  machine.contained.set(of, made);
  return made;
}

function parametersOf(of: ClassRef): readonly ParamPattern[] {
  for (const element of of.node.body.body) {
    if (element.type === "MethodDefinition" && element.kind === "constructor") return element.value.params;
  }
  return of.superclass?.kind === "class" ? parametersOf(of.superclass) : [];
}

function classNamedBy(param: ParamPattern, of: ClassRef): ClassRef | undefined {
  const pattern = param.type === "TSParameterProperty" ? param.parameter : param;
  const annotation = "typeAnnotation" in pattern ? pattern.typeAnnotation?.typeAnnotation : undefined;
  if (annotation?.type !== "TSTypeReference" || annotation.typeName.type !== "Identifier") return undefined;
  const { name } = annotation.typeName;
  const scope = scopeOf(of.scope, name);
  const held = scope?.variables.get(name) ?? scope?.imports?.get(name)?.();
  return held?.kind === "class" ? held : undefined;
}
