/** How findings count on the map. */
import type { ReportedFinding } from "../report/report.ts";
import type { VerdictCounts } from "./model.ts";

export function verdictOf(findings: readonly ReportedFinding[]): VerdictCounts {
  const open = findings.filter(({ kind, state }) => (kind === "fail" || kind === "error") && state === "open");
  const severity = (wanted: string) => open.filter((one) => one.severity === wanted).length;
  return {
    critical: severity("critical"),
    high: severity("high"),
    medium: severity("medium"),
    low: severity("low"),
    undecided: findings.filter(({ kind }) => kind === "unknown").length,
    holds: findings.filter(({ kind }) => kind === "pass").length,
    excused: findings.filter(({ kind, state }) => kind === "fail" && state !== "open").length,
  };
}

export function addVerdicts(verdicts: readonly VerdictCounts[]): VerdictCounts {
  const sum = (key: keyof VerdictCounts) => verdicts.reduce((total, one) => total + one[key], 0);
  return {
    critical: sum("critical"),
    high: sum("high"),
    medium: sum("medium"),
    low: sum("low"),
    undecided: sum("undecided"),
    holds: sum("holds"),
    excused: sum("excused"),
  };
}
