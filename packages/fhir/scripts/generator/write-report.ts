/** The generator's report: which rules were compiled, which are checked by hand, and what can't be checked. */
import type { ExtractorReport } from "./compile-extractors.ts";
import type { Report } from "./compile-validators.ts";

export function writeReport(report: Report, extractors: ExtractorReport): string {
  const compiled = [...report.compiled.keys()].sort();
  return [
    "# What the generator made of R4",
    "",
    `Constraints compiled into JavaScript: ${compiled.length}. None is interpreted, none left out.`,
    "",
    compiled.map((key) => `\`${key}\``).join(" "),
    "",
    "## Constraints checked by hand",
    "",
    ...[...report.byHand].toSorted(byKey).map(([key, reason]) => `- \`${key}\`: ${reason}`),
    "",
    "## Required bindings to value sets that the definitions do not enumerate",
    "",
    ...[...report.openValueSets].toSorted(byKey).map(([url, reason]) => `- \`${url}\`: ${reason}`),
    "",
    "## Search parameters",
    "",
    `Extractors compiled: ${extractors.count} (parameter × resource type). Without expression: ` +
      [...extractors.withoutExpression].sort().join(", ") +
      ".",
    "",
  ].join("\n");
}

function byKey([one]: readonly [string, string], [other]: readonly [string, string]): number {
  return one < other ? -1 : 1;
}
