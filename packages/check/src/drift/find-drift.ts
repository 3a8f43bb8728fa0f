/** `ward check drift` as a function: templates and what runs in, findings out. Files are read here; nothing is written. */
import { readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { DiskFiles, findFiles, mayBeTemplate } from "../input/disk-files.ts";
import { readUnit, readUnits, type Unit } from "../readers/read-unit.ts";
import type { ReadOptions } from "../readers/reading.ts";
import { SourceText } from "../source/source-text.ts";
import { checkPlan } from "./check-plan.ts";
import { checkSnapshot, type DriftResult } from "./check-drift.ts";

export interface DriftRequest {
  /** Templates, relative to `cwd`. */
  readonly targets: readonly string[];
  readonly cwd: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly region?: string;
  /** Plans of Terraform as JSON. */
  readonly plans: readonly string[];
  /** Files of what runs, or folders of them. */
  readonly snapshots: readonly string[];
}

const SNAPSHOT_MAX_BYTES = 256 * 2 ** 20;

/** Throws what the file system throws where a file that was named is not there. */
export async function findDrift(request: DriftRequest): Promise<DriftResult> {
  const results: DriftResult[] = [];
  for (const plan of request.plans) results.push(await driftOfPlan(plan, request));
  if (request.snapshots.length > 0) {
    const sources = request.snapshots.flatMap((path) => sourcesAt(path, request.cwd));
    const named = new Set(sources.map(({ file }) => file));
    const units = (await templatesOf(request)).filter(({ file }) => !named.has(file));
    results.push(await checkSnapshot(units, sources));
  }
  return {
    units: results.flatMap(({ units }) => units),
    problems: results.flatMap(({ problems }) => problems),
    facts: [...new Set(results.flatMap(({ facts }) => facts))],
  };
}

async function driftOfPlan(path: string, request: DriftRequest): Promise<DriftResult> {
  const [source] = sourcesAt(path, request.cwd);
  const problem = (message: string): DriftResult => ({
    units: [],
    problems: [{ position: { file: path, line: 1, column: 1 }, message }],
    facts: [],
  });
  if (!source) return problem("it can't be read as text");
  const unit = await readUnit(source.file, source.text, optionsOf(request, dirname(path)));
  const result = unit?.format === "terraform-plan" ? await checkPlan(unit, source) : undefined;
  return result ?? problem("it is no plan of Terraform; make one with: terraform show -json plan.tfplan > plan.json");
}

async function templatesOf(request: DriftRequest): Promise<readonly Unit[]> {
  const units: Unit[] = [];
  for (const target of request.targets) {
    const isFile = statSync(resolve(request.cwd, target)).isFile();
    const paths = findFiles(request.cwd, target);
    const options = optionsOf(request, isFile ? dirname(target) : target);
    units.push(...(await readUnits(isFile ? paths : paths.filter(mayBeTemplate), options)));
  }
  return units.filter(({ format }) => format !== "kubernetes" && format !== "ward" && format !== "sources");
}

function optionsOf({ cwd, parameters = {}, region }: DriftRequest, root: string): ReadOptions {
  return { parameters, files: new DiskFiles(cwd, root), ...(region === undefined ? {} : { region }) };
}

function sourcesAt(path: string, cwd: string): readonly SourceText[] {
  const absolute = resolve(cwd, path);
  if (statSync(absolute).isDirectory()) {
    return findFiles(cwd, path)
      .filter((file) => file.endsWith(".json"))
      .flatMap((file) => sourcesAt(relative(cwd, resolve(cwd, file)), cwd));
  }
  if (statSync(absolute).size > SNAPSHOT_MAX_BYTES) return [];
  return [new SourceText(join(path).replaceAll("\\", "/"), readFileSync(absolute, "utf8"))];
}
