/**
 * Errors as responses: the one place in the gateway that turns a failure into what a stranger may read. From core's
 * table come status and sentence; from `detail` only element paths and rules. FHIR callers get an OperationOutcome,
 * others RFC 9457 problem details.
 */
import { ERROR_KINDS, outcomeOf, type ErrorCode, type WardError } from "@ward/core";

export interface ErrorBody {
  readonly status: number;
  readonly contentType: string;
  readonly body: unknown;
}

export function fhirError(error: WardError, trace: string): ErrorBody {
  const { status } = ERROR_KINDS[error.code];
  return { status, contentType: "application/fhir+json; charset=utf-8", body: outcomeOf(error, trace) };
}

export function problem(error: WardError, trace: string): ErrorBody {
  const { status, publicMessage } = ERROR_KINDS[error.code];
  const issues = publicIssues(error);
  return {
    status,
    contentType: "application/problem+json",
    body: { title: publicMessage, status, code: error.code, trace, ...(issues.length === 0 ? {} : { issues }) },
  };
}

/** The header fields that a status asks for (RFC 9110 §11.6.1, §10.2.3). */
export function errorHeaders(code: ErrorCode): readonly string[] {
  if (code === "unauthenticated") return ["www-authenticate", 'Bearer realm="ward"'];
  const { status, retry } = ERROR_KINDS[code];
  return retry && (status === 429 || status === 503) ? ["retry-after", "1"] : [];
}

/** `detail.issues` holds element paths and rules by contract; anything else in `detail` stays inside. */
function publicIssues(error: WardError): readonly string[] {
  const issues = error.detail["issues"];
  return Array.isArray(issues) ? issues.filter((issue) => typeof issue === "string").slice(0, 50) : [];
}
