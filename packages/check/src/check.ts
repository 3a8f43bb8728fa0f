/** One run of `ward check`: from paths to findings. Nothing is written and nothing is asked of the network. */
import { statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { DiskFiles, findInputs } from "./input/disk-files.ts";
import type { Finding } from "./judge/finding.ts";
import { judge } from "./judge/judge.ts";
import { readUnit, readUnits, type Unit } from "./readers/read-unit.ts";
import type { ReadOptions } from "./readers/reading.ts";
import { writtenResidency } from "./readers/residency/written-residency.ts";
import { loadRules } from "./rules/catalog.ts";
import type { Rule } from "./rules/rule.ts";
import { positionOf, type Position } from "./source/source-text.ts";

export interface CheckOptions {
  /** Files and folders, relative to `cwd`. */
  readonly targets: readonly string[];
  readonly cwd: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly region?: string;
  /** Countries and regions where data may live; by default what the ward.config.ts of each target says. */
  readonly residency?: readonly string[];
}

export interface JudgedUnit {
  readonly unit: Unit;
  readonly findings: readonly Finding[];
}

export interface InputProblem {
  readonly position: Position;
  readonly message: string;
}

export interface CheckResult {
  readonly units: readonly JudgedUnit[];
  readonly problems: readonly InputProblem[];
  /** The rules that were asked. */
  readonly rules: readonly Rule[];
}

export async function check({ targets, cwd, parameters = {}, region, residency }: CheckOptions): Promise<CheckResult> {
  const units: Unit[] = [];
  for (const target of targets) {
    const root = statSync(resolve(cwd, target)).isFile() ? dirname(target) : target;
    const files = new DiskFiles(cwd, root);
    const mayLive = residency ?? writtenResidency(files.read(join(root, "ward.config.ts")));
    const options: ReadOptions = {
      parameters,
      files,
      ...(region === undefined ? {} : { region }),
      ...(mayLive === undefined ? {} : { residency: mayLive }),
    };
    units.push(...(await readUnits(findInputs(cwd, target), options)));
  }
  return await judgeUnits(units);
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

async function judgeUnits(units: readonly Unit[]): Promise<CheckResult> {
  const types = new Set(units.flatMap(({ graph }) => graph.resources.map(({ type }) => type)));
  const rules = await loadRules(types);
  return {
    units: units.map((unit) => ({ unit, findings: judge(unit.graph, rules) })),
    problems: units.flatMap(({ graph }) =>
      graph.problems.map(({ spot, message }) => ({ position: positionOf(spot), message })),
    ),
    rules,
  };
}
