/** TypeScript's `paths` and `baseUrl`, through `extends`. The nearest tsconfig.json above a file is its own. */
import { dirname, join } from "node:path/posix";
import type { Folders } from "./folders.ts";

interface Mapping {
  readonly base: string;
  readonly paths: readonly (readonly [pattern: string, targets: readonly string[]])[];
  readonly hasBaseUrl: boolean;
}

const EXTENDS_MAX = 12;

export class TsConfigs {
  readonly #folders: Folders;
  readonly #nearest = new Map<string, Mapping | undefined>();

  constructor(folders: Folders) {
    this.#folders = folders;
  }

  resolve(specifier: string, from: string): string | undefined {
    const mapping = this.#mappingFor(dirname(from));
    if (!mapping) return undefined;
    for (const [pattern, targets] of mapping.paths) {
      const rest = matched(pattern, specifier);
      if (rest === undefined) continue;
      for (const target of targets) {
        const file = this.#folders.fileAt(
          join(
            mapping.base,
            target.replace("*", () => rest),
          ),
        );
        if (file !== undefined) return file;
      }
    }
    return mapping.hasBaseUrl ? this.#folders.fileAt(join(mapping.base, specifier)) : undefined;
  }

  #mappingFor(folder: string): Mapping | undefined {
    if (this.#nearest.has(folder)) return this.#nearest.get(folder);
    const name = ["tsconfig.json", "jsconfig.json", "tsconfig.base.json"].find((one) =>
      this.#folders.has(join(folder, one)),
    );
    const parent = dirname(folder);
    const own = name === undefined ? undefined : this.#read(join(folder, name), 0);
    const found = own ?? (parent === folder ? undefined : this.#mappingFor(parent));
    this.#nearest.set(folder, found);
    return found;
  }

  #read(path: string, depth: number): Mapping | undefined {
    const text = this.#folders.text(path);
    const json = text === undefined || depth > EXTENDS_MAX ? undefined : parseJsonWithComments(text);
    if (!json) return undefined;
    const options = field(json, "compilerOptions");
    const baseUrl = field(options, "baseUrl");
    const paths = field(options, "paths");
    if (typeof paths === "object" && paths !== null) {
      const inherited = typeof baseUrl === "string" ? undefined : this.#inherited(json, path, depth);
      const own = typeof baseUrl === "string" ? join(dirname(path), baseUrl) : undefined;
      return {
        base: own ?? (inherited?.hasBaseUrl === true ? inherited.base : dirname(path)),
        paths: Object.entries(paths)
          .map(([pattern, targets]) => [pattern, strings(targets)] as const)
          .toSorted(([one], [other]) => other.length - one.length),
        hasBaseUrl: own !== undefined || inherited?.hasBaseUrl === true,
      };
    }
    if (typeof baseUrl === "string") return { base: join(dirname(path), baseUrl), paths: [], hasBaseUrl: true };
    return this.#inherited(json, path, depth);
  }

  #inherited(json: unknown, path: string, depth: number): Mapping | undefined {
    const parents = strings([field(json, "extends")].flat()).filter((one) => one.startsWith("."));
    for (const parent of parents.toReversed()) {
      const at = join(dirname(path), parent);
      const file = [at, `${at}.json`, join(at, "tsconfig.json")].find((one) => this.#folders.has(one));
      const found = file === undefined ? undefined : this.#read(file, depth + 1);
      if (found) return found;
    }
    return undefined;
  }
}

function matched(pattern: string, specifier: string): string | undefined {
  const [before = "", after] = pattern.split("*");
  if (after === undefined) return pattern === specifier ? "" : undefined;
  const fits = specifier.startsWith(before) && specifier.endsWith(after);
  return fits && specifier.length >= before.length + after.length
    ? specifier.slice(before.length, specifier.length - after.length)
    : undefined;
}

export function parseJsonWithComments(text: string): unknown {
  const bare = text
    .replace(/^\uFEFF/, "")
    .replaceAll(/"(?:[^"\\\n]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (part) => (part.startsWith('"') ? part : ""))
    .replaceAll(/"(?:[^"\\\n]|\\.)*"|,(?=\s*[}\]])/g, (part) => (part.startsWith('"') ? part : ""));
  try {
    return JSON.parse(bare) as unknown;
  } catch {
    return undefined;
  }
}

function field(of: unknown, name: string): unknown {
  if (typeof of !== "object" || of === null || !Object.hasOwn(of, name)) return undefined;
  return (of as Readonly<Record<string, unknown>>)[name];
}

function strings(of: unknown): readonly string[] {
  return (Array.isArray(of) ? of : [of]).filter((one) => typeof one === "string");
}
