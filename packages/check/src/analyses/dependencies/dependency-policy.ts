/** compliance/dependencies.yaml: what a team allows of its dependencies, as a register that is reviewed in Git. */
import { join } from "node:path/posix";
import type { FileReader } from "../../readers/reading.ts";
import { parseText } from "../../source/parse-text.ts";
import { rawAt, rawText } from "../../source/raw-node.ts";
import type { SourceProblem } from "../../source/source-text.ts";
import { entriesOf } from "./lockfiles/raw-fields.ts";
import { ALLOWED_BY_DEFAULT } from "./names/licence.ts";

export interface DependencyPolicy {
  readonly licences: ReadonlySet<string>;
  /** Packages that were looked at and are allowed whatever licence they have. */
  readonly packages: ReadonlySet<string>;
  readonly installScripts: ReadonlySet<string>;
  /** Names that look like a well-known one and are meant. */
  readonly names: ReadonlySet<string>;
  readonly problems: readonly SourceProblem[];
}

const FILE = "compliance/dependencies.yaml";
const KEYS = ["licences", "packages", "installScripts", "names"] as const;

export function readDependencyPolicy(root: string, files: FileReader): DependencyPolicy {
  const file = join(root, FILE);
  const text = files.read(file);
  const [document] = text === undefined ? [] : parseText(file, text);
  const problems = [...(document?.problems ?? [])];
  const lists = new Map<string, ReadonlySet<string>>();
  for (const { key, keyOffset, node } of entriesOf(document?.root)) {
    const isKnown = (KEYS as readonly string[]).includes(key);
    if (document && (!isKnown || node.kind !== "list")) {
      problems.push({
        spot: { source: document.source, offset: keyOffset },
        message: isKnown ? `${key} is a list` : `there is no list ${key.slice(0, 40)}; use ${KEYS.join(", ")}`,
      });
    }
    const listed = rawAt(document?.root, key);
    if (listed?.kind === "list") lists.set(key, new Set(listed.items.flatMap((item) => rawText(item) ?? [])));
  }
  const of = (key: (typeof KEYS)[number]) => lists.get(key) ?? new Set<string>();
  return {
    licences: lists.get("licences") ?? new Set(ALLOWED_BY_DEFAULT),
    packages: of("packages"),
    installScripts: of("installScripts"),
    names: of("names"),
    problems,
  };
}
