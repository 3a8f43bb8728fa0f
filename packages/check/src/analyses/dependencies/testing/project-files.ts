/** Projects in memory for tests: the same small project under every package manager, and a run of the analysis over files. */
import { readFileSync } from "node:fs";
import { dirname } from "node:path/posix";
import { readUnits } from "../../../readers/read-unit.ts";
import type { FileReader } from "../../../readers/reading.ts";
import type { AnalysisOptions, AnalysisResult } from "../../analysis.ts";
import { analysis } from "../dependencies.ts";

export type Files = Readonly<Record<string, string>>;

/** The lockfiles that each package manager itself wrote for `PROJECT`, with the registry's name changed. */
export const LOCKFILES = [
  ["npm 1", "package-lock.json", "npm-1"],
  ["npm 2", "package-lock.json", "npm-2"],
  ["npm 3", "package-lock.json", "npm-3"],
  ["pnpm 5", "pnpm-lock.yaml", "pnpm-5"],
  ["pnpm 6", "pnpm-lock.yaml", "pnpm-6"],
  ["pnpm 9", "pnpm-lock.yaml", "pnpm-9"],
  ["Yarn 1", "yarn.lock", "yarn-1"],
  ["Yarn 4", "yarn.lock", "yarn-4"],
  ["bun", "bun.lock", "bun-1"],
] as const;

export function lockfileText(fixture: string): string {
  return readFileSync(new URL(`./lockfiles/${fixture}.txt`, import.meta.url), "utf8");
}

export function projectWith(lockfile: string, fixture: string): Files {
  const hasWorkspaceRanges = /^(?:pnpm|yarn-4|bun)/.test(fixture);
  return {
    [lockfile]: lockfileText(fixture),
    "package.json": JSON.stringify({
      name: "clinic",
      version: "1.0.0",
      workspaces: ["packages/*"],
      dependencies: { "is-odd": "^3.0.1", num: "npm:is-number@7.0.0", web: hasWorkspaceRanges ? "workspace:*" : "*" },
      devDependencies: { "@types/ms": "2.1.0", "left-pad": "1.3.0" },
      optionalDependencies: { fsevents: "2.3.3" },
    }),
    "packages/web/package.json": '{ "name": "web", "version": "1.0.0", "dependencies": { "debug": "4.3.4" } }',
  };
}

export function inMemory(files: Files): FileReader {
  return {
    read: (path) => (Object.hasOwn(files, path) ? files[path] : undefined),
    list: (folder) => Object.keys(files).filter((path) => dirname(path) === folder),
  };
}

export async function analyzeFiles(
  files: Files,
  options: Omit<AnalysisOptions, "now"> = {},
  cwd = "/",
): Promise<AnalysisResult> {
  const reader = inMemory(files);
  const paths = Object.keys(files).toSorted();
  const templates = paths.filter((path) => /template\.yaml$|^ward\.config\.ts$/.test(path));
  return await analysis.run({
    cwd,
    root: ".",
    files: reader,
    paths,
    units: await readUnits(templates, { parameters: {}, files: reader }),
    options: { ...options, now: new Date("2027-01-31T00:00:00Z") },
  });
}

/** `rule name: because` of every finding of a kind. */
export function saidBy({ units }: AnalysisResult, kind = "fail"): readonly string[] {
  return units.flatMap(({ findings }) =>
    findings.filter((one) => one.kind === kind).map((one) => `${one.rule.id} ${one.resource.name}: ${one.because}`),
  );
}

/** An npm lockfile of version 3 with these entries, and the package.json that it is for. */
export function npmProject(
  packages: Readonly<Record<string, object>>,
  dependencies: Readonly<Record<string, string>>,
  more: Files = {},
): Files {
  const root = { name: "clinic", version: "1.0.0", dependencies };
  return {
    "package.json": JSON.stringify(root),
    "package-lock.json": JSON.stringify({ lockfileVersion: 3, packages: { "": root, ...packages } }, undefined, 2),
    ...more,
  };
}
