/**
 * `npm run conformance -- check <file.jsonl | folder> …`: scores labelled cases by intent, and runs folders of templates
 * for crashes, time and findings. Which of our rules an author's rule means is in conformance/check/mapping; a label that
 * we disagree with is explained, one by one, in conformance/check/disagreements.json.
 */
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { check, checkText } from "../src/check.ts";
import { printScore, scoreCases, type LabelledCase, type Mapping } from "./score-cases.ts";

const HOME = new URL("../../../conformance/check/", import.meta.url);
const [, , ...args] = process.argv;
const targets = args.filter((arg) => !arg.startsWith("--"));
const verbose = args.includes("--verbose");
const only = args.find((arg) => arg.startsWith("--only="))?.slice("--only=".length);

if (targets.length === 0) {
  console.error("usage: npm run conformance -- check <file.jsonl | folder> … [--verbose] [--only=RULE]");
  process.exit(2);
}
const labelled = targets.flatMap(jsonlFiles);
const folders = targets.filter((target) => statSync(target).isDirectory() && jsonlFiles(target).length === 0);
if (labelled.length > 0) await scoreLabelled(labelled);
for (const folder of folders.concat(targets.flatMap(templateFolders))) await runFolder(folder);

async function scoreLabelled(files: readonly string[]): Promise<void> {
  const mapping = Object.assign({}, ...readJsonFiles(new URL("mapping/", HOME))) as Mapping;
  const disagreements = JSON.parse(readFileSync(new URL("disagreements.json", HOME), "utf8")) as Record<string, string>;
  for (const file of files) {
    const cases = readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line) => JSON.parse(line) as LabelledCase)
      .filter(({ rule }) => only === undefined || rule === only);
    const started = performance.now();
    const score = await scoreCases(cases, mapping, disagreements, async (name, text) => await checkText(name, text));
    console.log(`\n${file}: ${cases.length} cases, ${(performance.now() - started).toFixed(0)} ms`);
    printScore(score, verbose || only !== undefined);
  }
}

async function runFolder(folder: string): Promise<void> {
  const started = performance.now();
  const { units, problems, facts } = await check({ targets: [folder], cwd: process.cwd() });
  const elapsedMs = performance.now() - started;
  const findings = units.flatMap((unit) => unit.findings);
  const count = (kind: string) => findings.filter((finding) => finding.kind === kind).length;
  console.log(
    `\n${folder}: ${units.length} inputs, ${units.reduce((sum, { unit }) => sum + unit.graph.resources.length, 0)} resources, ` +
      `${facts.length} facts, ${elapsedMs.toFixed(0)} ms`,
  );
  console.log(
    `  pass ${count("pass")}, fail ${count("fail")}, unknown ${count("unknown")}, rules that broke ${count("error")}`,
  );
  for (const { file, line } of problems.map(({ position }) => position).slice(0, verbose ? 1_000 : 5)) {
    console.log(`  unreadable part: ${file}:${line}`);
  }
  for (const finding of findings.filter(({ kind }) => kind === "error").slice(0, 20)) {
    console.log(`  BROKE ${finding.rule.id} on ${finding.position.file} ${finding.resource.id}: ${finding.because}`);
  }
  if (!verbose) return;
  for (const rule of facts) {
    const own = findings.filter((finding) => finding.rule === rule);
    const kinds = ["pass", "fail", "unknown"].map((kind) => `${kind} ${own.filter((one) => one.kind === kind).length}`);
    console.log(`  ${rule.id.padEnd(60)} ${kinds.join(", ")}`);
  }
}

function jsonlFiles(target: string): readonly string[] {
  if (statSync(target).isFile()) return target.endsWith(".jsonl") ? [target] : [];
  return readdirSync(target)
    .filter((name) => name.endsWith(".jsonl"))
    .map((name) => join(target, name));
}

/** Folders beside the labelled files of a folder that was given whole. */
function templateFolders(target: string): readonly string[] {
  if (jsonlFiles(target).length === 0 || statSync(target).isFile()) return [];
  return readdirSync(target, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(target, name));
}

function readJsonFiles(folder: URL): readonly object[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => JSON.parse(readFileSync(new URL(name, folder), "utf8")) as object);
}
