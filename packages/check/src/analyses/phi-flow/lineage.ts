/**
 * Where a callee comes from: `pino().child({}).info` is of the package `pino`, through the members default, child, info. What
 * a call is about is decided by this, so a client that was made in another file, or by a factory, is the same client.
 */
import { GLOBAL, type CodeValue, type ExternalCall } from "../../code/contract.ts";

export interface Lineage {
  /** A package with its subpath, `node:fs`, or `GLOBAL`. */
  readonly module: string;
  /** Members from the module on, through calls and constructions; `default` left out. */
  readonly members: readonly string[];
  /** The calls on the way, the first made first: `pino({ redact })`, `.child(bindings)`. */
  readonly calls: readonly ExternalCall[];
}

const DEPTH_MAX = 40;
const WAYS_MAX = 8;

/** Values do not change, and each callee is asked about for every kind of place. */
const known = new WeakMap<CodeValue, readonly Lineage[]>();

/** Every one it may be; none where it does not come from outside. */
export function lineagesOf(value: CodeValue | undefined): readonly Lineage[] {
  return value === undefined ? [] : lineagesAt(value, 0);
}

function lineagesAt(value: CodeValue, depth: number): readonly Lineage[] {
  if (depth > DEPTH_MAX) return [];
  let found = known.get(value);
  if (!found) known.set(value, (found = findLineages(value, depth)));
  return found;
}

function findLineages(value: CodeValue, depth: number): readonly Lineage[] {
  switch (value.kind) {
    case "external":
      return [{ module: value.module, members: withoutDefault(value.path), calls: [] }];
    case "instance":
      return lineagesAt(value.of, depth + 1).map((one) => grown(one, value.path, value.call));
    case "result":
      return lineagesAt(value.call.callee, depth + 1).map((one) => grown(bound(one), value.path, value.call));
    case "given":
      return lineagesAt(value.call.callee, depth + 1).map((one) => grown(one, value.path, value.call));
    case "object":
      return value.base ? lineagesAt(value.base, depth + 1) : [];
    case "choice":
      return value.options.flatMap((option) => lineagesAt(option, depth + 1)).slice(0, WAYS_MAX);
    case "derived":
      // A bound function and a promise's value are the same thing as what they were made from.
      if (/bind$|await|Promise|\.default$/.test(value.how)) {
        const [first] = value.from;
        return first ? lineagesAt(first, depth + 1).map((one) => grown(one, value.path)) : [];
      }
      return [];
    default:
      return [];
  }
}

/** The first, for what needs but one. */
export function lineageOf(value: CodeValue | undefined): Lineage | undefined {
  return lineagesOf(value)[0];
}

/** The package's name without its subpath: `@scope/name`. */
export function packageOf(module: string): string {
  if (module === GLOBAL || module.startsWith("node:")) return module;
  return module
    .split("/")
    .slice(0, module.startsWith("@") ? 2 : 1)
    .join("/");
}

function grown({ module, members, calls }: Lineage, path: readonly string[], call?: ExternalCall): Lineage {
  return {
    module,
    members: [...members, ...withoutDefault(path)],
    calls: call === undefined ? calls : [...calls, call],
  };
}

/** A bound function is the function. */
function bound(one: Lineage): Lineage {
  return one.members.at(-1) === "bind" ? { ...one, members: one.members.slice(0, -1) } : one;
}

function withoutDefault(path: readonly string[]): readonly string[] {
  return path[0] === "default" ? path.slice(1) : path;
}
