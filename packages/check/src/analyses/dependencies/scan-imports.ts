/**
 * The packages that source files name in import, export and require, by their text alone: fast, and wrong only in that a
 * comment or a string may look like an import, so that a package counts as reached that is not.
 */
import { isBuiltin } from "node:module";
import { pathBelow } from "../../input/path-below.ts";
import type { FileReader } from "../../readers/reading.ts";
import { SourceText } from "../../source/source-text.ts";
import type { ImportedPackages, PackageImport } from "./package-reach.ts";

/** Where the run began, and the folder that was given. */
type From = Parameters<typeof pathBelow>[0];

const SOURCE = /\.[cm]?[jt]sx?$/;
const DECLARATION = /\.d\.[cm]?ts$/;
/** What tests, builds and examples import runs on no server. */
const ASIDE =
  /(?:^|\/)(?:tests?|__tests__|__mocks__|spec|e2e|fixtures|testing|scripts|bench(?:marks)?|docs|\.storybook)\/|\.(?:test|spec|stories|bench|attack)\.[cm]?[jt]sx?$|(?:^|\/)(?!ward\.)[\w.-]+\.config\.[cm]?[jt]s$/;
/** Every repetition has an upper bound, or a line of a million spaces would take its square. */
const IMPORT =
  /(?:\bfrom\s{0,40}|\bimport\s{0,40}(?:\(\s{0,200})?|\brequire\s{0,9}(?:\.resolve\s{0,9})?\(\s{0,200})(?:\/\*[^*]{0,80}\*\/\s{0,40})?(["'`])((?:@[\w.~-]{1,214}\/)?[\w~-][\w.~-]{0,214})(?:\/[^"'`\s]{0,400})?\1/g;
const TYPE_ONLY = /(?:^|[\n;}])\s*(?:import|export)\s+type\s[^;"'`]*$/;
const TYPE_LOOKBACK = 400;

/** Paths are as `files` takes them; whether one is a test shows in its name below the root. */
export function scanImports(
  paths: readonly string[],
  files: FileReader,
  from: From = { cwd: "/", root: "." },
): ImportedPackages {
  const imports: PackageImport[] = [];
  const sources = paths.filter(
    (path) => SOURCE.test(path) && !DECLARATION.test(path) && !ASIDE.test(pathBelow(from, path)),
  );
  for (const path of sources) {
    const text = files.read(path);
    if (text !== undefined) imports.push(...importsIn(new SourceText(path, text)));
  }
  const scope = `${sources.length} source ${sources.length === 1 ? "file" : "files"} besides tests`;
  return { imports, scope, isWhole: sources.length > 0 };
}

/** One for each package, at its first place. */
export function importsIn(source: SourceText): readonly PackageImport[] {
  const found = new Map<string, PackageImport>();
  for (const { index, 2: name = "" } of source.text.matchAll(IMPORT)) {
    if (found.has(name) || isBuiltin(name)) continue;
    if (TYPE_ONLY.test(source.text.slice(Math.max(0, index - TYPE_LOOKBACK), index))) continue;
    found.set(name, { name, spot: { source, offset: index } });
  }
  return [...found.values()];
}
