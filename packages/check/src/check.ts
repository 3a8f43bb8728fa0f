/** One run of `ward check`: from paths to findings. Nothing is written and nothing is asked of the network. */
import { statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type {
  Analysis,
  AnalysisInput,
  AnalysisOptions,
  AnalysisResult,
  InputProblem,
  JudgedUnit,
} from "./analyses/analysis.ts";
import { loadAnalyses } from "./analyses/catalog.ts";
import type { Patch } from "./analyses/patch.ts";
import { DiskFiles, findFiles, mayBeTemplate } from "./input/disk-files.ts";
import type { Fact } from "./judge/fact.ts";
import { judge } from "./judge/judge.ts";
import { readUnit, readUnits, type Unit } from "./readers/read-unit.ts";
import type { FileReader, ReadOptions } from "./readers/reading.ts";
import { writtenResidency } from "./readers/residency/written-residency.ts";
import { loadRules } from "./rules/catalog.ts";
import { positionOf } from "./source/source-text.ts";

export interface CheckOptions {
  /** Files and folders, relative to `cwd`. */
  readonly targets: readonly string[];
  readonly cwd: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly region?: string;
  /** Countries and regions where data may live; by default what the ward.config.ts of each target says. */
  readonly residency?: readonly string[];
  /** The moment that things expire by; by default this one. */
  readonly now?: Date;
  readonly analysis?: Omit<AnalysisOptions, "now">;
  /** Instead of the templates alone: what runs beside them. Files of what runs, or folders of them. */
  readonly drift?: { readonly plans: readonly string[]; readonly snapshots: readonly string[] };
}

export interface CheckResult {
  readonly units: readonly JudgedUnit[];
  readonly problems: readonly InputProblem[];
  /** The facts that were asked about. */
  readonly facts: readonly Fact[];
  /** The bill of materials, where one was asked for. */
  readonly sbom?: string;
  /** Changes that mend findings, where they were asked for. */
  readonly patches?: readonly Patch[];
  /** Through what each template was read, for who looks at the code beside it. */
  readonly files?: ReadonlyMap<Unit, FileReader>;
}

export async function check(given: CheckOptions): Promise<CheckResult> {
  if (given.drift) return await (await import("./drift/find-drift.ts")).findDrift({ ...given, ...given.drift });
  const results: CheckResult[] = [];
  for (const target of given.targets) results.push(await checkTarget(target, given));
  return {
    units: results.flatMap(({ units }) => units),
    problems: results.flatMap(({ problems }) => problems),
    facts: [...new Set(results.flatMap(({ facts }) => facts))],
    patches: results.flatMap(({ patches = [] }) => patches),
    files: new Map(results.flatMap(({ files }) => [...(files ?? [])])),
    ...firstSbom(results),
  };
}

async function checkTarget(
  target: string,
  { cwd, parameters = {}, region, residency, now = new Date(), analysis }: CheckOptions,
): Promise<CheckResult> {
  const isFile = statSync(resolve(cwd, target)).isFile();
  const root = isFile ? dirname(target) : target;
  const files = new DiskFiles(cwd, root);
  const mayLive = residency ?? writtenResidency(files.read(join(root, "ward.config.ts")));
  const options: ReadOptions = {
    parameters,
    files,
    ...(region === undefined ? {} : { region }),
    ...(mayLive === undefined ? {} : { residency: mayLive }),
  };
  const paths = findFiles(cwd, target);
  const units = await readUnits(isFile ? paths : paths.filter(mayBeTemplate), options);
  return await analyze(await judgeUnits(units), { cwd, root, files, paths, units, options: { ...analysis, now } });
}

/** What breaks while it looks at an input is said, and the rest is judged. */
async function attempt(analysis: Analysis & { readonly id: string }, input: AnalysisInput): Promise<AnalysisResult> {
  try {
    return await analysis.run(input);
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : "it threw";
    const message = `the analysis of ${analysis.id} broke, so it judged nothing: ${why}`;
    return { units: [], problems: [{ position: { file: input.root, line: 1, column: 1 }, message }] };
  }
}

/** Adds what the analyses find; a unit keeps its place, those of the analyses follow. */
async function analyze(judged: CheckResult, input: AnalysisInput): Promise<CheckResult> {
  const analyses = await loadAnalyses(input);
  const units = new Map(judged.units.map((one) => [one.unit, one]));
  const problems = [...judged.problems];
  const results: AnalysisResult[] = [];
  for (const analysis of analyses) {
    const found = await attempt(analysis, input);
    results.push(found);
    problems.push(...(found.problems ?? []));
    for (const { unit, findings } of found.units) {
      units.set(unit, { unit, findings: [...(units.get(unit)?.findings ?? []), ...findings] });
    }
  }
  return {
    units: [...units.values()],
    problems,
    facts: [...judged.facts, ...analyses.flatMap(({ facts }) => facts)],
    patches: results.flatMap(({ patches = [] }) => patches),
    files: new Map(input.units.map((unit) => [unit, input.files])),
    ...firstSbom(results),
  };
}

function firstSbom(results: readonly { readonly sbom?: string }[]): { readonly sbom?: string } {
  const sbom = results.find((result) => result.sbom !== undefined)?.sbom;
  return sbom === undefined ? {} : { sbom };
}

/** A text alone, as a test or an editor has it. Nested files are not read. */
export async function checkText(
  file: string,
  text: string,
  { parameters = {}, region, residency }: Pick<CheckOptions, "parameters" | "region" | "residency"> = {},
): Promise<CheckResult> {
  const files = { read: () => undefined, list: () => [] };
  const unit = await readUnit(file, text, {
    parameters,
    files,
    ...(region === undefined ? {} : { region }),
    ...(residency === undefined ? {} : { residency }),
  });
  return await judgeUnits(unit ? [unit] : []);
}

/** Files that lie in memory, as a test has them. Analyses are not run. */
export async function checkFiles(paths: readonly string[], files: FileReader): Promise<CheckResult> {
  return await judgeUnits(await readUnits(paths, { parameters: {}, files }));
}

async function judgeUnits(units: readonly Unit[]): Promise<CheckResult> {
  const types = new Set(units.flatMap(({ graph }) => graph.resources.map(({ type }) => type)));
  const rules = await loadRules(types);
  return {
    units: units.map((unit) => ({ unit, findings: judge(unit.graph, rules) })),
    problems: units.flatMap(({ graph }) =>
      graph.problems.map(({ spot, message }) => ({ position: positionOf(spot), message })),
    ),
    facts: rules,
  };
}
