/** Who brings a package in: the shortest way from a package.json to it, and whether production needs it at all. */
import type { Importer, LockedPackage, Lockfile } from "./lockfiles/lockfile.ts";

export interface Placed {
  readonly locked: LockedPackage;
  /** Named in a package.json. */
  readonly isDirect: boolean;
  /** Only what is needed to build and test brings it in. */
  readonly isDevelopment: boolean;
  /** Only optional requirements bring it in. */
  readonly isOptional: boolean;
  /** Names and versions from the requirement to the package, both included; the workspace's folder first. */
  readonly path: readonly string[];
}

interface Reached {
  /** The package that required it; undefined where a package.json did. */
  readonly by: string | undefined;
  readonly importer: Importer;
}

type Wanted = (edge: { readonly kind: string }) => boolean;

/** Every package of the lockfile in its order; what nothing requires has an empty path. */
export function placePackages({ importers, packages }: Lockfile): readonly Placed[] {
  const needed = walk(importers, packages, ({ kind }) => kind !== "development", true);
  const demanded = walk(importers, packages, ({ kind }) => kind === "production" || kind === "peer", false);
  const all = walk(importers, packages, () => true, true);
  const insisted = walk(importers, packages, ({ kind }) => kind !== "optional", false);
  const direct = new Set(importers.flatMap(({ requirements }) => requirements.flatMap(({ key }) => key ?? [])));
  return [...packages.values()].map((locked) => ({
    locked,
    isDirect: direct.has(locked.key),
    isDevelopment: all.has(locked.key) && !needed.has(locked.key),
    isOptional: all.has(locked.key) && !demanded.has(locked.key) && !insisted.has(locked.key),
    path: pathTo(locked.key, needed.has(locked.key) ? needed : all, packages),
  }));
}

/** Every package that those with the given keys bring along, themselves included. */
export function closureOf(keys: Iterable<string>, packages: Lockfile["packages"]): ReadonlySet<string> {
  const reached = new Set(keys);
  for (const key of reached) for (const edge of packages.get(key)?.requires ?? []) reached.add(edge.key);
  return reached;
}

/** Breadth first, so that the way is a shortest one. */
function walk(
  importers: readonly Importer[],
  packages: Lockfile["packages"],
  wanted: Wanted,
  withOptional: boolean,
): ReadonlyMap<string, Reached> {
  const reached = new Map<string, Reached>();
  for (const importer of importers) {
    for (const requirement of importer.requirements) {
      const { key } = requirement;
      if (key !== undefined && wanted(requirement) && !reached.has(key)) reached.set(key, { by: undefined, importer });
    }
  }
  // A map's iteration goes on to what was added meanwhile.
  for (const [key, { importer }] of reached) {
    for (const edge of packages.get(key)?.requires ?? []) {
      if ((withOptional || !edge.isOptional) && !reached.has(edge.key)) reached.set(edge.key, { by: key, importer });
    }
  }
  return reached;
}

function pathTo(key: string, reached: ReadonlyMap<string, Reached>, packages: Lockfile["packages"]): readonly string[] {
  const end = reached.get(key);
  if (!end) return [];
  const path: string[] = [];
  for (let step: string | undefined = key; step !== undefined; step = reached.get(step)?.by) {
    const locked = packages.get(step);
    path.unshift(locked ? `${locked.name}@${locked.version}` : step);
  }
  return [end.importer.path, ...path];
}
