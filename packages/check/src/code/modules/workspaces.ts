/** Packages of the same repository, by their names: npm's and yarn's `workspaces`, pnpm's file, `file:` dependencies. */
import { dirname, join } from "node:path/posix";
import { readPackage, type PackageJson } from "./package-json.ts";
import type { Folders } from "./folders.ts";

const FOLDERS_MAX = 2_000;

export class Workspaces {
  readonly #folders: Folders;
  readonly #byFolder = new Map<string, ReadonlyMap<string, string>>();

  constructor(folders: Folders) {
    this.#folders = folders;
  }

  /** The folder of the package, seen from a folder. */
  folderOf(name: string, from: string): string | undefined {
    for (let at = from; ; at = dirname(at)) {
      const found = this.#packagesAt(at).get(name);
      if (found !== undefined) return found;
      if (dirname(at) === at) return undefined;
    }
  }

  #packagesAt(folder: string): ReadonlyMap<string, string> {
    let packages = this.#byFolder.get(folder);
    if (!packages) this.#byFolder.set(folder, (packages = this.#find(folder)));
    return packages;
  }

  #find(folder: string): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    const own = readPackage(this.#folders, folder);
    if (typeof own?.name === "string") found.set(own.name, folder);
    for (const [name, path] of linked(own)) found.set(name, join(folder, path));
    const seen: { count: number } = { count: 0 };
    for (const pattern of [...patternsOf(own), ...this.#pnpmPatterns(folder)]) {
      for (const place of this.#expand(folder, pattern.replace(/\/$/, "").split("/"), seen)) {
        const name = readPackage(this.#folders, place)?.name;
        if (typeof name === "string" && !found.has(name)) found.set(name, place);
      }
    }
    return found;
  }

  #pnpmPatterns(folder: string): readonly string[] {
    const text = this.#folders.text(join(folder, "pnpm-workspace.yaml"));
    const lines = text === undefined ? [] : text.split("\n");
    const start = lines.findIndex((line) => /^packages\s*:/.test(line));
    const patterns: string[] = [];
    for (const line of start === -1 ? [] : lines.slice(start + 1)) {
      const item = /^\s*-\s*["']?([^"'#\s]+)["']?/.exec(line)?.[1];
      if (item !== undefined) patterns.push(item);
      else if (/^\S/.test(line)) break;
    }
    return patterns.filter((pattern) => !pattern.startsWith("!"));
  }

  #expand(folder: string, steps: readonly string[], seen: { count: number }): readonly string[] {
    const [step, ...rest] = steps;
    if (step === undefined) return [folder];
    if (step === "." || step === "") return this.#expand(folder, rest, seen);
    if (!step.includes("*")) return this.#expand(join(folder, step), rest, seen);
    if (seen.count > FOLDERS_MAX) return [];
    const pattern = new RegExp(`^${step.replaceAll(/[.+?^$()|[\]{}\\]/g, "\\$&").replaceAll(/\*+/g, "[^/]*")}$`);
    const children = this.#folders.folders(folder).filter((path) => {
      const name = path.slice(path.lastIndexOf("/") + 1);
      return name !== "node_modules" && !name.startsWith(".") && (step === "**" || pattern.test(name));
    });
    seen.count += children.length;
    const below = children.flatMap((child) => this.#expand(child, step === "**" ? steps : rest, seen));
    return step === "**" ? [...this.#expand(folder, rest, seen), ...below] : below;
  }
}

function patternsOf(json: PackageJson | undefined): readonly string[] {
  const { workspaces } = json ?? {};
  const list: unknown =
    typeof workspaces === "object" && workspaces !== null && "packages" in workspaces
      ? workspaces.packages
      : workspaces;
  return Array.isArray(list) ? list.filter((one) => typeof one === "string" && !one.startsWith("!")) : [];
}

/** Dependencies that are folders of this disk. */
function linked(json: PackageJson | undefined): readonly (readonly [string, string])[] {
  return [json?.dependencies, json?.devDependencies].flatMap((ranges) =>
    Object.entries(typeof ranges === "object" && ranges !== null ? ranges : {}).flatMap(([name, range]) => {
      const path = typeof range === "string" ? /^(?:file|link|portal):(.+)$/.exec(range)?.[1] : undefined;
      return path === undefined || path.startsWith("/") || path.endsWith(".tgz") ? [] : [[name, path] as const];
    }),
  );
}
