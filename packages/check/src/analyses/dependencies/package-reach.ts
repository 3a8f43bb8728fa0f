/**
 * Whether a package comes into what runs: function code imports it, or something that function code imports brings it. A
 * port, since what code imports is known exactly where its handlers are known, and nearly where only its text is.
 */
import { dirname, join } from "node:path/posix";
import { positionOf, type Spot } from "../../source/source-text.ts";
import { closureOf } from "./dependency-tree.ts";
import type { Lockfile } from "./lockfiles/lockfile.ts";
import type { Project } from "./lockfiles/read-lockfile.ts";

/** Where code that runs takes a package in. */
export interface PackageImport {
  /** Without its subpath. */
  readonly name: string;
  readonly spot: Spot;
}

export interface ImportedPackages {
  readonly imports: readonly PackageImport[];
  /** What was looked at, for people: `4 functions`, `31 files that are not tests`. */
  readonly scope: string;
  /** False where there was no code to look at, or it could not be followed: then absence says nothing. */
  readonly isWhole: boolean;
}

export interface Reach {
  readonly state: "reached" | "unreached" | "unknown";
  /** A clause for people: `functions/a.ts:3 imports express, which brings it`. */
  readonly because: string;
}

/** Answers by the key of a package. */
export function reachOf(
  { lockfile, manifests }: Project,
  { imports, scope, isWhole }: ImportedPackages,
): (key: string) => Reach {
  const folder = dirname(lockfile.file);
  const seeds = new Map<string, PackageImport>();
  const brought = new Map<string, PackageImport>();
  const workspaces = lockfile.importers.toSorted((one, other) => other.path.length - one.path.length);
  for (const found of imports) {
    const importer = workspaces.find(({ path }) => isBelow(found.spot.source.file, join(folder, path)));
    const key = importer?.requirements.find(({ name }) => name === found.name)?.key;
    // What is hoisted is found by its name, whoever asked for it.
    const keys = key === undefined ? keysNamed(lockfile, found.name) : [key];
    for (const one of keys) if (!seeds.has(one)) seeds.set(one, found);
    const workspace = manifests.find(({ name, path }) => name === found.name && path !== "");
    const own = workspace ? keysOfWorkspace(lockfile, workspace.path) : [];
    for (const one of closureOf(own, lockfile.packages)) if (!brought.has(one)) brought.set(one, found);
  }
  for (const [key, found] of seeds) {
    if (brought.has(key)) continue;
    for (const one of closureOf([key], lockfile.packages)) if (!brought.has(one)) brought.set(one, found);
  }
  return (key) => {
    const direct = seeds.get(key);
    const by = direct ?? brought.get(key);
    if (by) {
      const { file, line } = positionOf(by.spot);
      return {
        state: "reached",
        because: `${file}:${line} imports ${direct ? "it" : `${by.name}, which brings it`}`,
      };
    }
    return isWhole
      ? { state: "unreached", because: `none of ${scope} imports it or what brings it` }
      : { state: "unknown", because: "whether code that runs imports it is not known" };
  };
}

/** What a workspace needs when it runs, and the workspaces that it takes in. */
function keysOfWorkspace({ importers }: Lockfile, path: string): readonly string[] {
  const paths = new Set([path]);
  const keys: string[] = [];
  for (const at of paths) {
    const importer = importers.find((one) => one.path === at);
    for (const { kind, key } of importer?.requirements ?? []) {
      if (kind !== "development" && key !== undefined) keys.push(key);
    }
    for (const other of importer?.workspaces ?? []) paths.add(other);
  }
  return keys;
}

function keysNamed(lockfile: Lockfile, name: string): readonly string[] {
  const hoisted = `node_modules/${name}`;
  if (lockfile.packages.has(hoisted)) return [hoisted];
  return [...lockfile.packages.values()].filter((one) => one.name === name).map(({ key }) => key);
}

function isBelow(file: string, folder: string): boolean {
  return folder === "." ? !file.startsWith("../") : file.startsWith(`${folder}/`);
}
