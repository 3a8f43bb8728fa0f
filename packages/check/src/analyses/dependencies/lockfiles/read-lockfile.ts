/** The lockfiles among a run's files, read with the package.json files that they are for. */
import { dirname, join, relative } from "node:path/posix";
import { SourceText, type SourceProblem } from "../../../source/source-text.ts";
import type { FileReader } from "../../../readers/reading.ts";
import { DEPENDENCY_FILE } from "../dependency-file.ts";
import { readBunLock } from "./bun-lock.ts";
import type { Lockfile, Manifest } from "./lockfile.ts";
import { readNpmLock } from "./npm-lock.ts";
import { readPnpmLock } from "./pnpm-lock.ts";
import { readManifest } from "./read-manifest.ts";
import { readYarnLock } from "./yarn-lock.ts";

type Reader = (source: SourceText, manifests: readonly Manifest[]) => Lockfile;

/** The first of them that a folder holds is the one that its package manager goes by. */
const READERS: readonly (readonly [name: string, read: Reader])[] = [
  ["npm-shrinkwrap.json", readNpmLock],
  ["package-lock.json", readNpmLock],
  ["pnpm-lock.yaml", readPnpmLock],
  ["yarn.lock", readYarnLock],
  ["bun.lock", readBunLock],
];
const BINARY = "bun.lockb";

export interface Project {
  readonly lockfile: Lockfile;
  /** Every package.json that it is for; that of its own folder first. */
  readonly manifests: readonly Manifest[];
}

export interface Projects {
  readonly locked: readonly Project[];
  /** package.json files with requirements and no lockfile at or above them. */
  readonly unlocked: readonly Manifest[];
  readonly problems: readonly SourceProblem[];
}

export function readProjects(paths: readonly string[], files: FileReader): Projects {
  const names = new Set(paths);
  const folders = [...new Set(paths.filter((path) => DEPENDENCY_FILE.test(path)).map((path) => dirname(path)))];
  const lockOf = (folder: string) =>
    READERS.map(([name, read]) => [join(folder, name), read] as const).find(([path]) => names.has(path));
  const locking = new Set(folders.filter((folder) => lockOf(folder) !== undefined || names.has(join(folder, BINARY))));
  const problems: SourceProblem[] = [];
  const manifests = new Map<string, Manifest[]>();
  const unlocked: Manifest[] = [];
  for (const folder of folders) {
    const file = join(folder, "package.json");
    const text = names.has(file) ? files.read(file) : undefined;
    if (text === undefined) continue;
    const owner = nearestLock(folder, locking);
    const { manifest, problems: found } = readManifest(file, text, owner === undefined ? "" : relative(owner, folder));
    problems.push(...found);
    if (owner !== undefined) manifests.set(owner, [...(manifests.get(owner) ?? []), manifest]);
    else if (manifest.requirements.some(({ kind }) => kind !== "peer")) unlocked.push(manifest);
  }
  const locked: Project[] = [];
  for (const folder of locking) {
    const [file, read] = lockOf(folder) ?? [];
    if (file === undefined || read === undefined) {
      problems.push(binaryProblem(join(folder, BINARY)));
      continue;
    }
    const text = files.read(file);
    if (text === undefined) continue;
    const below = (manifests.get(folder) ?? []).toSorted((one, other) => one.path.length - other.path.length);
    const lockfile = read(new SourceText(file, text), membersOf(below));
    const members = new Set(["", ...lockfile.importers.map(({ path }) => path)]);
    problems.push(...lockfile.problems);
    // What half a lockfile lacks would look like a package.json that disagrees with it.
    if (lockfile.problems.length > 0) continue;
    locked.push({ lockfile, manifests: below.filter(({ path }) => members.has(path)) });
  }
  return { locked, unlocked, problems };
}

function nearestLock(folder: string, locking: ReadonlySet<string>): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (locking.has(at)) return at;
    if (at === dirname(at)) return undefined;
  }
}

/** The package.json files of a project: that of the lockfile's folder and those of its workspaces. */
function membersOf(manifests: readonly Manifest[]): readonly Manifest[] {
  const root = manifests.find(({ path }) => path === "");
  const patterns = (root?.workspaces ?? []).filter((pattern) => !pattern.startsWith("!")).map(patternOf);
  return manifests.filter(({ path }) => path === "" || patterns.some((pattern) => pattern.test(path)));
}

function patternOf(glob: string): RegExp {
  const text = glob.replace(/^\.\//, "").replace(/\/$/, "");
  // No package manager needs more; each further one would multiply the time that a path takes.
  if (text.length > 200 || text.split("**").length > 4) return /(?!)/;
  const parts = text.split(/(\*+)/).map((part) => {
    if (part.startsWith("*")) return part === "*" ? "[^/]*" : ".*";
    return part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`);
}

function binaryProblem(file: string): SourceProblem {
  return {
    spot: { source: new SourceText(file, ""), offset: 0 },
    message:
      "bun's binary lockfile can't be read: run `bun install --save-text-lockfile`, commit bun.lock and delete bun.lockb",
  };
}
