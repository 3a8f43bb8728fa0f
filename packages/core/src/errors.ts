/**
 * The closed table of failures. Each code fixes what a stranger may read (`publicMessage`), the HTTP status, whose
 * fault it is and whether trying again can help. `detail` is for code, not for people outside: it MUST NOT hold a
 * payload, a resource, a token or a secret. docs/errors.md is held against this table by a test.
 */

export interface ErrorKind {
  readonly status: number;
  readonly fault: "caller" | "function" | "ward" | "dependency";
  readonly retry: boolean;
  readonly publicMessage: string;
}

export const ERROR_KINDS = {
  "access-denied": {
    status: 403,
    fault: "caller",
    retry: false,
    publicMessage: "No policy permits this act for this purpose of use.",
  },
  unauthenticated: { status: 401, fault: "caller", retry: false, publicMessage: "No valid identity was presented." },
  "quota-exceeded": {
    status: 429,
    fault: "caller",
    retry: true,
    publicMessage: "The quota of this principal is used up; try again later.",
  },
  "record-unavailable": {
    status: 503,
    fault: "dependency",
    retry: true,
    publicMessage: "The audit record could not be written, so the act did not happen.",
  },
  "not-found": { status: 404, fault: "caller", retry: false, publicMessage: "There is no such resource." },
  gone: { status: 410, fault: "caller", retry: false, publicMessage: "The resource was deleted." },
  "version-conflict": {
    status: 412,
    fault: "caller",
    retry: true,
    publicMessage: "The resource has another version than the one named.",
  },
  duplicate: {
    status: 409,
    fault: "caller",
    retry: false,
    publicMessage: "This was already received with other content.",
  },
  "multiple-matches": {
    status: 412,
    fault: "caller",
    retry: false,
    publicMessage: "The criteria match more than one resource.",
  },
  "no-match": {
    status: 412,
    fault: "caller",
    retry: false,
    publicMessage: "The criteria match no resource.",
  },
  "invalid-resource": {
    status: 422,
    fault: "caller",
    retry: false,
    publicMessage: "The resource breaks a rule of FHIR R4.",
  },
  "patch-failed": {
    status: 422,
    fault: "caller",
    retry: false,
    publicMessage: "The patch does not apply to the current version of the resource.",
  },
  "invalid-request": { status: 400, fault: "caller", retry: false, publicMessage: "The request is malformed." },
  unsupported: { status: 501, fault: "caller", retry: false, publicMessage: "Ward does not support this interaction." },
  "too-large": { status: 413, fault: "caller", retry: false, publicMessage: "The request is larger than the limit." },
  "not-acceptable": {
    status: 406,
    fault: "caller",
    retry: false,
    publicMessage: "Only application/fhir+json is served.",
  },
  "unsupported-media-type": {
    status: 415,
    fault: "caller",
    retry: false,
    publicMessage: "Only JSON is accepted here.",
  },
  "method-not-allowed": {
    status: 405,
    fault: "caller",
    retry: false,
    publicMessage: "The method is not allowed here.",
  },
  "egress-refused": {
    status: 403,
    fault: "function",
    retry: false,
    publicMessage: "The egress proxy refused the request.",
  },
  "egress-failed": {
    status: 502,
    fault: "dependency",
    retry: true,
    publicMessage: "The remote host could not be reached or broke off.",
  },
  "function-failed": { status: 502, fault: "function", retry: true, publicMessage: "The function failed." },
  "function-timeout": {
    status: 504,
    fault: "function",
    retry: true,
    publicMessage: "The function exceeded its deadline and was stopped.",
  },
  "function-memory": {
    status: 502,
    fault: "function",
    retry: true,
    publicMessage: "The function exceeded its memory limit and was stopped.",
  },
  "function-unavailable": {
    status: 503,
    fault: "ward",
    retry: true,
    publicMessage: "No instance of the function could be started.",
  },
  "function-overloaded": {
    status: 503,
    fault: "function",
    retry: true,
    publicMessage: "The function already runs as many invocations as it may.",
  },
  "bad-manifest": {
    status: 500,
    fault: "function",
    retry: false,
    publicMessage: "The function's definition is not valid.",
  },
  "bundle-failed": {
    status: 500,
    fault: "function",
    retry: false,
    publicMessage: "The function could not be bundled.",
  },
  "key-unavailable": {
    status: 503,
    fault: "dependency",
    retry: true,
    publicMessage: "The key needed for this record is not available.",
  },
  "decryption-failed": {
    status: 500,
    fault: "ward",
    retry: false,
    publicMessage: "A record could not be opened: it was altered or moved.",
  },
  "database-unavailable": {
    status: 503,
    fault: "dependency",
    retry: true,
    publicMessage: "The database cannot be reached.",
  },
  "database-too-new": {
    status: 500,
    fault: "ward",
    retry: false,
    publicMessage: "The database was written by a newer version of Ward.",
  },
  "startup-failed": { status: 500, fault: "ward", retry: false, publicMessage: "The node could not start." },
  internal: { status: 500, fault: "ward", retry: false, publicMessage: "Something failed inside Ward." },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof ERROR_KINDS;

/** Typed internal detail: identifiers, element paths, limits. Never a value that came from a patient's record. */
export type ErrorDetail = Readonly<Record<string, string | number | boolean | readonly string[]>>;

export class WardError extends Error {
  readonly code: ErrorCode;
  readonly detail: ErrorDetail;

  constructor(code: ErrorCode, detail: ErrorDetail = {}, options: { cause?: unknown } = {}) {
    super(ERROR_KINDS[code].publicMessage, options);
    this.name = "WardError";
    this.code = code;
    this.detail = detail;
  }

  get kind(): ErrorKind {
    return ERROR_KINDS[this.code];
  }
}

/** Any thrown value as a `WardError`; what is not one becomes `internal`, its message dropped because it may quote PHI. */
export function asWardError(thrown: unknown): WardError {
  if (thrown instanceof WardError) return thrown;
  const name = thrown instanceof Error ? thrown.name : typeof thrown;
  return new WardError("internal", { thrown: name });
}

/** Bugs crash: an assertion states why the condition must hold. */
export function assert(condition: unknown, why: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${why}`);
}
