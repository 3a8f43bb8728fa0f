export { check, checkText, type CheckOptions, type CheckResult, type InputProblem, type JudgedUnit } from "./check.ts";
export type { Finding, FindingKind } from "./judge/finding.ts";
