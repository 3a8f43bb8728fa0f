/** `ward check` as a function: options in, text and exit code out. Files are read here; nothing is written. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { InputProblem } from "./analyses/analysis.ts";
import type { Patch } from "./analyses/patch.ts";
import { check, type CheckOptions, type CheckResult } from "./check.ts";
import { FRAMEWORK_IDS, loadFramework } from "./frameworks/catalog.ts";
import type { Framework } from "./frameworks/framework.ts";
import type { Fact } from "./judge/fact.ts";
import { formatReport, type Format } from "./report/formats.ts";
import type { Demand } from "./report/outcome.ts";
import { makeReport, type Report } from "./report/report.ts";
import type { TextOptions } from "./report/text-report.ts";
import { loadAllFacts } from "./all-facts.ts";
import type { Position } from "./source/source-text.ts";
import type { GraphFormat } from "./topology/graph-formats.ts";
import { applyWaivers, type WaiverUse } from "./waivers/apply-waivers.ts";
import { readBaseline, writeBaseline, type Baseline } from "./waivers/baseline.ts";
import { readInlineWaivers, readRegister } from "./waivers/read-waivers.ts";
import type { Waiver } from "./waivers/waiver.ts";

export interface RunOptions extends CheckOptions, Demand {
  readonly format: Format;
  readonly frameworks: readonly string[];
  readonly waiversFile?: string;
  readonly baselineFile?: string;
  readonly now: Date;
  readonly text: TextOptions;
  /** A map of what was checked, in place of the report. */
  readonly graph?: GraphFormat;
}

export interface RunOutcome {
  readonly output: string;
  readonly exitCode: 0 | 1 | 2;
  readonly report: Report;
  /** The failures of this run as a baseline, for who wants to adopt it. */
  readonly baseline: string;
  /** The bill of materials, where one was asked for and there is a lockfile. */
  readonly sbom?: string;
  /** Changes that mend what is not waived, one a file, where they were asked for. */
  readonly patches: readonly Patch[];
}

/** A mistake in how the check was called; the message is for people. */
export class CheckUsageError extends Error {}

const REGISTER = "compliance/waivers.yaml";

export async function runCheck(options: RunOptions): Promise<RunOutcome> {
  const frameworks = await loadFrameworks(options.frameworks);
  const baseline = options.baselineFile === undefined ? undefined : loadBaseline(options.cwd, options.baselineFile);
  const result = await checkTargets(options);
  const { waivers, problems } = collectWaivers(result, options);
  const { judged, uses: all } = waive(result, waivers, options.now);
  // Of drift only what fails in the account is asked: a waiver that nothing needs there may well be needed elsewhere.
  const uses = options.drift ? all.filter(({ failures }) => failures > 0) : all;
  const report = makeReport({
    result: judged,
    frameworks,
    uses,
    problems: [...result.problems, ...problems, ...(await misnamed(uses, result))],
    demand: options,
    now: options.now,
    ...(baseline ? { baseline } : {}),
  });
  return {
    output: options.graph
      ? await (await import("./topology/formats.ts")).drawGraph({ ...judged, report }, options.graph)
      : await formatReport(report, options.format, options.text),
    exitCode: report.outcome.exitCode,
    report,
    baseline: writeBaseline(judged.units.flatMap(({ findings }) => findings)),
    ...(result.sbom === undefined ? {} : { sbom: result.sbom }),
    patches: await patchesOf(result.patches ?? [], judged),
  };
}

async function patchesOf(patches: readonly Patch[], { units }: CheckResult): Promise<readonly Patch[]> {
  if (patches.length === 0) return [];
  const waived = new Set(
    units.flatMap(({ findings }) =>
      findings.flatMap(({ rule, resource, waiver }) => (waiver ? [`${rule.id} ${resource.id}`] : [])),
    ),
  );
  const { mergePatches } = await import("./analyses/patch.ts");
  return mergePatches(patches.filter(({ mends }) => !mends || !waived.has(`${mends.rule} ${mends.resource}`)));
}

async function loadFrameworks(ids: readonly string[]): Promise<readonly Framework[]> {
  return await Promise.all(
    ids.map(async (id) => {
      const framework = await loadFramework(id);
      if (!framework) throw new CheckUsageError(`There is no framework ${id}. Use one of ${FRAMEWORK_IDS.join(", ")}.`);
      return framework;
    }),
  );
}

async function checkTargets(options: RunOptions): Promise<CheckResult> {
  let result: CheckResult;
  try {
    result = await check(options);
  } catch (thrown) {
    const { code, path } = thrown as { code?: unknown; path?: unknown };
    if (code === "ENOENT" && typeof path === "string") throw new CheckUsageError(`There is no file or folder ${path}.`);
    throw thrown;
  }
  if (result.units.length === 0 && !(options.drift && result.problems.length > 0)) {
    throw new CheckUsageError(
      `Nothing to check in ${options.targets.join(", ")}: no CloudFormation, SAM, CDK output, Terraform, serverless.yml, Kubernetes manifest, Ward app, lockfile or source was found.`,
    );
  }
  return result;
}

function loadBaseline(cwd: string, file: string): Baseline {
  const text = readIfThere(resolve(cwd, file));
  if (text === undefined)
    throw new CheckUsageError(`The baseline ${file} can't be read. Write one with --write-baseline.`);
  const baseline = readBaseline(text);
  if (!baseline) throw new CheckUsageError(`${file} is no baseline. Write one with --write-baseline.`);
  return baseline;
}

function collectWaivers(
  result: CheckResult,
  { cwd, targets, waiversFile }: RunOptions,
): { readonly waivers: readonly Waiver[]; readonly problems: readonly InputProblem[] } {
  const registers =
    waiversFile === undefined ? [...new Set([".", ...targets].map((target) => join(target, REGISTER)))] : [waiversFile];
  const read = registers.flatMap((file) => {
    const text = readIfThere(resolve(cwd, file));
    if (text === undefined && waiversFile !== undefined)
      throw new CheckUsageError(`The waivers ${file} can't be read.`);
    return text === undefined ? [] : [readRegister(file, text)];
  });
  const inline = result.units.map(readInlineWaivers);
  const both = [...read, ...inline];
  return { waivers: both.flatMap(({ waivers }) => waivers), problems: both.flatMap(({ problems }) => problems) };
}

/** Waivers of rules that there are not: a slip of the pen would otherwise look like a waiver that nothing fails by. */
async function misnamed(uses: readonly WaiverUse[], result: CheckResult): Promise<readonly InputProblem[]> {
  const unused = uses.filter(({ state, waiver }) => state === "unused" && !isRule(waiver.rule, result.facts));
  if (unused.length === 0) return [];
  const facts = await loadAllFacts();
  return unused
    .filter(({ waiver }) => !isRule(waiver.rule, facts))
    .map(({ waiver }) => ({
      position: placeOf(waiver.source),
      message: `there is no rule ${waiver.rule.slice(0, 80)} to waive; \`ward check rules\` lists them`,
    }));
}

function isRule(id: string, facts: readonly Fact[]): boolean {
  return facts.some((fact) => fact.id === id);
}

function placeOf(source: string): Position {
  const colon = source.lastIndexOf(":");
  return { file: source.slice(0, colon), line: Number(source.slice(colon + 1)), column: 1 };
}

function waive(result: CheckResult, waivers: readonly Waiver[], now: Date) {
  const sizes = result.units.map(({ findings }) => findings.length);
  const { findings, uses } = applyWaivers(
    result.units.flatMap((unit) => unit.findings),
    waivers,
    now,
  );
  let from = 0;
  const units = result.units.map(({ unit }, index) => {
    const until = from + (sizes[index] ?? 0);
    const own = findings.slice(from, until);
    from = until;
    return { unit, findings: own };
  });
  return { judged: { ...result, units }, uses };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
