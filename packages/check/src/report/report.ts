/**
 * The result of a run as data: what every format prints and what `--format json` is. `schema` names its version; fields
 * are added to it, never changed or removed.
 */
import { isPseudoType } from "../graph/resource.ts";
import type { Framework } from "../frameworks/framework.ts";
import { citationsOf, speaksTo } from "../frameworks/framework.ts";
import type { Finding, FindingKind } from "../judge/finding.ts";
import type { InputProblem } from "../analyses/analysis.ts";
import type { CheckResult } from "../check.ts";
import type { Fact, Severity } from "../judge/fact.ts";
import { fingerprintOf, type Baseline } from "../waivers/baseline.ts";
import type { WaiverUse } from "../waivers/apply-waivers.ts";
import { decideOutcome, type Demand, type Outcome } from "./outcome.ts";

export const SCHEMA = "ward.check/1";

export type FindingState = "open" | "waived" | "known";

export interface ReportedFinding {
  readonly rule: string;
  readonly kind: FindingKind;
  readonly severity: Severity;
  /** What became of a failure: it counts, someone answers for it, or the baseline knew it. */
  readonly state: FindingState;
  readonly because: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** How it comes about, from the first step to the last. */
  readonly steps?: readonly {
    readonly file: string;
    readonly line: number;
    readonly column: number;
    readonly text: string;
  }[];
  /** How this one is mended, where that is more than the rule's own snippet. */
  readonly mend?: string;
  readonly waiver?: { readonly reason: string; readonly owner: string; readonly expires: string };
}

export interface ReportedResource {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly file: string;
  readonly line: number;
  readonly findings: readonly ReportedFinding[];
}

export interface ReportedUnit {
  readonly file: string;
  readonly format: string;
  readonly resources: readonly ReportedResource[];
}

export interface ReportedRule {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly why: string;
  readonly remedy: string;
  readonly snippet: string;
  readonly topics: readonly string[];
  readonly citations: readonly { readonly framework: string; readonly requirement: string; readonly bearing: string }[];
}

export interface ReportedRequirement {
  readonly id: string;
  readonly title: string;
  readonly bearing: string;
  /** `holds`: facts spoke to it and all passed. `silent`: no fact spoke; see `beyond`. */
  readonly state: "holds" | "fails" | "unknown" | "silent";
  readonly pass: number;
  readonly fail: number;
  readonly unknown: number;
  readonly waived: number;
  readonly beyond: string;
}

export interface Report {
  readonly schema: typeof SCHEMA;
  readonly at: string;
  readonly outcome: Outcome;
  readonly summary: {
    readonly inputs: number;
    readonly resources: number;
    readonly rules: number;
    readonly pass: number;
    readonly fail: number;
    readonly unknown: number;
    readonly error: number;
    readonly waived: number;
    readonly known: number;
    readonly bySeverity: Readonly<Record<Severity, number>>;
  };
  readonly units: readonly ReportedUnit[];
  readonly rules: readonly ReportedRule[];
  readonly frameworks: readonly {
    readonly id: string;
    readonly title: string;
    readonly source: string;
    readonly requirements: readonly ReportedRequirement[];
  }[];
  readonly waivers: readonly (WaiverUse["waiver"] & {
    readonly state: WaiverUse["state"];
    readonly failures: number;
  })[];
  readonly problems: readonly {
    readonly file: string;
    readonly line: number;
    readonly column: number;
    readonly message: string;
  }[];
}

export interface ReportParts {
  readonly result: CheckResult;
  readonly frameworks: readonly Framework[];
  readonly uses: readonly WaiverUse[];
  readonly baseline?: Baseline;
  readonly problems: readonly InputProblem[];
  readonly demand: Demand;
  readonly now: Date;
}

export function makeReport(parts: ReportParts): Report {
  const report = reportParts(parts);
  const { schema, at, ...rest } = report;
  return { schema, at, outcome: decideOutcome(report, parts.demand), ...rest };
}

function reportParts({
  result,
  frameworks,
  uses,
  baseline,
  problems,
  now,
}: Omit<ReportParts, "demand">): Omit<Report, "outcome"> {
  const stateOf = (finding: Finding): FindingState => {
    if (finding.waiver) return "waived";
    return finding.kind === "fail" && baseline?.known.has(fingerprintOf(finding)) === true ? "known" : "open";
  };
  const findings = result.units.flatMap((unit) => unit.findings);
  const asked = new Set(findings.map(({ rule }) => rule));
  const count = (kind: FindingKind) => findings.filter((one) => one.kind === kind && stateOf(one) === "open").length;
  const severity = (wanted: Severity) =>
    findings.filter((one) => one.kind === "fail" && stateOf(one) === "open" && one.rule.severity === wanted).length;
  return {
    schema: SCHEMA,
    at: now.toISOString(),
    summary: {
      inputs: result.units.length,
      resources: result.units.flatMap(({ unit }) => unit.graph.resources).filter(({ type }) => !isPseudoType(type))
        .length,
      rules: asked.size,
      pass: count("pass"),
      fail: count("fail"),
      unknown: count("unknown"),
      error: count("error"),
      waived: findings.filter(({ waiver }) => waiver).length,
      known: findings.filter((one) => stateOf(one) === "known").length,
      bySeverity: {
        critical: severity("critical"),
        high: severity("high"),
        medium: severity("medium"),
        low: severity("low"),
      },
    },
    units: result.units.map(({ unit, findings: own }) => ({
      file: unit.file,
      format: unit.format,
      resources: reportResources(own, stateOf),
    })),
    rules: result.facts.filter((rule) => asked.has(rule)).map((rule) => reportRule(rule, frameworks)),
    frameworks: frameworks.map((framework) => ({
      id: framework.id,
      title: framework.title,
      source: framework.source,
      requirements: framework.requirements.map((requirement) => {
        const spoken = findings.filter(({ rule }) => speaksTo(rule, requirement));
        return { ...pickRequirement(requirement), ...tally(spoken) };
      }),
    })),
    waivers: uses.map(({ waiver, state, failures }) => ({ ...waiver, state, failures })),
    problems: problems.map(({ position, message }) => ({ ...position, message })),
  };
}

export function reportRule(rule: Fact, frameworks: readonly Framework[]): ReportedRule {
  return {
    id: rule.id,
    title: rule.title,
    severity: rule.severity,
    why: rule.why,
    remedy: rule.remedy,
    snippet: rule.snippet.replace(/^\n/, ""),
    topics: rule.topics,
    citations: frameworks.flatMap((framework) =>
      citationsOf(rule, framework).map(({ id, bearing }) => ({ framework: framework.id, requirement: id, bearing })),
    ),
  };
}

function reportResources(
  findings: readonly Finding[],
  stateOf: (finding: Finding) => FindingState,
): readonly ReportedResource[] {
  const byResource = Map.groupBy(findings, ({ resource }) => resource);
  return [...byResource].map(([resource, own]) => {
    const { file, line } = resource.spot.source.positionAt(resource.spot.offset);
    return {
      id: resource.id,
      name: resource.name,
      type: resource.type,
      file,
      line,
      findings: own.map((finding) => reportFinding(finding, stateOf(finding))),
    };
  });
}

function reportFinding(finding: Finding, state: FindingState): ReportedFinding {
  const { rule, kind, because, position, steps, mend, waiver } = finding;
  return {
    rule: rule.id,
    kind,
    severity: rule.severity,
    state,
    because,
    ...position,
    ...(steps ? { steps: steps.map(({ position: at, text }) => ({ ...at, text })) } : {}),
    ...(mend === undefined ? {} : { mend }),
    ...(waiver ? { waiver: { reason: waiver.reason, owner: waiver.owner, expires: waiver.expires } } : {}),
  };
}

function pickRequirement({ id, title, bearing, beyond }: Framework["requirements"][number]) {
  return { id, title, bearing, beyond };
}

function tally(findings: readonly Finding[]) {
  const count = (kind: FindingKind) => findings.filter((one) => one.kind === kind && !one.waiver).length;
  const [pass, fail, unknown] = [count("pass"), count("fail") + count("error"), count("unknown")];
  const waived = findings.filter(({ waiver }) => waiver).length;
  const state = fail > 0 ? "fails" : unknown > 0 ? "unknown" : pass + waived > 0 ? "holds" : "silent";
  return { state, pass, fail, unknown, waived } as const;
}
