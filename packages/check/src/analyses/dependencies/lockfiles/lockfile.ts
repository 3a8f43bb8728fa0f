/**
 * What every package manager's lockfile says, in one form: the packages that will be installed, who asked for each, and
 * where it comes from. INVARIANT: `requires` names keys of the same lockfile only, so that walking it needs no lookups
 * that can miss.
 */
import type { SourceProblem, SourceText, Spot } from "../../../source/source-text.ts";

export type LockfileKind = "npm" | "pnpm" | "yarn" | "bun";
export type RequirementKind = "production" | "development" | "optional" | "peer";

export interface LockedPackage {
  /** Unique in its lockfile. */
  readonly key: string;
  readonly name: string;
  readonly version: string;
  readonly spot: Spot;
  /** The address it is fetched from, where the lockfile says one. */
  readonly resolved?: string;
  /** Subresource Integrity of its archive, or the package manager's own digest. */
  readonly integrity?: string;
  readonly licence?: string;
  /** Why its authors advise against it. */
  readonly deprecated?: string;
  /** Undefined: the lockfile does not say. */
  readonly hasInstallScript?: boolean;
  /** Another digest holds for it: it comes within another package, or is for another kind of machine (Yarn says none). */
  readonly isDigestElsewhere: boolean;
  readonly requires: readonly Edge[];
}

export interface Edge {
  readonly key: string;
  readonly isOptional: boolean;
}

/** What a package.json asks for, as the lockfile remembers it. */
export interface Requirement {
  readonly name: string;
  /** The range that was written; absent where the lockfile keeps none. */
  readonly range?: string;
  readonly kind: RequirementKind;
  /** The package that fulfils it; absent where it is another workspace, or nothing does. */
  readonly key?: string;
  readonly spot: Spot;
}

/** A package.json that the lockfile is for. */
export interface Importer {
  /** Its folder, from the lockfile's; "" is the same. */
  readonly path: string;
  readonly requirements: readonly Requirement[];
  /** Other workspaces that it requires. */
  readonly workspaces: readonly string[];
}

export interface Lockfile {
  readonly file: string;
  readonly kind: LockfileKind;
  /** The version of the format, for people. */
  readonly format: string;
  readonly source: SourceText;
  readonly importers: readonly Importer[];
  readonly packages: ReadonlyMap<string, LockedPackage>;
  readonly problems: readonly SourceProblem[];
  /** Whether the lockfile remembers the ranges that were asked for, so that it can disagree with a package.json. */
  readonly keepsRanges: boolean;
}

/** The part of a package.json that lockfiles need. */
export interface Manifest {
  /** Its folder, from the lockfile's. */
  readonly path: string;
  readonly name?: string;
  readonly version?: string;
  readonly source: SourceText;
  readonly requirements: readonly ManifestRequirement[];
  /** Patterns of folders that belong to the same project. */
  readonly workspaces: readonly string[];
  /** Packages whose version something else in it decides. */
  readonly overridden: ReadonlySet<string>;
  /** Packages of which the package manager was told whether their install scripts may run. */
  readonly decidedScripts: ReadonlySet<string>;
}

export interface ManifestRequirement {
  readonly name: string;
  readonly range: string;
  readonly kind: RequirementKind;
  readonly spot: Spot;
}
