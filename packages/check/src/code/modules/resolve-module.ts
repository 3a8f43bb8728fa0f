/**
 * Which file, package or built-in module a specifier stands for: Node's rules, TypeScript's paths, workspaces and Lambda
 * layers, all through `FileReader`, so that nothing outside of what was given to check is looked at (a resolver of npm would
 * read the disk itself). Packages of the registry are named and never entered.
 */
import { isBuiltin } from "node:module";
import { dirname, join, normalize } from "node:path/posix";
import type { FileReader } from "../../readers/reading.ts";
import { Folders } from "./folders.ts";
import { entryOf, readPackage, targetOf, type PackageJson } from "./package-json.ts";
import { TsConfigs } from "./tsconfig-paths.ts";
import { Workspaces } from "./workspaces.ts";

export type Resolved =
  | { readonly kind: "file"; readonly file: string }
  | { readonly kind: "external"; readonly module: string }
  | { readonly kind: "missing"; readonly reason: string };

/** Modules that the Lambda runtime or the language's other hosts have, and that are no packages on disk. */
const SDK = /^(?:@aws-sdk\/|@smithy\/|aws-sdk(?:$|\/)|@aws-lambda-powertools\/|aws-lambda$)/;

export class ModuleResolver {
  readonly #folders: Folders;
  readonly #workspaces: Workspaces;
  readonly #tsConfigs: TsConfigs;
  readonly #packages = new Map<string, { readonly folder: string; readonly json: PackageJson } | undefined>();
  readonly #resolved = new Map<string, Resolved>();

  constructor(files: FileReader) {
    this.#folders = new Folders(files);
    this.#workspaces = new Workspaces(this.#folders);
    this.#tsConfigs = new TsConfigs(this.#folders);
  }

  resolve(specifier: string, from: string, isRequire: boolean, layers: readonly string[]): Resolved {
    const key = `${dirname(from)}\n${specifier}\n${isRequire}\n${layers.join("\n")}`;
    let resolved = this.#resolved.get(key);
    if (!resolved) this.#resolved.set(key, (resolved = this.#resolve(specifier, from, isRequire, layers)));
    return resolved;
  }

  #resolve(specifier: string, from: string, isRequire: boolean, layers: readonly string[]): Resolved {
    const bare = specifier.replace(/[?#].*$/, (tail) => (specifier.startsWith("#") ? tail : ""));
    if (bare.startsWith("node:")) return { kind: "external", module: bare };
    if (isBuiltin(bare)) return { kind: "external", module: `node:${bare}` };
    if (/^(?:https?|data|bun|cloudflare|npm|jsr):/.test(bare)) return { kind: "external", module: bare };
    if (/^\.{1,2}(?:\/|$)/.test(bare)) {
      const file = this.#folders.fileAt(join(dirname(from), bare));
      return file === undefined ? notOnDisk(specifier) : { kind: "file", file };
    }
    if (bare.startsWith("/")) return this.#absolute(bare, from, layers);
    if (SDK.test(bare)) return { kind: "external", module: bare };
    const conditions = new Set([
      isRequire ? "require" : "import",
      "source",
      "development",
      "node",
      "module",
      "default",
    ]);
    const own =
      (bare.startsWith("#") ? this.#importsOf(bare, from, conditions) : undefined) ??
      this.#tsConfigs.resolve(bare, from) ??
      this.#inWorkspace(bare, from, conditions) ??
      this.#inLayers(bare, layers, conditions);
    if (own !== undefined) return { kind: "file", file: own };
    return bare.startsWith("#") ? notOnDisk(specifier) : { kind: "external", module: bare };
  }

  /** `/opt/nodejs/x`: a layer's file, or what TypeScript is told that it is. */
  #absolute(path: string, from: string, layers: readonly string[]): Resolved {
    const mapped = this.#tsConfigs.resolve(path, from);
    if (mapped !== undefined) return { kind: "file", file: mapped };
    for (const layer of layers.toReversed()) {
      const file = path.startsWith("/opt/") ? this.#folders.fileAt(join(layer, path.slice(5))) : undefined;
      if (file !== undefined) return { kind: "file", file };
    }
    return { kind: "missing", reason: `the module '${path}' is not among what is checked` };
  }

  #importsOf(specifier: string, from: string, conditions: ReadonlySet<string>): string | undefined {
    const nearest = this.#packageAround(dirname(from));
    const target = nearest ? targetOf(nearest.json.imports, specifier, conditions) : undefined;
    return target === undefined || !nearest || !target.startsWith(".")
      ? undefined
      : this.#folders.fileAt(join(nearest.folder, target));
  }

  #packageAround(folder: string): { readonly folder: string; readonly json: PackageJson } | undefined {
    const known = this.#packages.get(folder);
    if (known || this.#packages.has(folder)) return known;
    const json = readPackage(this.#folders, folder);
    const parent = dirname(folder);
    const found = json ? { folder, json } : parent === folder ? undefined : this.#packageAround(parent);
    this.#packages.set(folder, found);
    return found;
  }

  #inWorkspace(specifier: string, from: string, conditions: ReadonlySet<string>): string | undefined {
    const { name, subpath } = splitSpecifier(specifier);
    const folder = this.#workspaces.folderOf(name, dirname(from));
    return folder === undefined ? undefined : entryOf(this.#folders, folder, subpath, conditions);
  }

  #inLayers(specifier: string, layers: readonly string[], conditions: ReadonlySet<string>): string | undefined {
    const { name, subpath } = splitSpecifier(specifier);
    for (const layer of layers.toReversed()) {
      for (const place of ["nodejs/node_modules", "node_modules", "nodejs"]) {
        const folder = join(layer, place, name);
        if (place.endsWith("node_modules") && this.#isFromRegistry(folder, join(layer, dirname(place)), name)) continue;
        const file = entryOf(this.#folders, folder, subpath, conditions);
        if (file !== undefined) return file;
      }
    }
    return undefined;
  }

  /** A layer carries the team's own packages and others' beside each other; the manifest beside them says which. */
  #isFromRegistry(folder: string, around: string, name: string): boolean {
    const range = ["dependencies", "devDependencies"]
      .map((kind) => (readPackage(this.#folders, normalize(around)) as Record<string, unknown> | undefined)?.[kind])
      .map((ranges) => (ranges as Record<string, unknown> | undefined)?.[name])
      .find((one) => typeof one === "string");
    if (typeof range === "string") return !/^(?:file|link|workspace|portal):|^\.{1,2}\//.test(range);
    // The registry's packages say where they live.
    const json = readPackage(this.#folders, folder);
    return json !== undefined && ("repository" in json || "_resolved" in json || "homepage" in json);
  }
}

function notOnDisk(specifier: string): Resolved {
  return { kind: "missing", reason: `the module '${specifier}' is not on disk` };
}

export function splitSpecifier(specifier: string): { readonly name: string; readonly subpath: string } {
  const parts = specifier.split("/");
  const count = specifier.startsWith("@") ? 2 : 1;
  return { name: parts.slice(0, count).join("/"), subpath: parts.slice(count).join("/") };
}
