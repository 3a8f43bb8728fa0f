/**
 * Why a search is refused. Names are repeated only where they look like R4's: anything else may be a value in the wrong
 * place (a name in the URL is PHI), and values never are.
 */
import { WardError, type ErrorDetail } from "@ward/core";

/** Malformed, unknown or not applicable: the caller can mend it. */
export function invalidSearch(parameter: string, reason: string, more: ErrorDetail = {}): WardError {
  return new WardError("invalid-request", { parameter: safeName(parameter), reason, ...more });
}

/** R4 has it, Ward does not answer it. */
export function unsupportedSearch(parameter: string, reason: string): WardError {
  return new WardError("unsupported", { parameter: safeName(parameter), reason });
}

export function tooLargeSearch(parameter: string, limit: string, max: number): WardError {
  return new WardError("too-large", { parameter: safeName(parameter), [limit]: max });
}

function safeName(name: string): string {
  return /^_?[a-z][A-Za-z-]{0,40}$/.test(name) ? name : "(unnamed)";
}
