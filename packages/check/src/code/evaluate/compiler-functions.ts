/**
 * Functions that compilers put into every file (TypeScript, esbuild, Babel, SWC), by their names: evaluated as they are
 * written they would work too, but they test for things that are not known, and then every import is a choice.
 */
import { bundledModule } from "../syntax/bundled-libraries.ts";
import { spreadInto } from "./global-calls.ts";
import type { Machine, Site } from "./machine.ts";
import type { Arguments, HeapObject, Value } from "./value.ts";
import { external, isCallable, isEnvironment, isOpaque, listItems, newList, newObject, undefinedAt } from "./value.ts";

type Helper = (machine: Machine, args: Arguments, site: Site) => Value | undefined;

export function isHelper(name: string): boolean {
  return Object.hasOwn(HELPERS, name);
}

/** Undefined where the helper is left to its own code. */
export function helperCall(machine: Machine, name: string, args: Arguments, site: Site): Value | undefined {
  return HELPERS[name]?.(machine, args, site);
}

const shapes = new WeakMap<object, Helper | typeof NO_HELPER>();
const NO_HELPER = Symbol("no helper");
const SHAPE_MAX = 420;

/** The same helpers under the names that a minifier gave them: by what stands in them. */
export function helperByShape(machine: Machine, callee: Value, args: Arguments, site: Site): Value | undefined {
  if (callee.kind !== "function" || callee.scope.parent || callee.node.end - callee.node.start > SHAPE_MAX) {
    return undefined;
  }
  let helper = shapes.get(callee.node);
  if (helper === undefined) {
    const { text } = callee.spot.source;
    helper = shapeOf(text.slice(callee.node.start, callee.node.end)) ?? NO_HELPER;
    shapes.set(callee.node, helper);
  }
  return helper === NO_HELPER ? undefined : helper(machine, args, site);
}

function shapeOf(text: string): Helper | undefined {
  if (/=\s*\{\s*exports:\s*\{\s*\}\s*\}\)\.exports\s*,/.test(text)) return commonJs;
  if (/__esModule\s*\?[\s\S]{1,80}["']default["']/.test(text)) return interop;
  if (/\{\}\s*,\s*["']__esModule["']\s*,\s*\{\s*value/.test(text)) return (_, { values }) => values[0];
  return undefined;
}

/** A package is what it is, whichever way it is imported; the team's own CommonJS module becomes the default export. */
function interop(machine: Machine, args: Arguments, site: Site): Value | undefined {
  const [module] = args.values;
  if (!module || isOpaque(module)) return module;
  if (module.kind === "object" && module.store.has("__esModule")) return module;
  const made = newObject(site.spot);
  if (module.kind === "object") spreadInto(machine, made, module, site);
  machine.state.write(made.store, "default", module);
  return made;
}

/**
 * `__commonJS((exports, module) => {…})`: a module that is run when it is first asked for, and once. As it is written, each
 * `require` of it would run it again, since it might have failed before.
 */
function commonJs(machine: Machine, args: Arguments, site: Site): Value | undefined {
  const [given] = args.values;
  const [entry] = given?.kind === "object" ? given.store.values() : [given];
  if (entry?.kind !== "function") return undefined;
  const { spot, node } = entry;
  const library = bundledModule(spot.source.text.slice(node.start, node.end));
  if (library !== undefined) return { kind: "native", name: "", spot, run: () => external(library, [], spot) };
  let module: HeapObject | undefined;
  const run = (): Value => {
    if (!module) {
      const exports = newObject(spot);
      const made = (module = newObject(spot, [["exports", exports]]));
      machine.apart(() => {
        machine.operations.enter(entry, exports, { values: [exports, made] }, { ...site, spot }, "call");
      });
    }
    return machine.operations.member(module, "exports", site);
  };
  return { kind: "native", name: entry.name, spot, run };
}

/** `__awaiter(this, …, function* () {…})`: an async function, in which `yield` awaits. */
function awaiter(machine: Machine, args: Arguments, site: Site): Value | undefined {
  const [self] = args.values;
  const body = args.values.find(isCallable);
  if (body?.kind !== "function") return undefined;
  const run = { ...body, node: body.node.generator ? { ...body.node, generator: false } : body.node };
  return machine.operations.enter(run as typeof body, self, { values: [] }, site, "call");
}

const HELPERS: Readonly<Record<string, Helper>> = {
  __importDefault: interop,
  __importStar: interop,
  __toESM: interop,
  _interop_require_default: interop,
  _interop_require_wildcard: interop,
  _interopRequireDefault: interop,
  _interopRequireWildcard: interop,
  __toCommonJS: (_, args) => args.values[0],
  __awaiter: awaiter,
  __async: awaiter,
  __commonJS: commonJs,
  __commonJSMin: commonJs,
  __export: (machine, args, site) => {
    const [target, all] = args.values;
    if (target?.kind !== "object" || all?.kind !== "object") return undefined;
    for (const [key, slot] of all.store) {
      if (slot.kind === "items" || slot.kind === "accessor" || key.startsWith("\0")) continue;
      machine.state.write(target.store, key, { kind: "accessor", get: slot });
    }
    return undefinedAt(site.spot);
  },
  __reExport: reExport,
  __exportStar: (machine, args, site) => {
    const [from, target] = args.values;
    return reExport(machine, { values: [target, from].filter((value) => value !== undefined) }, site);
  },
  __spreadArray: (_, args, site) => {
    const [to, from] = args.values;
    if (to?.kind !== "list" || from?.kind !== "list") return undefined;
    const both = [...listItems(to).items, ...listItems(from).items];
    const rest = listItems(to).rest ?? listItems(from).rest;
    return newList(both, site.spot, rest);
  },
  __name: (_, args) => args.values[0],
  __publicField: (machine, args, site) => {
    const [of, key, value] = args.values;
    if (!of || key?.kind !== "literal" || !value) return undefined;
    machine.operations.setMember(of, String(key.value), value, site);
    return value;
  },
};

function reExport(machine: Machine, args: Arguments, site: Site): Value | undefined {
  const [target, from] = args.values;
  if (!target || !from || isEnvironment(from)) return undefined;
  spreadInto(machine, target, from, site);
  return target;
}
