/**
 * The analysis of what an app is made of: lockfiles into packages, packages against what is known of them, and a bill of
 * materials where one is asked for. Only `--registry-audit` speaks to the network.
 */
import { resolve } from "node:path";
import { dirname, join } from "node:path/posix";
import { Graph } from "../../graph/graph.ts";
import { positionOf } from "../../source/source-text.ts";
import type { Analysis, AnalysisInput, AnalysisResult, InputProblem, JudgedUnit } from "../analysis.ts";
import { oddAddresses } from "./addresses.ts";
import { readDependencyPolicy } from "./dependency-policy.ts";
import { DEPENDENCY_FACTS, projectHasALockfile } from "./facts.ts";
import { importedUnder, importsOfFunctions } from "./function-imports.ts";
import { readInstalled, type InstalledPackage } from "./installed-package.ts";
import { judgeProject } from "./judge-packages.ts";
import type { LockedPackage, Lockfile, Manifest } from "./lockfiles/lockfile.ts";
import { readProjects, type Project } from "./lockfiles/read-lockfile.ts";
import { reachOf } from "./package-reach.ts";
import { makeSbom } from "./sbom.ts";
import { matchAdvisory, mergeMatches, type Advisory, type Match } from "./vulnerabilities/advisory.ts";
import { readOsvDirectory } from "./vulnerabilities/osv-directory.ts";
import { auditByRegistry, registryIn } from "./vulnerabilities/registry-audit.ts";

export const analysis: Analysis = { facts: DEPENDENCY_FACTS, run };

const DAY_MS = 86_400_000;
/** Some fifty vulnerabilities of npm packages become known every week. */
const FRESH_MAX_DAYS = 30;
const UNASKED = { state: "unknown", because: "nothing was known to be vulnerable" } as const;

/** What was learned of vulnerabilities, from all that was asked. */
interface Vulnerabilities {
  readonly matchesOf: (locked: LockedPackage) => readonly Match[];
  readonly epssOf: (cve: string) => number | undefined;
  /** Where it is from, or why the absence of a word says nothing. */
  readonly word: { readonly source: string } | { readonly doubt: string };
  readonly problems: readonly InputProblem[];
}

async function run(input: AnalysisInput): Promise<AnalysisResult> {
  const { root, files, paths, options } = input;
  const { locked, unlocked, problems } = readProjects(paths, files);
  const policy = readDependencyPolicy(root, files);
  const known = await learnVulnerabilities(locked, input);
  // Following functions costs more than all the rest, and matters only where something is known to be vulnerable.
  const isVulnerable = locked.some(({ lockfile }) =>
    [...lockfile.packages.values()].some((one) => known.matchesOf(one).length > 0),
  );
  const functions = isVulnerable ? await importsOfFunctions(input) : undefined;
  const installed = new Map<LockedPackage, InstalledPackage | undefined>();
  const installedOf = (one: LockedPackage, lockfile: Lockfile): InstalledPackage | undefined => {
    if (!installed.has(one)) installed.set(one, readInstalled(one, lockfile, files));
    return installed.get(one);
  };
  const units = locked.map((project) => {
    const { lockfile, manifests } = project;
    const own = new Set(manifests.flatMap(({ decidedScripts }) => [...decidedScripts]));
    const npmrc = files.read(join(dirname(lockfile.file), ".npmrc")) ?? "";
    return judgeProject(project, {
      policy: { ...policy, installScripts: new Set([...policy.installScripts, ...own]) },
      reach: functions ? reachOf(project, importedUnder(lockfile, functions, input)) : () => UNASKED,
      matches: (key) => matchesIn(lockfile, key, known),
      epssOf: known.epssOf,
      vulnerabilities: known.word,
      installed: ({ locked: one }) => installedOf(one, lockfile),
      oddAddress: oddAddresses(lockfile, npmrc),
      ignoresScripts: /^\s*ignore-scripts\s*=\s*true\s*$/m.test(npmrc),
    });
  });
  const unread = [...problems, ...policy.problems].map(({ spot, message }) => ({
    position: positionOf(spot),
    message,
  }));
  return {
    units: [...units, ...unlocked.map((manifest) => judgeUnlocked(manifest, isTop(input)))],
    problems: [...unread, ...known.problems],
    ...(options.wantsSbom === true && locked.length > 0
      ? {
          sbom: makeSbom({
            projects: locked,
            licenceOf: (lockfile, { locked: one }) => one.licence ?? installedOf(one, lockfile)?.licence,
            matchesOf: (lockfile, key) => matchesIn(lockfile, key, known),
            ...(options.sourceDateEpoch === undefined ? {} : { epochSeconds: options.sourceDateEpoch }),
          }),
        }
      : {}),
  };
}

function matchesIn({ packages }: Lockfile, key: string, { matchesOf }: Vulnerabilities): readonly Match[] {
  const locked = packages.get(key);
  return locked ? matchesOf(locked) : [];
}

/** Whether nothing above belongs to the same project: a repository's own folder was given. */
function isTop({ root, files }: AnalysisInput): boolean {
  return [".git/HEAD", ".git"].some((name) => files.read(join(root, name)) !== undefined);
}

function judgeUnlocked({ source, requirements }: Manifest, isWhole: boolean): JudgedUnit {
  const spot = { source, offset: 0 };
  const count = `${requirements.length} ${requirements.length === 1 ? "package" : "packages"}`;
  return {
    unit: { file: source.file, format: "sources", graph: new Graph({ resources: [] }) },
    findings: [
      {
        rule: projectHasALockfile,
        resource: { id: source.file, name: source.file, type: "file", spot },
        kind: isWhole ? "fail" : "unknown",
        because: `it requires ${count}, and no lockfile lies beside it${isWhole ? " or above" : "; what lies above was not given"}`,
        position: positionOf(spot),
      },
    ],
  };
}

async function learnVulnerabilities(projects: readonly Project[], input: AnalysisInput): Promise<Vulnerabilities> {
  const { osvDir } = input.options;
  const versions = new Map<string, Set<string>>();
  for (const { name, version } of projects.flatMap(({ lockfile }) => [...lockfile.packages.values()])) {
    versions.set(name, (versions.get(name) ?? new Set()).add(version));
  }
  const problems: InputProblem[] = [];
  const problem = (file: string, message: string) => problems.push({ position: { file, line: 1, column: 1 }, message });
  const sources: string[] = [];
  const advisories: ReadonlyMap<string, readonly Advisory[]>[] = [];
  const osv =
    osvDir === undefined ? undefined : await readOsvDirectory(resolve(input.cwd, osvDir), new Set(versions.keys()));
  if (osv) {
    advisories.push(osv.advisories);
    if (ageInDays(osv.day, input.options.now) <= FRESH_MAX_DAYS) sources.push(`OSV data of ${osv.day}`);
    for (const { file, message } of osv.problems) problem(file, message);
  } else if (osvDir !== undefined) {
    problem(osvDir, "no OSV data was found there: bring it with `ward check db update --osv-dir`");
  }
  if (input.options.registryAudit === true) {
    const registry = input.options.registry ?? registryIn(input.files.read(join(input.root, ".npmrc")) ?? "");
    const audited =
      registry === undefined
        ? { ok: false as const, reason: "no registry is named: give --registry, or name one in .npmrc" }
        : await auditByRegistry(registry, versions);
    if (audited.ok) {
      advisories.push(audited.advisories);
      sources.push("the registry");
    } else problem("registry", `the registry could not be asked: ${audited.reason}`);
  }
  return {
    matchesOf: ({ name, version }) =>
      mergeMatches(
        advisories.flatMap((all) => (all.get(name) ?? []).flatMap((one) => matchAdvisory(one, name, version) ?? [])),
      ),
    epssOf: osv?.epssOf ?? (() => undefined),
    word: sources.length > 0 ? { source: sources.join(" and ") } : { doubt: doubtOf(osv?.day, input.options.now) },
    problems,
  };
}

/** What was found in old data is true; that nothing more was found says little. */
function doubtOf(day: string | undefined, now: Date): string {
  if (day === undefined) return "nothing says which vulnerabilities are known: give --osv-dir or --registry-audit";
  return `the OSV data is of ${day}, ${ageInDays(day, now)} days old: run \`ward check db update\``;
}

function ageInDays(day: string, now: Date): number {
  return Math.floor((now.getTime() - Date.parse(`${day}T00:00:00Z`)) / DAY_MS);
}
