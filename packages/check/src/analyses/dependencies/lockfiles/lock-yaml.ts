/**
 * YAML that a package manager wrote: a mistake in it is nobody's habit but a broken file, so the first one
 * is named where it is and the rest is not read.
 */
import { parseDocument } from "yaml";
import { rawEntry, type RawNode } from "../../../source/raw-node.ts";
import { readYaml } from "../../../source/read-yaml.ts";
import type { SourceProblem, SourceText } from "../../../source/source-text.ts";

export function readLockYaml(source: SourceText): {
  readonly root: RawNode | undefined;
  readonly problems: readonly SourceProblem[];
} {
  const documents = readYaml(source);
  // pnpm may put what configures itself into a document of its own before the one that counts.
  const document =
    documents.findLast(({ root }) => rawEntry(root, "packages") ?? rawEntry(root, "importers")) ?? documents[0];
  if (document === undefined) {
    return {
      root: undefined,
      problems: [{ spot: { source, offset: 0 }, message: "a lockfile was expected, and it is empty" }],
    };
  }
  const [lenient] = document.problems;
  if (lenient === undefined) return document;
  const [strict] = parseDocument(source.text, { prettyErrors: false, logLevel: "silent", uniqueKeys: false }).errors;
  const problem = strict
    ? { spot: { source, offset: Math.min(strict.pos[0], source.text.length) }, message: strict.message }
    : lenient;
  return { root: undefined, problems: [problem] };
}
