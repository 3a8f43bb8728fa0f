/** What is to be said of each package of a lockfile, as findings whose subject is the package, or the package and its fault. */
import { Graph } from "../../graph/graph.ts";
import type { Fact, Severity } from "../../judge/fact.ts";
import type { Finding, FindingKind, Subject } from "../../judge/finding.ts";
import type { Unit } from "../../readers/read-unit.ts";
import { positionOf, type Spot } from "../../source/source-text.ts";
import type { JudgedUnit } from "../analysis.ts";
import type { DependencyPolicy } from "./dependency-policy.ts";
import { placePackages, type Placed } from "./dependency-tree.ts";
import * as fact from "./facts.ts";
import type { InstalledPackage } from "./installed-package.ts";
import type { LockedPackage, Lockfile } from "./lockfiles/lockfile.ts";
import type { Project } from "./lockfiles/read-lockfile.ts";
import { isLicenceAllowed } from "./names/licence.ts";
import { lookalikeOf } from "./names/lookalike.ts";
import type { Reach } from "./package-reach.ts";
import { isGit, withoutCredentials } from "./purl.ts";
import type { Match } from "./vulnerabilities/advisory.ts";
import { disagreements } from "./disagreements.ts";

/** What is known beside the lockfile. */
export interface Knowledge {
  readonly policy: DependencyPolicy;
  readonly reach: (key: string) => Reach;
  readonly matches: (key: string) => readonly Match[];
  readonly epssOf: (cve: string) => number | undefined;
  /** Where vulnerabilities were looked up, or why their absence says nothing; for people. */
  readonly vulnerabilities: { readonly source: string } | { readonly doubt: string };
  readonly installed: (placed: Placed) => InstalledPackage | undefined;
  /** What is odd about the address of a package. */
  readonly oddAddress: (locked: LockedPackage) => string | undefined;
  /** All install scripts are switched off. */
  readonly ignoresScripts: boolean;
}

interface Said {
  readonly rule: Fact;
  readonly because: string;
  readonly subject?: Subject;
  readonly spot?: Spot;
  readonly mend?: string;
}

const LOWERED: Readonly<Record<Severity, Severity>> = { critical: "medium", high: "low", medium: "low", low: "low" };

export function judgeProject(project: Project, known: Knowledge): JudgedUnit {
  const { lockfile } = project;
  const unit: Unit = { file: lockfile.file, format: "sources", graph: new Graph({ resources: [] }) };
  const file: Subject = {
    id: lockfile.file,
    name: lockfile.file,
    type: "lockfile",
    spot: { source: lockfile.source, offset: 0 },
  };
  const placed = placePackages(lockfile).filter(({ path }) => path.length > 0);
  const failed = [
    ...disagreements(project).map((because): Said => ({
      rule: fact.lockfileAgreesWithManifest,
      because: because.text,
      spot: because.spot,
    })),
    ...placed.flatMap((one) => judgePackage(one, lockfile, known)),
  ];
  const failing = new Set(failed.map(({ rule }) => rule));
  const findings = failed.map(({ rule, because, subject = file, spot, mend }) => ({
    ...finding("fail", rule, subject, because, spot ?? subject.spot),
    ...(mend === undefined ? {} : { mend }),
  }));
  const undecided = undecidedOf(placed, known);
  const isUndecided = new Set(undecided.map(({ rule }) => rule));
  const held = fact.DEPENDENCY_FACTS.filter((rule) => !failing.has(rule) && !isUndecided.has(rule)).filter(
    (rule) => "source" in known.vulnerabilities || !fact.NEEDS_VULNERABILITIES.has(rule),
  );
  const seen = `${placed.length} packages were looked at`;
  const because = (rule: Fact) =>
    "source" in known.vulnerabilities && fact.NEEDS_VULNERABILITIES.has(rule)
      ? `${seen}, by ${known.vulnerabilities.source}`
      : seen;
  return {
    unit,
    findings: [
      ...findings,
      ...undecided.map(({ rule, because: reason }) => finding("unknown", rule, file, reason, file.spot)),
      ...held.map((rule) => finding("pass", rule, file, because(rule), file.spot)),
    ],
  };
}

function judgePackage(placed: Placed, lockfile: Lockfile, known: Knowledge): readonly Said[] {
  const subject = subjectOf(placed);
  const origin = originOf(placed);
  const about = (rule: Fact, because: string): Said => ({ rule, because: `${because}${origin}`, subject });
  return [
    ...known.matches(placed.locked.key).map((match) => judgeMatch(match, placed, lockfile, known)),
    ...judgeName(placed, lockfile, known).map(([because, mend]) => ({
      ...about(fact.dependencyNameIsNoLookalike, because),
      mend,
    })),
    ...judgeSource(placed).map(([rule, because]) => about(rule, because)),
    ...[known.oddAddress(placed.locked)].flatMap((because) =>
      because === undefined ? [] : [about(fact.dependencyComesFromItsOwnAddress, because)],
    ),
    ...judgeScript(placed, lockfile, known).map((because) => ({
      ...about(fact.dependencyRunsNoInstallScript, because),
      mend: `# compliance/dependencies.yaml\ninstallScripts: [${JSON.stringify(placed.locked.name)}]`,
    })),
    ...(placed.locked.deprecated === undefined
      ? []
      : [about(fact.dependencyIsMaintained, `its authors advise against it: ${shortened(placed.locked.deprecated)}`)]),
    ...judgeLicence(placed, known).map((because) => about(fact.dependencyLicenceIsAllowed, because)),
  ];
}

function judgeMatch(match: Match, placed: Placed, lockfile: Lockfile, known: Knowledge): Said {
  const { advisory, fixedIn } = match;
  const { locked, isDevelopment } = placed;
  const reach = isDevelopment ? undefined : known.reach(locked.key);
  const isFar = isDevelopment || reach?.state === "unreached";
  const severity = isFar ? LOWERED[advisory.severity] : advisory.severity;
  const names = [advisory.id, ...advisory.aliases.filter((alias) => alias.startsWith("CVE-"))];
  const epss = names.map(known.epssOf).find((score) => score !== undefined);
  const parts = [
    `${names.join(", ")}${advisory.summary === "" ? "" : `: ${advisory.summary}`}`,
    advisory.score
      ? `CVSS ${advisory.score.version} base score ${advisory.score.base.toFixed(1)}`
      : `rated ${advisory.severity}`,
    ...(epss === undefined ? [] : [`EPSS ${percent(epss)} (how likely an attack is within 30 days)`]),
    reach ? reach.because : "only building and testing needs it",
    ...(isFar && severity !== advisory.severity ? [`so it counts as ${severity}, not ${advisory.severity}`] : []),
    fixedIn === undefined ? "no version without it is known" : `${fixedIn} is without it`,
  ];
  const subject = subjectOf(placed, advisory.id);
  const because = `${parts.join("; ")}${originOf(placed)}`;
  // Malware does its harm where it is installed, whether or not anything imports it.
  if (advisory.isMalware) return { rule: fact.dependencyIsNotMalware, because, subject };
  const mend = fixedIn === undefined ? undefined : mendOf(placed, fixedIn, lockfile);
  return { rule: fact.VULNERABILITY_FACTS[severity], because, subject, ...(mend === undefined ? {} : { mend }) };
}

function mendOf({ locked, isDirect, isDevelopment, path }: Placed, fixedIn: string, { kind }: Lockfile): string {
  const entry = `{ "${locked.name}": "^${fixedIn}" }`;
  if (isDirect) {
    const manifest = path[0] === undefined || path[0] === "" ? "package.json" : `${path[0]}/package.json`;
    return `"${isDevelopment ? "devDependencies" : "dependencies"}": ${entry}   # ${manifest}`;
  }
  const remark = "# package.json, until what brings it takes it by itself";
  if (kind === "pnpm") return `"pnpm": { "overrides": ${entry} }   ${remark}`;
  return `"${kind === "yarn" ? "resolutions" : "overrides"}": ${entry}   ${remark}`;
}

function judgeName(
  { locked, isDevelopment }: Placed,
  { kind }: Lockfile,
  { policy }: Knowledge,
): readonly (readonly [because: string, mend: string])[] {
  const known = policy.names.has(locked.name) ? undefined : lookalikeOf(locked.name);
  if (known === undefined) return [];
  const [remove, add] = kind === "npm" ? ["uninstall", "install"] : ["remove", "add"];
  const asDevelopment = isDevelopment ? "-D " : "";
  return [
    [
      `${locked.name} is nearly ${known}`,
      `$ ${kind} ${remove} ${locked.name} && ${kind} ${add} ${asDevelopment}${known}`,
    ],
  ];
}

function judgeSource({ locked }: Placed): readonly (readonly [Fact, string])[] {
  const { resolved, integrity, isDigestElsewhere } = locked;
  const isFromGit = resolved !== undefined && isGit(resolved);
  const commit = /#(?:commit=)?[0-9a-f]{40}\b/.test(resolved ?? "") ? "at a fixed commit" : "at whatever it holds then";
  const isLocal = resolved !== undefined && /^(?:file|link|portal|workspace):/.test(resolved);
  return [
    ...(resolved !== undefined && /^(?:http|git):\/\/(?!localhost|127\.0\.0\.1)|^git\+http:/.test(resolved)
      ? [[fact.dependencyComesOverTls, `it is fetched from ${shownAddress(resolved)}`] as const]
      : []),
    ...(isFromGit
      ? [[fact.dependencyComesFromARegistry, `it is fetched from ${shownAddress(resolved)}, ${commit}`] as const]
      : []),
    ...(integrity === undefined && !isDigestElsewhere && !isFromGit && !isLocal
      ? [[fact.dependencyIsHeldToItsDigest, "the lockfile gives no digest of it"] as const]
      : []),
  ];
}

function judgeScript(placed: Placed, lockfile: Lockfile, known: Knowledge): readonly string[] {
  const { locked } = placed;
  if (known.ignoresScripts || known.policy.installScripts.has(locked.name)) return [];
  // pnpm since 10 and bun run no scripts but those they are told of; of Yarn's packages only node_modules knows.
  const isAsked = locked.hasInstallScript ?? (lockfile.kind === "yarn" && known.installed(placed)?.hasInstallScript);
  return isAsked === true ? ["it has a script that runs at installation, and is not among those allowed"] : [];
}

function judgeLicence(placed: Placed, known: Knowledge): readonly string[] {
  const { locked, isDevelopment } = placed;
  // What only builds and tests is not handed on.
  if (isDevelopment || known.policy.packages.has(locked.name)) return [];
  const licence = locked.licence ?? known.installed(placed)?.licence;
  if (licence === undefined) return [];
  const isAllowed = isLicenceAllowed(licence, known.policy.licences);
  if (isAllowed === true) return [];
  return [isAllowed === false ? `its licence is ${shortened(licence)}` : `"${shortened(licence)}" names no licence`];
}

function undecidedOf(placed: readonly Placed[], known: Knowledge): readonly { rule: Fact; because: string }[] {
  const isUnlicensed = (one: Placed) =>
    !one.isDevelopment && one.locked.licence === undefined && known.installed(one)?.licence === undefined;
  const unlicensed = placed.filter((one) => !one.isOptional && isUnlicensed(one)).length;
  return [
    ...("doubt" in known.vulnerabilities
      ? [{ rule: fact.dependencyHasNoCriticalVulnerability, because: known.vulnerabilities.doubt }]
      : []),
    ...(unlicensed > 0
      ? [
          {
            rule: fact.dependencyLicenceIsAllowed,
            because: `the licences of ${unlicensed} of ${placed.length} packages are neither in the lockfile nor in node_modules`,
          },
        ]
      : []),
  ];
}

/** A fault is a subject of its own, so that a waiver or baseline of one fault never covers the next one of the package. */
function subjectOf({ locked }: Placed, fault?: string): Subject {
  const name = `${locked.name} ${locked.version}`;
  return {
    id: fault === undefined ? `${locked.key}@${locked.version}` : `${locked.key}@${locked.version} ${fault}`,
    name: fault === undefined ? name : `${name}: ${fault}`,
    type: "package",
    spot: locked.spot,
  };
}

function originOf({ path: [workspace = "", ...path], isDirect, isDevelopment }: Placed): string {
  const place = workspace === "" ? "package.json" : `${workspace}/package.json`;
  const kind = isDevelopment ? " for development" : "";
  if (isDirect && path.length === 1) return ` (required in ${place}${kind})`;
  return ` (brought in by ${place}${kind} > ${path.join(" > ")})`;
}

function finding(kind: FindingKind, rule: Fact, resource: Subject, because: string, spot: Spot): Finding {
  return { rule, resource, kind, because, position: positionOf(spot) };
}

function shownAddress(address: string): string {
  return shortened(withoutCredentials(address));
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}

function percent(part: number): string {
  return `${(part * 100).toFixed(part < 0.1 ? 2 : 0)} %`;
}
