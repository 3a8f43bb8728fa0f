/** What lies where, each folder listed once. */
import { basename, dirname, join, normalize } from "node:path/posix";
import type { FileReader } from "../../readers/reading.ts";

const EXTENSIONS = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".json"];
/** What TypeScript's authors write for a file that has the other ending on disk. */
const WRITTEN_FOR: readonly (readonly [RegExp, readonly string[]])[] = [
  [/\.js$/, [".ts", ".tsx"]],
  [/\.jsx$/, [".tsx"]],
  [/\.mjs$/, [".mts"]],
  [/\.cjs$/, [".cts"]],
];

export class Folders {
  readonly files: FileReader;
  readonly #names = new Map<string, ReadonlySet<string>>();
  readonly #texts = new Map<string, string | undefined>();

  constructor(files: FileReader) {
    this.files = files;
  }

  has(path: string): boolean {
    return this.#namesIn(dirname(path)).has(basename(path));
  }

  /** Small files only: manifests and configurations, which are asked for again and again. */
  text(path: string): string | undefined {
    const at = normalize(path);
    if (!this.#texts.has(at)) this.#texts.set(at, this.has(at) ? this.files.read(at) : undefined);
    return this.#texts.get(at);
  }

  folders(path: string): readonly string[] {
    return this.files.folders?.(path) ?? [];
  }

  /** The file that a path without or with another ending means. */
  fileAt(path: string): string | undefined {
    const at = normalize(path).replace(/\/$/, "");
    for (const [written, meant] of WRITTEN_FOR) {
      const found = written.test(at)
        ? meant.map((ending) => at.replace(written, ending)).find(this.#isFile)
        : undefined;
      if (found !== undefined) return found;
    }
    if (this.#isFile(at)) return at;
    const withEnding = EXTENSIONS.map((ending) => at + ending).find(this.#isFile);
    if (withEnding !== undefined) return withEnding;
    const main = mainOf(this.text(join(at, "package.json")));
    const fromMain = main === undefined || main === "." ? undefined : this.fileAt(join(at, main));
    return fromMain ?? EXTENSIONS.map((ending) => join(at, `index${ending}`)).find(this.#isFile);
  }

  readonly #isFile = (path: string): boolean => this.has(path);

  #namesIn(folder: string): ReadonlySet<string> {
    let names = this.#names.get(folder);
    if (!names) {
      const listed = this.files.list(folder).map((path) => basename(path.replaceAll("\\", "/")));
      this.#names.set(folder, (names = new Set(listed)));
    }
    return names;
  }
}

function mainOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    const json = JSON.parse(text) as { readonly main?: unknown } | null;
    return typeof json?.main === "string" && !json.main.startsWith("/") ? json.main : undefined;
  } catch {
    return undefined;
  }
}
