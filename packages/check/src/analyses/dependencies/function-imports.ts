/**
 * The packages that functions take in: what the modules of each handler import, followed from its entry as Node and bundlers
 * do. Code that belongs to no function is looked at by its text.
 */
import { dirname, join } from "node:path/posix";
import { codeProjectOf } from "../../code/code-project.ts";
import type { CodeRequest } from "../../code/contract.ts";
import { handlerOf } from "../../code/handler-of.ts";
import { functionFiles } from "../../readers/ward/read-app.ts";
import type { AnalysisInput } from "../analysis.ts";
import type { Lockfile } from "./lockfiles/lockfile.ts";
import type { ImportedPackages, PackageImport } from "./package-reach.ts";
import { scanImports } from "./scan-imports.ts";

export interface FunctionImports {
  /** Entries of the functions that were found. */
  readonly entries: readonly string[];
  readonly imports: readonly PackageImport[];
  /** Every function was found, and nothing that it imports is chosen at run time. */
  readonly isWhole: boolean;
}

export async function importsOfFunctions({ units, files }: AnalysisInput): Promise<FunctionImports> {
  const requests: CodeRequest[] = [];
  let isWhole = true;
  for (const { file, format, graph } of units) {
    if (format === "ward") {
      for (const entry of functionFiles(dirname(file), files)) {
        requests.push({ entry: { file: entry, export: "default", member: ["handle"] } });
      }
    }
    for (const fn of graph.resources.filter(({ type }) => type === "AWS::Lambda::Function")) {
      const place = handlerOf(fn, graph, files);
      if (place.found) requests.push(place.request);
      else isWhole = false;
    }
  }
  if (requests.length === 0) return { entries: [], imports: [], isWhole };
  const project = await codeProjectOf(files);
  const found = new Map<string, PackageImport>();
  for (const request of requests) {
    const { imports, gaps } = project.analyze(request);
    if (gaps.some(({ kind }) => kind === "dynamic" || kind === "module")) isWhole = false;
    for (const { kind, target, spot } of imports) {
      if (kind === "package") found.set(`${spot.source.file} ${target}`, { name: target, spot });
    }
  }
  return { entries: requests.map(({ entry }) => entry.file), imports: [...found.values()], isWhole };
}

/** What counts for the packages of one lockfile: its functions, and all other code of workspaces that have none. */
export function importedUnder(
  { file, importers }: Lockfile,
  functions: FunctionImports,
  input: AnalysisInput,
): ImportedPackages {
  const folders = importers
    .map(({ path }) => join(dirname(file), path))
    .toSorted((one, other) => other.length - one.length);
  const homeOf = (path: string) => folders.find((folder) => folder === "." || path.startsWith(`${folder}/`));
  const homes = new Set(functions.entries.map(homeOf));
  homes.delete(undefined);
  const rest = input.paths.filter((path) => {
    const home = homeOf(path);
    return home !== undefined && !homes.has(home);
  });
  const scanned = scanImports(rest, input.files, input);
  if (homes.size === 0) return { ...scanned, isWhole: scanned.isWhole && functions.isWhole };
  const count = `${functions.entries.length} ${functions.entries.length === 1 ? "function" : "functions"}`;
  return {
    imports: [...functions.imports, ...scanned.imports],
    scope: scanned.isWhole ? `${count} and ${scanned.scope}` : count,
    isWhole: functions.isWhole,
  };
}
