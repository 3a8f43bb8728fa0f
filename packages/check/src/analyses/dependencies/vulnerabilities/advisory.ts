/**
 * What is known about a vulnerability, from an OSV record (OSV schema 1.7) or from a registry, and whether it is in a given
 * version. Records come from elsewhere: every field may be missing or of another type, and a broken one affects nothing.
 */
import semver from "semver";
import type { Severity } from "../../../judge/fact.ts";
import { ratingOf, scoreVector, type Score } from "./cvss.ts";

export interface Advisory {
  readonly id: string;
  /** Other names of the same, `CVE-2021-23337` among them. */
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly score?: Score;
  readonly severity: Severity;
  /** It was published to do harm. */
  readonly isMalware: boolean;
  readonly affected: readonly Affected[];
}

export interface Affected {
  readonly name: string;
  readonly versions: ReadonlySet<string>;
  readonly ranges: readonly (readonly RangeEvent[])[];
  /** A range in npm's own syntax, which the version must be in besides. */
  readonly within?: string;
}

export interface RangeEvent {
  readonly kind: "introduced" | "fixed" | "last_affected" | "limit";
  readonly version: string;
}

/** How it stands with one version of one package. */
export interface Match {
  readonly advisory: Advisory;
  /** The least version above it that is without; undefined where there is none. */
  readonly fixedIn: string | undefined;
}

const SUMMARY_MAX = 160;
const RATED: Readonly<Record<string, Severity>> = {
  CRITICAL: "critical",
  HIGH: "high",
  MODERATE: "medium",
  MEDIUM: "medium",
  LOW: "low",
  INFO: "low",
};

type Fields = Readonly<Record<string, unknown>>;

/** Undefined where the record is withdrawn, of another ecosystem, or none at all. */
export function readAdvisory(record: unknown): Advisory | undefined {
  if (!isFields(record) || typeof record["id"] !== "string" || typeof record["withdrawn"] === "string")
    return undefined;
  const affected = fieldsIn(record["affected"]).flatMap(readAffected);
  if (affected.length === 0) return undefined;
  const own = isFields(record["database_specific"]) ? record["database_specific"] : {};
  const score = highest([
    ...fieldsIn(record["severity"]),
    ...fieldsIn(record["affected"]).flatMap((one) => fieldsIn(one["severity"])),
  ]);
  const isMalware = record["id"].startsWith("MAL-") || textsIn(own["cwe_ids"]).includes("CWE-506");
  const rated = typeof own["severity"] === "string" ? RATED[own["severity"].toUpperCase()] : undefined;
  return {
    id: record["id"],
    aliases: textsIn(record["aliases"]),
    summary: firstLine(record["summary"] ?? record["details"]),
    severity: isMalware ? "critical" : score ? ratingOf(score.base) : (rated ?? "medium"),
    isMalware,
    affected,
    ...(score ? { score } : {}),
  };
}

/** The advisory's say about a version, undefined where it does not touch it. */
export function matchAdvisory(advisory: Advisory, name: string, version: string): Match | undefined {
  const parsed = semver.parse(version, { loose: true });
  const hits = advisory.affected.filter((one) => one.name === name && isAffected(one, version, parsed));
  if (hits.length === 0) return undefined;
  const fixes = hits
    .flatMap(({ ranges }) => ranges.flat())
    .filter((event) => event.kind === "fixed" && parsed !== null && isAfter(event.version, parsed))
    .map((event) => event.version)
    .toSorted((one, other) => semver.compare(one, other, { loose: true }));
  return { advisory, fixedIn: fixes[0] };
}

/** Of several records of one vulnerability the first stays, with the names of all and the worst rating. */
export function mergeMatches(matches: readonly Match[]): readonly Match[] {
  const merged: Match[] = [];
  for (const match of matches) {
    const names = namesOf(match);
    const index = merged.findIndex((other) => namesOf(other).some((name) => names.includes(name)));
    const same = merged[index];
    if (!same) merged.push(match);
    else merged[index] = mergeTwo(same, match);
  }
  return merged;
}

function namesOf({ advisory }: Match): readonly string[] {
  return [advisory.id, ...advisory.aliases];
}

function mergeTwo(one: Match, other: Match): Match {
  const [a, b] = [one.advisory, other.advisory];
  const worse = (b.score?.base ?? -1) > (a.score?.base ?? -1) ? b : a;
  const score = worse.score;
  return {
    fixedIn: one.fixedIn ?? other.fixedIn,
    advisory: {
      ...a,
      summary: a.summary || b.summary,
      aliases: [...new Set([...a.aliases, b.id, ...b.aliases])].filter((name) => name !== a.id),
      severity: worse.severity,
      isMalware: a.isMalware || b.isMalware,
      ...(score ? { score } : {}),
    },
  };
}

function isAffected({ versions, ranges, within }: Affected, version: string, parsed: semver.SemVer | null): boolean {
  if (versions.has(version)) return true;
  if (parsed === null) return false;
  if (within !== undefined && !semver.satisfies(parsed, within, { loose: true, includePrerelease: true })) return false;
  return ranges.length === 0 ? within !== undefined : ranges.some((events) => isInRange(events, parsed));
}

/** The algorithm of the OSV schema: events in order of version, the last that applies decides. */
function isInRange(events: readonly RangeEvent[], version: semver.SemVer): boolean {
  let isIn = false;
  for (const { kind, version: at } of events) {
    if (kind === "introduced" && (at === "0" || !isAfter(at, version))) isIn = true;
    else if ((kind === "fixed" || kind === "limit") && !isAfter(at, version)) isIn = false;
    else if (kind === "last_affected" && semver.gt(version, at, { loose: true })) isIn = false;
  }
  return isIn;
}

function isAfter(one: string, version: semver.SemVer): boolean {
  return semver.gt(one, version, { loose: true });
}

function readAffected(affected: Fields): readonly Affected[] {
  const named = affected["package"];
  if (!isFields(named) || named["ecosystem"] !== "npm" || typeof named["name"] !== "string") return [];
  const own = isFields(affected["database_specific"]) ? affected["database_specific"] : {};
  const within = own["last_known_affected_version_range"];
  return [
    {
      name: named["name"],
      versions: new Set(textsIn(affected["versions"])),
      ranges: fieldsIn(affected["ranges"])
        .filter(({ type }) => type === "SEMVER" || type === "ECOSYSTEM")
        .map(({ events }) => readEvents(events)),
      ...(typeof within === "string" && semver.validRange(within) !== null ? { within } : {}),
    },
  ];
}

function readEvents(events: unknown): readonly RangeEvent[] {
  const read = fieldsIn(events).flatMap((event) =>
    (["introduced", "fixed", "last_affected", "limit"] as const).flatMap((kind): readonly RangeEvent[] => {
      const version = event[kind];
      const isVersion =
        typeof version === "string" && (version === "0" || semver.valid(version, { loose: true }) !== null);
      return isVersion ? [{ kind, version }] : [];
    }),
  );
  return read.toSorted((one, other) => semver.compare(ordered(one), ordered(other), { loose: true }));
}

function ordered({ version }: RangeEvent): string {
  return version === "0" ? "0.0.0-0" : version;
}

function highest(severities: readonly Fields[]): Score | undefined {
  return severities
    .flatMap(({ score }) => (typeof score === "string" ? (scoreVector(score) ?? []) : []))
    .toSorted((one, other) => other.base - one.base)[0];
}

function firstLine(text: unknown): string {
  if (typeof text !== "string") return "";
  const line =
    text
      .trim()
      .split("\n")[0]
      ?.replace(/^#+\s*/, "") ?? "";
  return line.length > SUMMARY_MAX ? `${line.slice(0, SUMMARY_MAX - 1)}…` : line;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function fieldsIn(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}

function textsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
