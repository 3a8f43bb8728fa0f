/** Where a lockfile and the package.json files that it is for say something else. */
import type { Spot } from "../../source/source-text.ts";
import type { Importer, Manifest } from "./lockfiles/lockfile.ts";
import type { Project } from "./lockfiles/read-lockfile.ts";

export interface Disagreement {
  readonly text: string;
  readonly spot: Spot;
}

export function disagreements({ lockfile, manifests }: Project): readonly Disagreement[] {
  const importers = new Map(lockfile.importers.map((importer) => [importer.path, importer]));
  const overridden = new Set(manifests.flatMap((manifest) => [...manifest.overridden]));
  return manifests.flatMap((manifest) => {
    const importer = importers.get(manifest.path);
    return importer ? compare(manifest, importer, overridden, lockfile.keepsRanges) : [];
  });
}

function compare(
  manifest: Manifest,
  importer: Importer,
  overridden: ReadonlySet<string>,
  keepsRanges: boolean,
): readonly Disagreement[] {
  const file = manifest.source.file;
  const locked = new Map(importer.requirements.map((requirement) => [requirement.name, requirement]));
  const asked = new Set(manifest.requirements.map(({ name }) => name));
  const missing = manifest.requirements.flatMap(({ name, range, kind, spot }): readonly Disagreement[] => {
    if (kind === "peer" || overridden.has(name)) return [];
    const found = locked.get(name);
    const isPinned = found?.range !== undefined || (!keepsRanges && found?.key !== undefined);
    if (!isPinned && !(isLocal(range) && !keepsRanges)) {
      return kind === "optional" ? [] : [{ text: `${file} requires ${name}, which the lockfile does not pin`, spot }];
    }
    if (found?.range === undefined || found.range === range || isLocal(range)) return [];
    return [{ text: `${file} requires ${name} ${range}, and the lockfile was written for ${found.range}`, spot }];
  });
  const left = importer.requirements
    .filter(({ name, kind }) => kind !== "peer" && !asked.has(name))
    .map(({ name, spot }) => ({ text: `the lockfile pins ${name}, which ${file} does not require any more`, spot }));
  return [...missing, ...left];
}

function isLocal(range: string): boolean {
  return /^(?:workspace|link|file|portal):/.test(range);
}
