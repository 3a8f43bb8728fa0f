/**
 * An analysis judges what no single resource shows: code, packages, files, and how they hang together with the resources.
 * It reads through `files` alone, asks the network only where an option says so, and ends in bounded time on any input.
 */
import type { Fact } from "../judge/fact.ts";
import type { Finding } from "../judge/finding.ts";
import type { Unit } from "../readers/read-unit.ts";
import type { FileReader } from "../readers/reading.ts";
import type { Patch } from "./patch.ts";
import type { Position } from "../source/source-text.ts";

export interface AnalysisInput {
  /** Where the command was called; paths are relative to it. */
  readonly cwd: string;
  /** The folder that was given to check, relative to `cwd`. Nothing outside of it is read. */
  readonly root: string;
  readonly files: FileReader;
  /** Every file below the root but those of folders that others wrote (node_modules, .git), in a fixed order. */
  readonly paths: readonly string[];
  /** What the readers made of the templates among them. */
  readonly units: readonly Unit[];
  readonly options: AnalysisOptions;
}

/** What the caller of a run may ask of analyses; each field belongs to the analysis that it names. */
export interface AnalysisOptions {
  readonly now: Date;
  /** Dependencies: a directory with OSV's data. */
  readonly osvDir?: string;
  /** Dependencies: ask the registry of .npmrc, or this one, for advisories. The only thing that speaks to the network. */
  readonly registryAudit?: boolean;
  readonly registry?: string;
  /** Dependencies: answer with a bill of materials. */
  readonly wantsSbom?: boolean;
  /** Dependencies: the time that the bill of materials says, in seconds since 1970. */
  readonly sourceDateEpoch?: number;
  /** Grants, privilege: propose changes that mend what they find. */
  readonly wantsPatches?: boolean;
  /** Secrets: look through the Git history as well. */
  readonly history?: boolean;
}

export interface Analysis {
  readonly facts: readonly Fact[];
  readonly run: (input: AnalysisInput) => Promise<AnalysisResult>;
}

export interface AnalysisResult {
  /** Findings of a unit that was given (the same object), or of one of its own with an empty graph. */
  readonly units: readonly JudgedUnit[];
  readonly problems?: readonly InputProblem[];
  /** Changes that mend findings, where they were asked for. */
  readonly patches?: readonly Patch[];
  /** CycloneDX 1.6 as JSON. */
  readonly sbom?: string;
}

export interface JudgedUnit {
  readonly unit: Unit;
  readonly findings: readonly Finding[];
}

/** A part of the input that could not be read; the rest is judged all the same. */
export interface InputProblem {
  readonly position: Position;
  readonly message: string;
}
