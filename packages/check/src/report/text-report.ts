/** The report for a person: what is wrong, why it matters, how it looks mended, resource by resource; then where they stand. */
import { count } from "./outcome.ts";
import type { Report, ReportedFinding, ReportedResource, ReportedRule } from "./report.ts";
import { layOutMend, layOutSnippet, printable, wrap } from "./text-layout.ts";

export type Style = "plain" | "strong" | "quiet" | "good" | "warn" | "bad";
export type Paint = (style: Style, text: string) => string;

export interface TextOptions {
  readonly paint: Paint;
  /** Columns of the terminal. */
  readonly width: number;
  /** Everything in full: also low findings, what is undecided, and every place that could not be read. */
  readonly verbose: boolean;
}

const SEVERITY_STYLE = { critical: "bad", high: "bad", medium: "warn", low: "quiet" } as const;
const ORDER = { critical: 0, high: 1, medium: 2, low: 3 } as const;
const UNDECIDED_SHOWN = 12;
const FREQUENT_SHOWN = 10;

/** One run's text: what it is laid out by, and which rules it has explained already. */
interface Writing extends TextOptions {
  readonly rules: ReadonlyMap<string, ReportedRule>;
  readonly explained: Set<string>;
}

export function formatText(report: Report, options: TextOptions): string {
  const writing = { ...options, rules: new Map(report.rules.map((rule) => [rule.id, rule])), explained: new Set("") };
  const parts = [
    ...report.units.flatMap((unit) => {
      const shown = unit.resources.flatMap((resource) => formatResource(resource, writing) ?? []);
      return shown.length === 0 ? [] : [options.paint("strong", printable(unit.file)), ...shown];
    }),
    ...formatUndecided(report, writing),
    ...formatWaivers(report, options),
    ...report.frameworks.map((framework) => formatFramework(framework, options)),
    ...formatFrequent(report, options),
    ...formatProblems(report, options),
    formatSummary(report, options),
  ];
  return parts.join("\n\n");
}

/** A rule on its own, for `ward check explain`. */
export function formatRule(rule: ReportedRule, { paint, width }: TextOptions): string {
  const cited = [...Map.groupBy(rule.citations, ({ framework }) => framework)].map(([framework, all]) => {
    const named = all.map(({ requirement, bearing }) => `${requirement} (${bearing})`);
    return wrap(named.join("; "), `  ${framework.padEnd(15)} `, width);
  });
  const about = wrap(rule.topics.join(", "), `${rule.severity}   `, width).slice(rule.severity.length);
  return [
    `${paint("strong", rule.title)}\n${rule.id}\n${paint(SEVERITY_STYLE[rule.severity], rule.severity)}${about}`,
    wrap(rule.why, "", width),
    wrap(rule.remedy, "", width),
    layOutSnippet(rule.snippet, "    ", width),
    ...(cited.length === 0 ? [] : [`Speaks to:\n${cited.join("\n")}`]),
  ].join("\n\n");
}

function formatResource(resource: ReportedResource, writing: Writing): string | undefined {
  const counted = resource.findings
    .filter(({ kind, state }) => (kind === "fail" || kind === "error") && state === "open")
    .toSorted((one, other) => ORDER[one.severity] - ORDER[other.severity]);
  if (counted.length === 0) return undefined;
  const about = writing.paint("quiet", `${resource.type}, line ${resource.line}`);
  const name = `  ${writing.paint("strong", printable(resource.name))}`;
  const fits = resource.name.length + resource.type.length + 16 < writing.width;
  const head = fits ? `${name}  ${about}` : `${name}\n  ${about}`;
  const findings = counted.map((finding) => formatFinding(finding, resource, writing));
  // What is explained stands apart; what takes two lines stands together.
  const lines = findings.map((text, index) => {
    const apart = index === 0 || isExplained(text) || isExplained(findings[index - 1] ?? "");
    return (apart ? "\n" : "") + text;
  });
  return [head, ...lines].join("\n");
}

function isExplained(finding: string): boolean {
  return finding.includes("\n      Seen  ");
}

/** In full the first time; twice the same remedy, and all of what is low, would bury the rest. */
function formatFinding(finding: ReportedFinding, resource: ReportedResource, writing: Writing): string {
  const { paint, width, rules, explained, verbose } = writing;
  const rule = rules.get(finding.rule);
  const label = `    ${finding.severity.padEnd(10)}`;
  const said = finding.kind === "error" ? "The rule broke" : negated(rule?.title ?? finding.rule);
  const painted = paint(SEVERITY_STYLE[finding.severity], label);
  const head = `${painted}${wrap(said, label, width).slice(label.length)}`;
  const seen = `${printable(finding.because)}${placeOf(finding, resource)}`;
  const ways = formatSteps(finding, width);
  const mend = finding.mend === undefined ? undefined : layOutMend(finding.mend, " ".repeat(14));
  const isShort = !rule || explained.has(rule.id) || (finding.severity === "low" && !verbose);
  if (isShort && (ways.length > 0 || mend !== undefined)) {
    const own = mend === undefined ? [] : [`      Mend\n${paint("quiet", mend)}`];
    return [
      head,
      wrap(seen, "      Seen  ", width),
      ...ways,
      ...own,
      paint("quiet", `      Rule  ${finding.rule}`),
    ].join("\n");
  }
  if (isShort) {
    const wrapped = wrap(`${seen}  ${finding.rule}`, " ".repeat(label.length), width);
    return `${head}\n${wrapped.slice(0, -finding.rule.length)}${paint("quiet", finding.rule)}`;
  }
  explained.add(rule.id);
  const law = rule.citations.map(({ requirement, bearing }) => `${requirement} (${bearing})`).join("; ");
  return [
    head,
    wrap(seen, "      Seen  ", width),
    ...ways,
    wrap(rule.why, "      Why   ", width),
    wrap(rule.remedy, "      Mend  ", width),
    paint("quiet", mend ?? layOutSnippet(rule.snippet, " ".repeat(14), width)),
    ...(law === "" ? [] : [paint("quiet", wrap(law, "      Law   ", width))]),
    paint("quiet", `      Rule  ${rule.id}`),
  ].join("\n");
}

function formatSteps({ steps = [] }: ReportedFinding, width: number): readonly string[] {
  return steps.map(({ file, line, text }, index) =>
    wrap(
      `${index + 1}. ${printable(text)} (${printable(file)}:${line})`,
      index === 0 ? "      Way   " : "            ",
      width,
    ),
  );
}

function placeOf({ file, line }: ReportedFinding, resource: ReportedResource): string {
  if (file !== resource.file) return ` (${printable(file)}:${line})`;
  return line === resource.line ? "" : ` (line ${line})`;
}

/** A fact that does not hold, said so that nobody reads the title as praise. */
export function negated(title: string): string {
  const isWord = /^[A-Z][a-z]|^[AI] /.test(title);
  return `Does not hold: ${isWord ? `${title.charAt(0).toLowerCase()}${title.slice(1)}` : title}`;
}

/** Where else something is left open, but for the place that is named already. */
function otherPlaces({ file, line, steps = [] }: ReportedFinding): readonly string[] {
  return steps
    .filter((step) => step.file !== file || step.line !== line)
    .map((step) => `${printable(step.text)} (${printable(step.file)}:${step.line})`);
}

function formatUndecided(report: Report, { paint, verbose, width, rules }: Writing): readonly string[] {
  const undecided = report.units.flatMap(({ resources }) =>
    resources.flatMap((resource) =>
      resource.findings.filter(({ kind }) => kind === "unknown").map((finding) => ({ resource, finding })),
    ),
  );
  if (undecided.length === 0) return [];
  const shown = verbose ? undecided : undecided.slice(0, UNDECIDED_SHOWN);
  const lines = shown.flatMap(({ resource, finding }) => [
    wrap(`${printable(resource.name)}: ${rules.get(finding.rule)?.title ?? finding.rule}?`, "  ", width),
    paint("quiet", wrap(`${printable(finding.because)} (${printable(finding.file)}:${finding.line})`, "    ", width)),
    ...otherPlaces(finding).map((step) => paint("quiet", wrap(step, "    and ", width))),
  ]);
  const more = undecided.length > shown.length ? [`  … and ${undecided.length - shown.length} more (--verbose)`] : [];
  const head = `${paint("warn", "Not decided")}: the input leaves it open; --parameters can close it`;
  return [[head, ...lines, ...more].join("\n")];
}

function formatWaivers(report: Report, { paint, width }: TextOptions): readonly string[] {
  if (report.waivers.length === 0) return [];
  const style = { holds: "quiet", expired: "bad", refused: "bad", unused: "warn" } as const;
  const lines = report.waivers.map((waiver) => {
    const lead = `  ${waiver.state.padEnd(9)}`;
    const whose = `${waiver.owner}, until ${waiver.expires}: ${waiver.reason} (${waiver.source})`;
    const about = wrap(`${waiver.rule} on ${waiver.resource ?? waiver.file ?? "everything"}`, lead, width);
    return [
      paint(style[waiver.state], lead) + printable(about.slice(lead.length).replaceAll(/\n\s*/g, " ")),
      wrap(printable(whose), " ".repeat(lead.length), width),
    ].join("\n");
  });
  return [[paint("strong", "Waivers"), ...lines].join("\n")];
}

function formatFramework(framework: Report["frameworks"][number], { paint, width }: TextOptions): string {
  const of = (state: string) => framework.requirements.filter((one) => one.state === state);
  const failing = of("fails").flatMap((one) => [
    wrap(
      `${one.title} (${one.bearing}): ${one.fail} of ${one.fail + one.pass + one.unknown} do not hold`,
      `  ${one.id.padEnd(24)} `,
      width,
    ),
  ]);
  const head = paint("strong", wrap(`${framework.title}, ${framework.source}`, "", width));
  const counts = `  ${count(failing.length, "requirement")} with facts that do not hold, ${of("unknown").length} undecided, ${of("holds").length} hold as far as\n  the input shows; to ${of("silent").length} it says nothing`;
  return [head, counts, ...failing].join("\n");
}

/** Where to begin in a large repository. */
function formatFrequent({ units, summary }: Report, { paint }: TextOptions): readonly string[] {
  if (units.length < 2 || summary.fail < 2 * FREQUENT_SHOWN) return [];
  const open = units
    .flatMap(({ resources }) => resources.flatMap(({ findings }) => findings))
    .filter(({ kind, state }) => kind === "fail" && state === "open");
  const ranked = [...Map.groupBy(open, ({ rule }) => rule)].toSorted(
    ([, one], [, other]) =>
      ORDER[one[0]?.severity ?? "low"] - ORDER[other[0]?.severity ?? "low"] || other.length - one.length,
  );
  const lines = ranked.slice(0, FREQUENT_SHOWN).map(([id, all]) => {
    const severity = all[0]?.severity ?? "low";
    return `  ${String(all.length).padStart(5)}  ${paint(SEVERITY_STYLE[severity], severity.padEnd(8))}  ${id}`;
  });
  return [
    [`${paint("strong", "Where to begin")}: the gravest, with how many resources each is about`, ...lines].join("\n"),
  ];
}

/** What follows from one slip in a file's syntax are often dozens of problems; the first tells. */
function formatProblems({ problems }: Report, { paint, width, verbose }: TextOptions): readonly string[] {
  if (problems.length === 0) return [];
  const lines = [...Map.groupBy(problems, ({ file }) => file)].flatMap(([file, all]) => {
    const shown = (verbose ? all : all.slice(0, 1)).flatMap(({ line, column, message }) => [
      `  ${printable(file)}:${line}:${column}`,
      wrap(printable(message), "    ", width),
    ]);
    return all.length > 1 && !verbose ? [...shown, paint("quiet", `    and ${all.length - 1} more after it`)] : shown;
  });
  return [[`${paint("bad", "Could not be read")}, and was judged without:`, ...lines].join("\n")];
}

function formatSummary({ summary, outcome }: Report, { paint, verbose, width }: TextOptions): string {
  const { bySeverity: by } = summary;
  const counts = (["critical", "high", "medium", "low"] as const).filter((one) => by[one] > 0);
  const verdict =
    summary.fail === 0
      ? "Nothing fails"
      : `${summary.fail} do not hold (${counts.map((one) => `${by[one]} ${one}`).join(", ")})`;
  const rest = [
    `${summary.pass} hold`,
    ...(summary.unknown > 0 ? [`${summary.unknown} undecided`] : []),
    ...(summary.waived > 0 ? [`${summary.waived} waived`] : []),
    ...(summary.known > 0 ? [`${summary.known} known from the baseline`] : []),
  ];
  const scope = `${count(summary.rules, "rule")} over ${count(summary.resources, "resource")} in ${count(summary.inputs, "input")}.`;
  const end =
    outcome.exitCode === 0
      ? paint(
          "good",
          outcome.failOn === "never"
            ? "Passes, as nothing is to fail it."
            : `Passes: nothing at or above ${outcome.failOn}.`,
        )
      : paint(
          "bad",
          wrap(`${outcome.exitCode === 1 ? "Fails" : "Not whole"}: ${outcome.reasons.join("; ")}.`, "", width),
        );
  const hint = "`ward check explain RULE` explains one, --verbose all.";
  return [
    wrap(`${verdict}; ${rest.join(", ")}. ${scope}`, "", width),
    end,
    ...(by.low > 0 && !verbose ? [paint("quiet", `What is low is shortened: ${hint}`)] : []),
  ].join("\n");
}
