/**
 * Files below what was given to check, and nothing outside of it: a nested stack or module that a template names is read
 * only where it lies under the root, since a hostile repository must not have this machine's files printed in a report.
 */
import { readdirSync, readFileSync, realpathSync, statSync, type Dirent } from "node:fs";
import { basename, isAbsolute, join, relative, resolve, sep } from "node:path";
import type { FileReader } from "../readers/reading.ts";

const FILE_MAX_BYTES = 32 * 2 ** 20;
const FILES_MAX = 50_000;
const SKIPPED = new Set(["node_modules", ".git", ".terraform", ".venv", "venv", "__pycache__", ".ward", ".serverless"]);
const CANDIDATE = /\.(ya?ml|json|template|tf|cfn)$/i;
/** Code and content that a CDK app copied to be uploaded; its templates lie beside such folders. */
const CDK_ASSET = /(^|\/)asset\.[0-9a-f]{32,128}\//;
const NO_TEMPLATE = /^(package(-lock)?|tsconfig.*|npm-shrinkwrap|composer|\.eslintrc|jest\.config)\.json$/;

export class DiskFiles implements FileReader {
  readonly #cwd: string;
  readonly #root: string;

  /** Paths are relative to `cwd`; nothing outside `root` is read. */
  constructor(cwd: string, root: string) {
    this.#cwd = cwd;
    this.#root = realpathSync(resolve(cwd, root));
  }

  read(path: string): string | undefined {
    try {
      const real = realpathSync(resolve(this.#cwd, path));
      if (!isWithin(this.#root, real)) return undefined;
      const { size } = statSync(real);
      return size > FILE_MAX_BYTES ? undefined : readFileSync(real, "utf8");
    } catch {
      return undefined;
    }
  }

  list(folder: string): readonly string[] {
    return this.#entries(folder, (entry) => entry.isFile());
  }

  folders(folder: string): readonly string[] {
    return this.#entries(folder, (entry) => entry.isDirectory());
  }

  #entries(folder: string, isMeant: (entry: Dirent) => boolean): readonly string[] {
    try {
      const real = realpathSync(resolve(this.#cwd, folder));
      if (!isWithin(this.#root, real)) return [];
      return readdirSync(real, { withFileTypes: true })
        .filter(isMeant)
        .map(({ name }) => join(folder, name))
        .toSorted();
    } catch {
      return [];
    }
  }
}

/** Every file below a folder but what others wrote; the file itself where it is one. Relative to `cwd`, in a fixed order. */
export function findFiles(cwd: string, target: string): readonly string[] {
  const absolute = resolve(cwd, target);
  if (statSync(absolute).isFile()) return [shown(cwd, absolute)];
  const found: string[] = [];
  const waiting = [absolute];
  for (let folder = waiting.pop(); folder !== undefined && found.length < FILES_MAX; folder = waiting.pop()) {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) waiting.push(join(folder, entry.name));
      else if (entry.isFile()) found.push(shown(cwd, join(folder, entry.name)));
    }
  }
  return found.toSorted();
}

/** By its name alone. */
export function mayBeTemplate(path: string): boolean {
  if (basename(path) === "ward.config.ts") return true;
  return CANDIDATE.test(path) && !NO_TEMPLATE.test(basename(path)) && !CDK_ASSET.test(path);
}

function shown(cwd: string, path: string): string {
  const short = relative(cwd, path);
  return (short.startsWith("..") || isAbsolute(short) ? path : short).replaceAll(sep, "/");
}

function isWithin(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}
