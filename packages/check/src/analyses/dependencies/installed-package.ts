/** What lies in node_modules of a package, for what its lockfile does not say: its licence and its install scripts. */
import { dirname, join } from "node:path/posix";
import { rawAt, rawText } from "../../source/raw-node.ts";
import { readJson } from "../../source/read-json.ts";
import { SourceText } from "../../source/source-text.ts";
import type { FileReader } from "../../readers/reading.ts";
import type { LockedPackage, Lockfile } from "./lockfiles/lockfile.ts";

export interface InstalledPackage {
  readonly licence?: string;
  readonly hasInstallScript: boolean;
}

const SCRIPTS = ["preinstall", "install", "postinstall"] as const;

/** Undefined where it is not installed, or in another version. */
export function readInstalled(
  { key, name, version }: LockedPackage,
  lockfile: Lockfile,
  files: FileReader,
): InstalledPackage | undefined {
  const folder = dirname(lockfile.file);
  const places =
    lockfile.kind === "npm"
      ? [key]
      : [`node_modules/.pnpm/${name.replace("/", "+")}@${version}/node_modules/${name}`, `node_modules/${name}`];
  for (const place of places) {
    const file = join(folder, place, "package.json");
    const text = files.read(file);
    if (text === undefined) continue;
    const { root } = readJson(new SourceText(file, text));
    if (rawText(rawAt(root, "version")) !== version) continue;
    const licence = rawText(rawAt(root, "license")) ?? rawText(rawAt(root, "license", "type"));
    return {
      hasInstallScript: SCRIPTS.some((script) => rawAt(root, "scripts", script) !== undefined),
      ...(licence === undefined ? {} : { licence }),
    };
  }
  return undefined;
}
