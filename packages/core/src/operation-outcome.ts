/**
 * A failure as FHIR tells it (https://hl7.org/fhir/R4/operationoutcome.html): the one place that decides what of a
 * `WardError` a FHIR client may read. From the table come the sentence and the issue type; from `detail` element paths
 * with their rules, and of the rest only the members listed here, which hold names of R4, codes and limits.
 */
import { ERROR_KINDS, type ErrorCode, type WardError } from "./errors.ts";

export interface OutcomeIssue {
  readonly severity: "fatal" | "error" | "warning" | "information";
  /** https://hl7.org/fhir/R4/valueset-issue-type.html */
  readonly code: string;
  readonly details?: { readonly text: string };
  readonly diagnostics?: string;
  /** FHIRPath of the element. */
  readonly expression?: readonly string[];
}

export interface OperationOutcome {
  readonly resourceType: "OperationOutcome";
  readonly issue: readonly OutcomeIssue[];
}

/** Codes that are not listed are `exception`. */
const ISSUE_TYPES: Partial<Readonly<Record<ErrorCode, string>>> = {
  "access-denied": "forbidden",
  unauthenticated: "login",
  "quota-exceeded": "throttled",
  "record-unavailable": "transient",
  "not-found": "not-found",
  gone: "deleted",
  "version-conflict": "conflict",
  duplicate: "duplicate",
  "multiple-matches": "multiple-matches",
  "no-match": "not-found",
  "invalid-resource": "invariant",
  "patch-failed": "processing",
  "invalid-request": "invalid",
  unsupported: "not-supported",
  "too-large": "too-long",
  "not-acceptable": "not-supported",
  "unsupported-media-type": "not-supported",
  "method-not-allowed": "not-supported",
  "function-timeout": "timeout",
  "function-unavailable": "transient",
  "function-overloaded": "throttled",
  "key-unavailable": "transient",
  "database-unavailable": "transient",
};

/** Issue types of what is wrong with an element; any other rule is an invariant's key. */
const RULE_TYPES: Readonly<Record<string, string>> = {
  "unknown-element": "structure",
  structure: "structure",
  depth: "structure",
  "choice-of-type": "structure",
  "expected-array": "structure",
  "expected-single-value": "structure",
  required: "required",
  format: "value",
  "empty-value": "value",
  "unknown-type": "value",
  "reference-type": "value",
  "required-binding": "code-invalid",
  "patient-not-found": "not-found",
  "dangling-reference": "not-found",
  "reference-not-found": "not-found",
  "one-patient-only": "business-rule",
  "compartment-change": "business-rule",
  "literal-reference-required": "business-rule",
};

const PUBLIC_MEMBERS = ["reason", "type", "parameter", "modifier", "header", "operation", "profile"];
const PUBLIC_VALUE = /^[A-Za-z$_(][\w.:()$-]{0,63}$/;

/** `trace` leads the operator to the ledger's entries. */
export function outcomeOf(error: WardError, trace?: string): OperationOutcome {
  const { publicMessage } = ERROR_KINDS[error.code];
  const details = { text: publicMessage };
  const issues = issuesOf(error);
  if (issues.length > 0) {
    return { resourceType: "OperationOutcome", issue: issues.map((issue) => ({ ...elementIssue(issue), details })) };
  }
  const { entry } = error.detail;
  const issue: OutcomeIssue = {
    severity: "error",
    code: ISSUE_TYPES[error.code] ?? "exception",
    details,
    diagnostics: diagnosticsOf(error, trace),
    ...(typeof entry === "number" ? { expression: [`Bundle.entry[${entry}]`] } : {}),
  };
  return { resourceType: "OperationOutcome", issue: [issue] };
}

/** What went well, for who asked for it with `Prefer: return=OperationOutcome`. */
export function successOutcome(text: string): OperationOutcome {
  return {
    resourceType: "OperationOutcome",
    issue: [{ severity: "information", code: "informational", details: { text } }],
  };
}

/** `<path>: <rule>` as an issue. */
export function elementIssue(issue: string): OutcomeIssue {
  const at = issue.lastIndexOf(": ");
  const [path, rule] = at < 0 ? ["", issue] : [issue.slice(0, at), issue.slice(at + 2)];
  const expression = path === "" ? {} : { expression: [path] };
  return { severity: "error", code: RULE_TYPES[rule] ?? "invariant", diagnostics: issue, ...expression };
}

/** `detail.issues` holds element paths and rules by contract. */
function issuesOf({ detail }: WardError): readonly string[] {
  const issues = detail["issues"];
  return Array.isArray(issues) ? issues.filter((issue) => typeof issue === "string").slice(0, 50) : [];
}

function diagnosticsOf({ code, detail }: WardError, trace: string | undefined): string {
  const told = Object.entries(detail).flatMap(([name, value]) => {
    if (typeof value === "number" && (name.startsWith("limit") || name === "operationIndex"))
      return [`${name} ${value}`];
    const isPublic = PUBLIC_MEMBERS.includes(name) && typeof value === "string" && PUBLIC_VALUE.test(value);
    return isPublic ? [`${name} ${value}`] : [];
  });
  return [`code ${code}`, ...told, ...(trace === undefined ? [] : [`trace ${trace}`])].join(", ");
}
