/** JUnit XML: a suite per input, a case per resource and rule, so that CI shows facts as it shows tests. */
import { escapeMarkup } from "./markup.ts";
import type { Report, ReportedFinding, ReportedResource } from "./report.ts";

export function formatJunit(report: Report): string {
  const suites = report.units.flatMap(({ file, resources }) => {
    const cases = resources.flatMap((resource) => resource.findings.map((finding) => [resource, finding] as const));
    if (cases.length === 0) return [];
    const count = (is: (finding: ReportedFinding) => boolean) => cases.filter(([, finding]) => is(finding)).length;
    const failures = count(({ kind, state }) => kind === "fail" && state === "open");
    const skipped = count(({ kind, state }) => kind === "unknown" || (kind === "fail" && state !== "open"));
    const head = `<testsuite name="${escapeMarkup(file)}" tests="${cases.length}" failures="${failures}" errors="${count(({ kind }) => kind === "error")}" skipped="${skipped}">`;
    return [head, ...cases.map(([resource, finding]) => caseOf(resource, finding)), "</testsuite>"];
  });
  const unread = report.problems.map(
    ({ file, line, message }) =>
      `<testcase classname="${escapeMarkup(file)}" name="can be read"><error message="${escapeMarkup(`${file}:${line} ${message}`)}"/></testcase>`,
  );
  const inputs =
    unread.length === 0
      ? []
      : [`<testsuite name="inputs" tests="${unread.length}" errors="${unread.length}">`, ...unread, "</testsuite>"];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites name="ward check">',
    ...suites,
    ...inputs,
    "</testsuites>",
  ].join("\n");
}

function caseOf(resource: ReportedResource, finding: ReportedFinding): string {
  const open = `<testcase classname="${escapeMarkup(resource.name)}" name="${escapeMarkup(finding.rule)}" file="${escapeMarkup(finding.file)}" line="${finding.line}"`;
  const message = escapeMarkup(finding.because);
  if (finding.kind === "pass") return `${open}/>`;
  if (finding.kind === "error") return `${open}><error message="${message}"/></testcase>`;
  if (finding.kind === "unknown" || finding.state !== "open") {
    const why = finding.waiver
      ? escapeMarkup(`waived until ${finding.waiver.expires}: ${finding.waiver.reason}`)
      : message;
    return `${open}><skipped message="${why}"/></testcase>`;
  }
  return `${open}><failure type="${finding.severity}" message="${message}">${escapeMarkup(`${finding.file}:${finding.line}:${finding.column}`)}</failure></testcase>`;
}
