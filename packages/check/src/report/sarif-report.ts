/** SARIF 2.1.0 (OASIS), as code hosts take it: a result per failure, undecided or broken rule, with its place. */
import type { Report, ReportedFinding, ReportedResource, ReportedRule } from "./report.ts";

const LEVEL = { critical: "error", high: "error", medium: "warning", low: "note" } as const;
/** GitHub sorts by this; the bands are its own. */
const SECURITY_SEVERITY = { critical: "9.5", high: "8.0", medium: "5.5", low: "2.5" } as const;
/** GitHub refuses a file with more at one rule. */
const TAGS_MAX = 20;

export function formatSarif(report: Report): string {
  const indexes = new Map(report.rules.map(({ id }, index) => [id, index]));
  const results = report.units.flatMap(({ resources }) =>
    resources.flatMap((resource) =>
      resource.findings
        .filter(({ kind }) => kind !== "pass")
        .map((finding) => resultOf(finding, resource, indexes.get(finding.rule) ?? -1, report)),
    ),
  );
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "ward check", semanticVersion: "0.1.0", rules: report.rules.map(descriptorOf) } },
        columnKind: "utf16CodeUnits",
        invocations: [
          {
            executionSuccessful: report.problems.length === 0,
            endTimeUtc: report.at,
            toolExecutionNotifications: report.problems.map((problem) => ({
              level: "error",
              message: { text: problem.message },
              locations: [locationOf(problem)],
            })),
          },
        ],
        results,
      },
    ],
  };
  return JSON.stringify(log, undefined, 2);
}

function descriptorOf(rule: ReportedRule): object {
  return {
    id: rule.id,
    shortDescription: { text: rule.title },
    fullDescription: { text: rule.why },
    help: {
      text: `${rule.remedy}\n\n${rule.snippet}`,
      markdown: `${rule.why}\n\n${rule.remedy}\n\n\`\`\`yaml\n${rule.snippet}\n\`\`\``,
    },
    defaultConfiguration: { level: LEVEL[rule.severity] },
    properties: {
      tags: [
        "security",
        ...rule.topics,
        ...rule.citations.map(({ framework, requirement }) => `${framework}/${requirement}`),
      ].slice(0, TAGS_MAX),
      "security-severity": SECURITY_SEVERITY[rule.severity],
    },
  };
}

function resultOf(finding: ReportedFinding, resource: ReportedResource, ruleIndex: number, report: Report): object {
  const rule = report.rules[ruleIndex];
  const level = finding.kind === "error" ? "error" : finding.kind === "unknown" ? "none" : LEVEL[finding.severity];
  const suppressions =
    finding.state === "open"
      ? undefined
      : [
          finding.waiver
            ? {
                kind: "external",
                status: "accepted",
                justification: `${finding.waiver.reason} (${finding.waiver.owner}, until ${finding.waiver.expires})`,
              }
            : { kind: "external", status: "accepted", justification: "known from the baseline" },
        ];
  return {
    ruleId: finding.rule,
    ruleIndex,
    kind: finding.kind === "unknown" ? "review" : "fail",
    level,
    message: { text: `${resource.name}: ${finding.because}. ${rule?.remedy ?? ""}`.trim() },
    locations: [
      {
        ...locationOf(finding),
        logicalLocations: [{ name: resource.id, fullyQualifiedName: resource.name, kind: "resource" }],
      },
    ],
    partialFingerprints: { "wardCheck/v1": `${finding.rule}:${finding.file}:${resource.id}` },
    ...(finding.steps ? { codeFlows: [codeFlowOf(finding.steps)] } : {}),
    ...(suppressions ? { suppressions } : {}),
  };
}

function codeFlowOf(steps: NonNullable<ReportedFinding["steps"]>): object {
  const locations = steps.map((step) => ({ location: { ...locationOf(step), message: { text: step.text } } }));
  return { threadFlows: [{ locations }] };
}

function locationOf({ file, line, column }: { readonly file: string; readonly line: number; readonly column: number }) {
  return {
    physicalLocation: {
      artifactLocation: { uri: file.split("/").map(encodeURIComponent).join("/") },
      region: { startLine: line, startColumn: column },
    },
  };
}
