/** The team's own classes: making them, making instances of them, what they inherit. */
import type { Class, ClassElement, Decorator, Statement } from "oxc-parser";
import { recordExternal } from "./external-call.ts";
import { bindParameters, newFrame, prepareBody } from "./function.ts";
import type { Machine, Site } from "./machine.ts";
import { makeFunction } from "./declare.ts";
import { memberOf, prototypeOf } from "./member.ts";
import { propertyKey } from "./pattern.ts";
import { childScope } from "./scope.ts";
import type { Arguments, ClassRef, Closure, Frame, HeapObject, Scope, Value } from "./value.ts";
import { BASE, newObject, newStore, optionsOf, REST, undefinedAt } from "./value.ts";

/** A class that inherits from more than this inherits from itself. */
const CHAIN_MAX = 24;

export function makeClass(machine: Machine, node: Class, scope: Scope, frame: Frame, named?: string): ClassRef {
  const spot = { source: scope.module.parsed.source, offset: node.start };
  const inner = childScope(scope, frame.id);
  const superclass = node.superClass ? machine.operations.evaluate(node.superClass, scope, frame) : undefined;
  const prototype: HeapObject = newObject(spot);
  const made: ClassRef = {
    kind: "class",
    node,
    scope: inner,
    name: node.id?.name ?? named ?? "",
    spot,
    store: newStore(),
    prototype,
    superclass,
    fieldKeys: new Map(),
  };
  prototype.store.set("constructor", made);
  const inherited = superclass ? prototypeFor(machine, superclass) : undefined;
  if (inherited) prototype.proto = inherited;
  if (node.id) inner.variables.set(node.id.name, made);
  for (const element of node.body.body) addElement(machine, made, element, inner, frame);
  for (const element of node.body.body) runStatic(machine, made, element, inner, frame);
  decorate(machine, made, node.decorators, made, inner, frame);
  return made;
}

function prototypeFor(machine: Machine, superclass: Value): HeapObject | undefined {
  for (const option of optionsOf(superclass)) {
    if (option.kind !== "class" && option.kind !== "function") continue;
    const prototype = prototypeOf(machine, option);
    if (prototype.kind === "object") return prototype;
  }
  return undefined;
}

function addElement(machine: Machine, made: ClassRef, element: ClassElement, scope: Scope, frame: Frame): void {
  if (element.type === "StaticBlock" || element.type === "TSIndexSignature") return;
  const key = propertyKey(machine, element.key, element.computed, scope, frame) ?? REST;
  const isMethod = element.type === "MethodDefinition" || element.type === "TSAbstractMethodDefinition";
  if (!isMethod) {
    made.fieldKeys.set(element, key);
    decorate(machine, made, element.decorators, undefinedAt(made.spot), scope, frame);
    return;
  }
  if (element.kind === "constructor" || !element.value.body) return;
  const home = element.static ? made : made.prototype;
  const method = makeFunction(element.value, scope, frame, key, home);
  if (element.kind === "method") {
    machine.state.write(home.store, key, method);
    const decorated = decorate(machine, made, element.decorators, method, scope, frame, key);
    if (decorated) machine.state.write(home.store, key, decorated);
    return;
  }
  const before = home.store.get(key);
  const both = before?.kind === "accessor" ? before : { kind: "accessor" as const };
  machine.state.write(home.store, key, { ...both, [element.kind]: method });
}

function runStatic(machine: Machine, made: ClassRef, element: ClassElement, scope: Scope, frame: Frame): void {
  if (element.type === "StaticBlock") {
    const inside = staticFrame(machine, made, scope, frame);
    prepareBody(machine, element.body as readonly Statement[], inside.scope, inside);
    machine.operations.run(element.body, inside.scope, inside);
  } else if (made.fieldKeys.has(element) && "static" in element && element.static && "value" in element) {
    const inside = staticFrame(machine, made, scope, frame);
    const value = element.value && element.type !== "MethodDefinition" ? (element.value as never) : undefined;
    const held = value ? machine.operations.evaluate(value, inside.scope, inside) : undefinedAt(made.spot);
    machine.state.write(made.store, made.fieldKeys.get(element) ?? REST, held);
  }
}

function staticFrame(machine: Machine, made: ClassRef, scope: Scope, frame: Frame): Frame {
  return newFrame(machine, { scope, home: made }, made, { values: [] }, frame.stack);
}

/** Runs the decorators; answers what stands in the method's place where one of them is the team's own and changes it. */
function decorate(
  machine: Machine,
  made: ClassRef,
  decorators: readonly Decorator[],
  value: Value,
  scope: Scope,
  frame: Frame,
  key?: string,
): Value | undefined {
  let current: Value | undefined;
  for (const { expression, start } of [...decorators].reverse()) {
    const spot = { source: scope.module.parsed.source, offset: start };
    const site: Site = { spot, frame, scope };
    const decorator = machine.operations.evaluate(expression, scope, frame);
    if (decorator.kind !== "function") continue;
    const name = key === undefined ? [] : [{ kind: "literal" as const, value: key, spot }];
    if (decorator.node.params.length >= 3) {
      const descriptor = newObject(spot, [["value", current ?? value]]);
      machine.operations.call(decorator, undefined, { values: [made.prototype, ...name, descriptor] }, site);
      const changed = descriptor.store.get("value");
      if (changed && changed.kind !== "items" && changed.kind !== "accessor") current = changed;
      continue;
    }
    const context = newObject(spot, [["name", name[0] ?? undefinedAt(spot)]]);
    const answered = machine.operations.call(decorator, undefined, { values: [current ?? value, context] }, site);
    if (answered.kind === "function") current = answered;
  }
  return current;
}

/** `new` of the team's own class, or of a function that is used as one. */
export function constructOwn(machine: Machine, callee: ClassRef | Closure, args: Arguments, site: Site): Value {
  const made: HeapObject = newObject(site.spot);
  made.className = callee.name;
  const prototype = prototypeOf(machine, callee);
  if (prototype.kind === "object") made.proto = prototype;
  if (callee.kind === "class") {
    runConstructor(machine, callee, made, args, site, 0);
    return made;
  }
  const returned = machine.operations.enter(callee, made, args, site, "call");
  return optionsOf(returned).some(({ kind }) => kind === "object") ? returned : made;
}

/** Runs a class's constructor on the object, or its superclass's where it has none. */
function runConstructor(
  machine: Machine,
  of: ClassRef,
  self: HeapObject,
  args: Arguments,
  site: Site,
  depth: number,
): void {
  if (depth > CHAIN_MAX || machine.active.length > 48) return;
  const constructor = of.node.body.body.find(
    (element) => element.type === "MethodDefinition" && element.kind === "constructor" && element.value.body,
  );
  if (constructor?.type !== "MethodDefinition") {
    if (of.superclass) constructSuper(machine, of, self, args, site, depth);
    setFields(machine, of, self, site);
    return;
  }
  if (!of.superclass) setFields(machine, of, self, site);
  const step = { kind: "call", name: `new ${of.name}`, spot: site.spot } as const;
  const frame = newFrame(machine, { scope: of.scope, home: of.prototype }, self, args, [...site.frame.stack, step]);
  const body = (constructor.value.body?.body ?? []) as readonly Statement[];
  const conditions = machine.conditions.length;
  machine.active.push(makeFunction(constructor.value, of.scope, frame, of.name));
  bindParameters(machine, constructor.value, args, frame);
  prepareBody(machine, body, frame.scope, frame);
  machine.operations.run(body, frame.scope, frame);
  machine.active.pop();
  machine.conditions.length = conditions;
  site.frame.thrown.push(...frame.thrown);
}

/** `super(...)`, written or meant. */
export function constructSuper(
  machine: Machine,
  of: ClassRef,
  self: HeapObject,
  args: Arguments,
  site: Site,
  depth = 0,
): void {
  for (const superclass of optionsOf(of.superclass ?? undefinedAt(site.spot))) {
    if (superclass.kind === "class") runConstructor(machine, superclass, self, args, site, depth + 1);
    else if (superclass.kind === "function") machine.operations.enter(superclass, self, args, site, "call");
    else if (superclass.kind !== "literal") {
      const base =
        superclass.kind === "external"
          ? recordExternal(machine, "new", superclass, undefined, args, site)
          : machine.operations.construct(superclass, args, site);
      machine.state.write(self.store, BASE, base);
    }
  }
}

export function setFields(machine: Machine, of: ClassRef, self: HeapObject, site: Site): void {
  const frame = newFrame(machine, { scope: of.scope, home: of.prototype }, self, { values: [] }, site.frame.stack);
  for (const element of of.node.body.body) {
    if (element.type === "TSIndexSignature" || element.type === "StaticBlock") continue;
    if (!of.fieldKeys.has(element) || element.static || element.type === "MethodDefinition") continue;
    if (element.type === "TSAbstractMethodDefinition" || ("declare" in element && element.declare === true)) continue;
    const key = of.fieldKeys.get(element) ?? REST;
    const value = element.value ? machine.operations.evaluate(element.value, frame.scope, frame) : undefinedAt(of.spot);
    // A field without a value must not hide what a parameter or a superclass has put there.
    if (element.value || !self.store.has(key)) machine.state.write(self.store, key, value);
  }
}

/** The member that `super.key` means. */
export function superMember(machine: Machine, frame: Frame, key: string | undefined, site: Site): Value {
  const { home } = frame;
  if (home?.kind === "class") return memberOf(machine, home.superclass ?? undefinedAt(site.spot), key, site);
  const inherited = home?.proto;
  if (inherited) {
    const found = memberOf(machine, inherited, key, site);
    if (found.kind !== "literal") return found;
  }
  const base = frame.thisValue.kind === "object" ? frame.thisValue.store.get(BASE) : undefined;
  if (base && base.kind !== "items" && base.kind !== "accessor") return memberOf(machine, base, key, site);
  return undefinedAt(site.spot);
}

/** The class in whose constructor the frame runs. */
export function classOf(frame: Frame): ClassRef | undefined {
  const { home } = frame;
  if (home?.kind === "class") return home;
  const constructor = home?.store.get("constructor");
  return constructor?.kind === "class" ? constructor : undefined;
}
