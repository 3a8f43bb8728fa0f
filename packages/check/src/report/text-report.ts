/** The report for a person: what is wrong, why it matters, how it looks mended, resource by resource; then where they stand. */
import type { Report, ReportedFinding, ReportedResource, ReportedRule } from "./report.ts";

export type Style = "plain" | "strong" | "quiet" | "good" | "warn" | "bad";
export type Paint = (style: Style, text: string) => string;

export interface TextOptions {
  readonly paint: Paint;
  /** Columns of the terminal. */
  readonly width: number;
  /** Also what holds and what is known or waived, one line each. */
  readonly verbose: boolean;
}

const SEVERITY_STYLE = { critical: "bad", high: "bad", medium: "warn", low: "quiet" } as const;
const ORDER = { critical: 0, high: 1, medium: 2, low: 3 } as const;
const INDENT = " ".repeat(6);

export function formatText(report: Report, options: TextOptions): string {
  const explained = new Set<string>();
  const rules = new Map(report.rules.map((rule) => [rule.id, rule]));
  const parts = [
    ...report.problems.map((problem) => formatProblem(problem, options)),
    ...report.units.flatMap((unit) => {
      const shown = unit.resources.flatMap((resource) => formatResource(resource, rules, explained, options) ?? []);
      return shown.length === 0 ? [] : [options.paint("strong", unit.file), ...shown];
    }),
    ...formatUndecided(report, rules, options),
    ...formatWaivers(report, options),
    ...report.frameworks.map((framework) => formatFramework(framework, options)),
    formatSummary(report, options),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

/** A rule on its own, for `ward check explain`. */
export function formatRule(rule: ReportedRule, { paint, width }: TextOptions): string {
  const cited = rule.citations.map(
    ({ framework, requirement, bearing }) => `  ${framework}  ${requirement}  ${bearing}`,
  );
  return [
    `${paint("strong", rule.title)}\n${rule.id}   ${paint(SEVERITY_STYLE[rule.severity], rule.severity)}   ${rule.topics.join(", ")}`,
    wrap(rule.why, "", width),
    wrap(rule.remedy, "", width),
    indent(rule.snippet.trimEnd(), "    "),
    cited.length === 0 ? "" : `Speaks to:\n${cited.join("\n")}`,
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function formatProblem({ file, line, column, message }: Report["problems"][number], { paint }: TextOptions): string {
  return `${paint("bad", "cannot read")} ${file}:${line}:${column}\n${INDENT}${message}`;
}

function formatResource(
  resource: ReportedResource,
  rules: ReadonlyMap<string, ReportedRule>,
  explained: Set<string>,
  options: TextOptions,
): string | undefined {
  const counted = resource.findings
    .filter(({ kind, state }) => (kind === "fail" || kind === "error") && state === "open")
    .toSorted((one, other) => ORDER[one.severity] - ORDER[other.severity]);
  if (counted.length === 0) return undefined;
  const head = `  ${options.paint("strong", resource.name)}  ${options.paint("quiet", `${resource.type}, line ${resource.line}`)}`;
  const findings = counted.map((finding) =>
    formatFinding(finding, rules.get(finding.rule), explained, resource, options),
  );
  return [head, ...findings].join("\n");
}

function formatFinding(
  finding: ReportedFinding,
  rule: ReportedRule | undefined,
  explained: Set<string>,
  resource: ReportedResource,
  { paint, width }: TextOptions,
): string {
  const label = paint(SEVERITY_STYLE[finding.severity], finding.severity.padEnd(8));
  const place =
    finding.line === resource.line && finding.file === resource.file
      ? ""
      : ` (${finding.file}:${finding.line}:${finding.column})`;
  const seen = finding.because === "" ? [] : [wrap(`Seen: ${finding.because}${place}`, INDENT, width)];
  const head = `    ${label} ${finding.kind === "error" ? `the rule ${finding.rule} broke` : negated(rule?.title ?? finding.rule)}  ${paint("quiet", finding.rule)}`;
  if (!rule) return [head, ...seen].join("\n");
  if (explained.has(rule.id)) return [head, ...seen, `${INDENT}${paint("quiet", "Mend: as above")}`].join("\n");
  explained.add(rule.id);
  const hipaa = rule.citations.slice(0, 6).map(({ requirement, bearing }) => `${requirement} (${bearing})`);
  return [
    head,
    ...seen,
    wrap(`Why:  ${rule.why}`, INDENT, width),
    wrap(`Mend: ${rule.remedy}`, INDENT, width),
    paint("quiet", indent(rule.snippet.trimEnd(), `${INDENT}      `)),
    ...(hipaa.length === 0 ? [] : [paint("quiet", wrap(`Law:  ${hipaa.join("; ")}`, INDENT, width))]),
    "",
  ].join("\n");
}

/** A fact that does not hold, said so that nobody reads the title as praise. */
function negated(title: string): string {
  return `Does not hold: ${title.charAt(0).toLowerCase()}${title.slice(1)}`;
}

function formatUndecided(
  report: Report,
  rules: ReadonlyMap<string, ReportedRule>,
  { paint, verbose, width }: TextOptions,
): readonly string[] {
  const undecided = report.units.flatMap(({ resources }) =>
    resources.flatMap((resource) =>
      resource.findings.filter(({ kind }) => kind === "unknown").map((finding) => ({ resource, finding })),
    ),
  );
  if (undecided.length === 0) return [];
  const shown = verbose ? undecided : undecided.slice(0, 12);
  const lines = shown.map(({ resource, finding }) =>
    wrap(
      `${resource.name}: ${rules.get(finding.rule)?.title ?? finding.rule}? ${finding.because} (${finding.file}:${finding.line})`,
      "  ",
      width,
    ),
  );
  const more = undecided.length > shown.length ? [`  … and ${undecided.length - shown.length} more (--verbose)`] : [];
  const head = `${paint("warn", "Not decided")}: the input does not say; --parameters can`;
  return [[head, ...lines, ...more].join("\n")];
}

function formatWaivers(report: Report, { paint, width }: TextOptions): readonly string[] {
  if (report.waivers.length === 0) return [];
  const style = { holds: "quiet", expired: "bad", refused: "bad", unused: "warn" } as const;
  const lines = report.waivers.map((waiver) => {
    const about = `${waiver.rule} on ${waiver.resource ?? "all"}, ${waiver.owner}, until ${waiver.expires}: ${waiver.reason} (${waiver.source})`;
    return `  ${paint(style[waiver.state], waiver.state.padEnd(8))}${wrap(about, " ".repeat(10), width).trimStart()}`;
  });
  return [[paint("strong", "Waivers"), ...lines].join("\n")];
}

function formatFramework(framework: Report["frameworks"][number], { paint, width }: TextOptions): string {
  const of = (state: string) => framework.requirements.filter((one) => one.state === state);
  const failing = of("fails").map((one) =>
    wrap(
      `${one.id} ${one.title} (${one.bearing}): ${one.fail} of ${one.fail + one.pass + one.unknown} facts do not hold`,
      "  ",
      width,
    ),
  );
  const head = paint("strong", `${framework.title}, ${framework.source}`);
  const counts = `  ${of("holds").length} hold here, ${failing.length} fail, ${of("unknown").length} undecided; ${of("silent").length} of which this input shows nothing`;
  return [head, counts, ...failing].join("\n");
}

function formatSummary({ summary, problems }: Report, { paint }: TextOptions): string {
  const { bySeverity: by } = summary;
  const counts = (["critical", "high", "medium", "low"] as const)
    .filter((one) => by[one] > 0)
    .map((one) => `${by[one]} ${one}`);
  const verdict =
    summary.fail === 0 ? paint("good", "Nothing fails") : paint("bad", `${summary.fail} fail: ${counts.join(", ")}`);
  const rest = [
    `${summary.pass} hold`,
    `${summary.unknown} undecided`,
    ...(summary.waived > 0 ? [`${summary.waived} waived`] : []),
    ...(summary.known > 0 ? [`${summary.known} known from the baseline`] : []),
    ...(summary.error > 0 ? [paint("bad", `${summary.error} rules broke`)] : []),
    ...(problems.length > 0 ? [paint("bad", `${problems.length} places could not be read`)] : []),
  ];
  return `${verdict}; ${rest.join(", ")}. ${summary.rules} rules over ${summary.resources} resources in ${summary.inputs} inputs.`;
}

function wrap(text: string, before: string, width: number): string {
  const room = Math.max(40, width - before.length);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  lines.push(line);
  const hanging = /^(Seen|Why|Mend|Law):\s+/.exec(text)?.[0].length ?? 0;
  return lines.map((one, index) => before + (index === 0 ? "" : " ".repeat(hanging)) + one).join("\n");
}

function indent(text: string, by: string): string {
  return text.replaceAll(/^/gm, by);
}
