/** package.json: where a package's entries lie (https://nodejs.org/api/packages.html#package-entry-points). */
import { join } from "node:path/posix";
import type { Folders } from "./folders.ts";

export interface PackageJson {
  readonly name?: unknown;
  readonly main?: unknown;
  readonly module?: unknown;
  readonly source?: unknown;
  readonly exports?: unknown;
  readonly imports?: unknown;
  readonly workspaces?: unknown;
  readonly dependencies?: unknown;
  readonly devDependencies?: unknown;
}

const DEPTH_MAX = 12;

export function readPackage(folders: Folders, folder: string): PackageJson | undefined {
  const text = folders.text(join(folder, "package.json"));
  if (text === undefined) return undefined;
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === "object" && json !== null && !Array.isArray(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

/** The file that an import of a package in this folder means; its source where what it names is not built. */
export function entryOf(
  folders: Folders,
  folder: string,
  subpath: string,
  conditions: ReadonlySet<string>,
): string | undefined {
  const json = readPackage(folders, folder);
  const named =
    json?.exports === undefined ? undefined : targetOf(json.exports, subpath === "" ? "." : `./${subpath}`, conditions);
  const legacy = subpath === "" ? [json?.source, json?.module, json?.main] : [`./${subpath}`];
  for (const target of [named, ...legacy]) {
    if (typeof target !== "string" || target.startsWith("/") || target.includes("..")) continue;
    const file = builtOrSource(folders, folder, target);
    if (file !== undefined) return file;
  }
  const places =
    subpath === "" ? ["src/index", "index", "lib/index", "src/main"] : [`src/${subpath}`, subpath, `lib/${subpath}`];
  return places.map((place) => folders.fileAt(join(folder, place))).find((file) => file !== undefined);
}

/** What a build puts into `dist` comes from `src`, as a rule; the source says more. */
function builtOrSource(folders: Folders, folder: string, target: string): string | undefined {
  if (target.endsWith(".d.ts")) return undefined;
  const source = /^(?:\.\/)?(?:dist|build|lib|out|esm|cjs)\/(?:(?:esm|cjs|src)\/)?(.*)$/.exec(target)?.[1];
  const meant = source === undefined ? undefined : folders.fileAt(join(folder, "src", source));
  return meant ?? folders.fileAt(join(folder, target));
}

/** `exports` or `imports` looked up with conditions and one `*`. */
export function targetOf(table: unknown, key: string, conditions: ReadonlySet<string>): string | undefined {
  if (typeof table === "string" || Array.isArray(table) || !hasKeys(table)) {
    return key === "." ? conditional(table, conditions, 0) : undefined;
  }
  const direct = entry(table, key);
  if (direct !== undefined) return conditional(direct, conditions, 0);
  const patterns = Object.keys(table)
    .filter((one) => one.includes("*"))
    .toSorted((one, other) => other.length - one.length);
  for (const pattern of patterns) {
    const [before = "", after = ""] = pattern.split("*");
    if (!key.startsWith(before) || !key.endsWith(after) || key.length < before.length + after.length) continue;
    const target = conditional(entry(table, pattern), conditions, 0);
    return target?.replaceAll("*", () => key.slice(before.length, key.length - after.length));
  }
  return undefined;
}

function hasKeys(table: unknown): table is object {
  return typeof table === "object" && table !== null && Object.keys(table).some((key) => /^[.#]/.test(key));
}

function conditional(target: unknown, conditions: ReadonlySet<string>, depth: number): string | undefined {
  if (typeof target === "string") return target;
  if (depth > DEPTH_MAX || typeof target !== "object" || target === null) return undefined;
  const options = Array.isArray(target)
    ? (target as readonly unknown[])
    : Object.entries(target).flatMap(([name, one]) => (conditions.has(name) ? [one as unknown] : []));
  for (const option of options) {
    const found = conditional(option, conditions, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function entry(table: object, key: string): unknown {
  return Object.hasOwn(table, key) ? (table as Readonly<Record<string, unknown>>)[key] : undefined;
}
