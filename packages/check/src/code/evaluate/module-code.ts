/** What parsing a module's file gives: its text and its syntax. */
import type { Program } from "oxc-parser";
import type { SourceText } from "../../source/source-text.ts";
import type { Outline } from "../syntax/outline.ts";

export interface ParsedModule {
  readonly file: string;
  readonly source: SourceText;
  readonly program: Program;
  /** Whether it has `import` or `export`; otherwise it is CommonJS. */
  readonly isEsm: boolean;
  /** Names at the top of a bundle that stand for packages inside it. */
  readonly bundled: ReadonlyMap<string, BundledName>;
  /**
   * A bundle of which nobody can say what in it is whose: `program` has its imports and exports, the outline the rest.
   */
  readonly outline?: Outline;
  /** Where in a bundle packages were cut out. */
  readonly sections: readonly BundleSection[];
}

export interface BundleSection {
  readonly module: string;
  readonly offset: number;
  readonly end: number;
}

export interface BundledName {
  readonly module: string;
  readonly path: readonly string[];
  /** Whether calling it gives the module: `require_dist()`. */
  readonly isRequire: boolean;
}
