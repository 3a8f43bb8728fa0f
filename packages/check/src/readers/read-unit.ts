/** One input file (or, for Terraform, one folder) as a graph. Which format it is shows in its text, not in its name alone. */
import { Graph } from "../graph/graph.ts";
import { dirname, join } from "node:path/posix";
import { parseText } from "../source/parse-text.ts";
import { rawEntry, type RawNode } from "../source/raw-node.ts";
import { SourceText, type SourceProblem } from "../source/source-text.ts";
import { looksLikeTemplate, readTemplate } from "./cloudformation/read-template.ts";
import type { Assembly, Reading, ReadOptions } from "./reading.ts";
import { TERRAFORM_FILE } from "./terraform/terraform-file.ts";
import { namedRegions } from "./residency/named-regions.ts";

/** What is judged as one: a stack with its nested stacks, a root module with its modules. */
export interface Unit {
  readonly file: string;
  readonly format: UnitFormat;
  readonly graph: Graph;
}

export type UnitFormat =
  "cloudformation" | "terraform" | "terraform-plan" | "serverless" | "kubernetes" | "ward" | "sources" | "account";

/** Every unit among the files, in their order. */
export async function readUnits(paths: readonly string[], options: ReadOptions): Promise<readonly Unit[]> {
  const units: Unit[] = [];
  const terraform = new Map<string, SourceText[]>();
  const assemblies = await assembliesAmong(paths, options);
  for (const path of paths) {
    const assembly = assemblies.get(dirname(path));
    if (assembly?.isNested(path) === true) continue;
    const text = options.files.read(path);
    if (text === undefined) continue;
    if (TERRAFORM_FILE.test(path)) {
      const folder = dirname(path);
      terraform.set(folder, [...(terraform.get(folder) ?? []), new SourceText(path, text)]);
    } else if (APP_CONFIG.test(path)) units.push(await readWardApp(path, options));
    else {
      const unit = await readUnit(path, text, assembly ? withAssembly(path, assembly, options) : options);
      if (unit) units.push(unit);
    }
  }
  const called = calledModules(terraform);
  for (const [folder, files] of terraform) {
    // A module that another one calls is read there, with what it is given.
    const unit = called.has(folder) ? undefined : await readTf(files, folder, options);
    if (unit) units.push(unit);
  }
  return units;
}

async function assembliesAmong(
  paths: readonly string[],
  { files }: ReadOptions,
): Promise<ReadonlyMap<string, Assembly>> {
  if (!paths.some((path) => path.endsWith("manifest.json"))) return new Map();
  return (await import("./cdk/read-assembly.ts")).readAssemblies(paths, files);
}

/** A region that was given for the run goes before the one that the app was synthesized for. */
function withAssembly(path: string, assembly: Assembly, options: ReadOptions): ReadOptions {
  const region = options.region ?? assembly.regionOf(path);
  return { ...options, assembly, ...(region === undefined ? {} : { region }) };
}

function calledModules(folders: ReadonlyMap<string, readonly SourceText[]>): ReadonlySet<string> {
  const called = new Set<string>();
  for (const [folder, files] of folders) {
    for (const { text } of files) {
      for (const [, source = ""] of text.matchAll(/(?:^\s*source\s*=|"source"\s*:)\s*"(\.\.?(?:\/[^"]*)?)"/gm)) {
        const target = join(folder, source).replace(/\/$/, "");
        if (target !== folder) called.add(target);
      }
    }
  }
  return called;
}

/** Undefined where the file is none of the formats: most files of a repository are not. */
export async function readUnit(file: string, text: string, options: ReadOptions): Promise<Unit | undefined> {
  if (TERRAFORM_FILE.test(file)) return await readTf([new SourceText(file, text)], dirname(file), options);
  if (!mayBeTemplate(text)) return undefined;
  const isMeant = isMeantAsInput(file, text);
  // A chart's manifests are no YAML before Helm has filled them in.
  if (!isMeant && HELM_ACTION.test(text)) return undefined;
  const documents = parseText(file, text);
  const readings: Reading[] = [];
  const problems: SourceProblem[] = [];
  let format: UnitFormat = "cloudformation";
  for (const { root, source, problems: found } of documents) {
    problems.push(...found);
    if (!root) continue;
    if (looksLikePlan(root)) {
      format = "terraform-plan";
      readings.push((await import("./terraform/read-plan.ts")).readPlan(source, root));
    } else if (looksLikeServerless(file, root)) {
      format = "serverless";
      const { readServerless } = await import("./serverless/read-serverless.ts");
      readings.push(await readServerless(source, root, options));
    } else if (isManifest(root)) {
      format = "kubernetes";
      readings.push((await import("./kubernetes/read-manifest.ts")).readManifest(source, root));
    } else if (looksLikeTemplate(root)) readings.push(await readTemplate(source, root, options));
  }
  if (readings.length === 0 && (problems.length === 0 || !isMeant)) return undefined;
  return { file, format, graph: graphOf(readings, problems, options) };
}

/** A Ward app: its configuration, with the functions, policies and agreements beside it. */
async function readWardApp(file: string, options: ReadOptions): Promise<Unit> {
  const { resources, problems } = await (await import("./ward/read-app.ts")).readApp(file, options.files);
  return { file, format: "ward", graph: new Graph({ resources, problems }) };
}

/** The .tf files of one folder are one root module, or a part of one. */
async function readTf(files: readonly SourceText[], folder: string, options: ReadOptions): Promise<Unit | undefined> {
  const { readTerraform } = await import("./terraform/read-terraform.ts");
  const reading = readTerraform(files, folder === "." ? "" : folder, options);
  const region = reading.region ?? options.region;
  const [first] = files;
  if (!first || (reading.resources.length === 0 && reading.problems.length === 0)) return undefined;
  const file = files.length === 1 ? first.file : `${folder}/*.tf`;
  return {
    file,
    format: "terraform",
    graph: graphOf([reading], [], { ...options, ...(region === undefined ? {} : { region }) }),
  };
}

const APP_CONFIG = /(^|\/)ward\.config\.ts$/;

function looksLikePlan(root: RawNode): boolean {
  return rawEntry(root, "planned_values") !== undefined && rawEntry(root, "terraform_version") !== undefined;
}

function looksLikeServerless(file: string, root: RawNode): boolean {
  if (/(^|\/)serverless[\w.-]*\.ya?ml$/.test(file)) return rawEntry(root, "provider") !== undefined;
  return rawEntry(root, "service") !== undefined && rawEntry(root, "provider") !== undefined;
}

function isManifest(root: RawNode): boolean {
  return rawEntry(root, "apiVersion") !== undefined && rawEntry(root, "kind") !== undefined;
}

/** A cheap look before parsing: a template says one of these somewhere. */
function mayBeTemplate(text: string): boolean {
  return /\bResources\b|AWSTemplateFormatVersion|"planned_values"|^provider:|^functions:|^apiVersion:|"apiVersion"/m.test(
    text,
  );
}

const HELM_ACTION = /^\s*\{\{-?\s/m;

/** Whether a file that cannot be parsed is worth a word: what only mentions a template's words is somebody else's. */
function isMeantAsInput(file: string, text: string): boolean {
  return (
    /(^|\/)serverless[\w.-]*\.ya?ml$/.test(file) ||
    /AWSTemplateFormatVersion|"planned_values"|^[\s{]*["']?Resources["']?\s*:/m.test(text) ||
    (/^apiVersion:/m.test(text) && !HELM_ACTION.test(text))
  );
}

function graphOf(readings: readonly Reading[], problems: readonly SourceProblem[], options: ReadOptions): Graph {
  const resources = readings.flatMap((reading) => reading.resources);
  return new Graph({
    resources: [...resources, ...namedRegions(resources, options)],
    problems: [...problems, ...readings.flatMap((reading) => reading.problems)],
    ...(options.region === undefined ? {} : { region: options.region }),
  });
}
