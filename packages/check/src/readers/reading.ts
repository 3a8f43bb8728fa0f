/** What every reader is given and what it answers. Readers do no I/O but through `files`. */
import type { Resource } from "../graph/resource.ts";
import type { SourceProblem } from "../source/source-text.ts";

export interface ReadOptions {
  /** Values for parameters and variables that the input leaves open. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The region of the deployment, where it is known. */
  readonly region?: string;
  /** Countries and regions where data may live, where the app says so. */
  readonly residency?: readonly string[];
  readonly files: FileReader;
  /** What a CDK app says of the template, where one made it. */
  readonly assembly?: Assembly;
}

/** Paths are as `FileReader` takes them. */
export interface Assembly {
  regionOf(template: string): string | undefined;
  /** Whether the file is a nested stack's template, which is judged with the stack that it belongs to. */
  isNested(path: string): boolean;
  /** The template on disk that a URL of an asset stands for. */
  templateOf(url: string): string | undefined;
  /** The construct that made a resource, for people. */
  constructOf(template: string, logicalId: string): string | undefined;
}

/** MUST answer undefined for what does not exist, is too large, or lies outside of what was given to check. */
export interface FileReader {
  read(path: string): string | undefined;
  /** Paths of the files directly in a folder, in a fixed order; none where there is no such folder. */
  list(folder: string): readonly string[];
  /** Paths of the folders directly in a folder; where it is missing, nobody can look for packages by a pattern. */
  folders?(folder: string): readonly string[];
}

export interface Reading {
  readonly resources: readonly Resource[];
  readonly problems: readonly SourceProblem[];
}
