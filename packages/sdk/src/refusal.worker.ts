/** A refusal by the node, as the `WardError` that a handler can catch and tell by its `code`. */
import { ERROR_KINDS, WardError, type ErrorCode } from "@ward/core";

/** A failed binding call always throws; what is no `WireError` came from a broken node. */
export function refusalOf(body: unknown): WardError {
  if (!isRecord(body) || !isErrorCode(body["code"])) return new WardError("internal");
  const { code, issues } = body;
  return new WardError(
    code,
    Array.isArray(issues) ? { issues: issues.filter((issue) => typeof issue === "string") } : {},
  );
}

/** Of an egress response, only what the proxy itself said: its fixed sentence with its status, and no remote host's. */
export async function egressRefusal(response: Response): Promise<WardError | undefined> {
  if (response.ok || response.headers.get("content-type") !== "application/json") return undefined;
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  if (!isRecord(body) || !isErrorCode(body["code"])) return undefined;
  const { status, publicMessage } = ERROR_KINDS[body["code"]];
  return status === response.status && publicMessage === body["message"] ? refusalOf(body) : undefined;
}

function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === "string" && Object.hasOwn(ERROR_KINDS, value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
