/**
 * One thrown value → one clear line and what to do about it. Only a `WardError`'s fixed message, its identifiers and
 * Node's error codes are shown: the message of anything else may quote what it was working on.
 */
import { asWardError, type ErrorCode, type WardError } from "@ward/core";
import { EXIT } from "./cli.ts";
import { diskFull, explainReason, portTaken } from "./start-reasons.ts";

/** A mistake in how the command was called, or something that its own preparation found. The message is for people. */
export class CliError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT.couldNotRun) {
    super(message);
    this.name = "CliError";
    this.exitCode = exitCode;
  }
}

export interface Explanation {
  readonly code: ErrorCode | "usage" | "no-acknowledgment";
  /** One line with the remedy; problems of an app's build follow, one a line. */
  readonly line: string;
  readonly exitCode: number;
}

export function explainError(thrown: unknown): Explanation {
  if (thrown instanceof CliError) return { code: "usage", line: thrown.message, exitCode: thrown.exitCode };
  const unanswered = mllpReasonOf(thrown);
  if (unanswered) return { code: "no-acknowledgment", line: unanswered, exitCode: EXIT.couldNotRun };
  const error = asWardError(thrown);
  const system = systemErrorOf(thrown);
  const line =
    CODES[error.code]?.(error) ??
    explainReason(error.detail) ??
    (system && SYSTEM[system.code]?.(system)) ??
    plain(error, system);
  return { code: error.code, line, exitCode: EXIT.couldNotRun };
}

const CODES: Partial<Record<ErrorCode, (error: WardError) => string>> = {
  "database-too-new": () =>
    "The database was written by a newer version of Ward. Update Ward, or pass --state-dir or --database-url.",
  "bundle-failed": (error) => buildProblems(error, "The app could not be bundled:"),
  "bad-manifest": (error) => buildProblems(error, "A definition isn't valid:"),
};

interface SystemError {
  readonly code: string;
  readonly syscall?: string;
  readonly path?: string;
  readonly address?: string;
  readonly port?: number;
}

/** Node's own error codes, where they reach us in a `cause`. */
const SYSTEM: Readonly<Record<string, (error: SystemError) => string>> = {
  EADDRINUSE: (error) => portTaken(error.port ?? 0),
  EACCES: (error) => `Permission denied${place(error)}. Change its permissions, or pass --state-dir.`,
  EPERM: (error) => `Not permitted${place(error)}. Change its permissions, or pass --state-dir.`,
  EROFS: (error) => `The disk is read-only${place(error)}. Pass --state-dir with a folder that can be written.`,
  ENOSPC: (error) => diskFull(error.path),
  EDQUOT: (error) => diskFull(error.path),
  ECONNREFUSED: (error) =>
    `Nothing listens on ${error.address ?? "the address"}:${error.port ?? ""}. Start a node with \`ward start\`.`,
};

/** The gateway's `MllpError`: why a message got no acknowledgment. */
const MLLP: Readonly<Record<string, string>> = {
  "cannot-connect":
    "The node can't be reached over MLLP. Start it with `ward start`, or pass --host, --port, and its --state-dir (or --plain).",
  timeout: "No acknowledgment came in time. The message may have been filed: send it again, it is filed once.",
  closed: "The node closed the connection before it acknowledged. Send the message again, it is filed once.",
  "not-an-acknowledgment": "What answered doesn't speak MLLP as Ward does. Look at --host and --port.",
};

function mllpReasonOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !("reason" in thrown)) return undefined;
  return thrown.constructor.name === "MllpError" ? MLLP[String(thrown.reason)] : undefined;
}

/** The first error with a system call's code in the chain of causes. */
function systemErrorOf(thrown: unknown): SystemError | undefined {
  let error: unknown = thrown;
  for (let depth = 0; depth < 8 && error instanceof Error; depth++) {
    const { code } = error as { readonly code?: unknown };
    if (typeof code === "string" && /^E[A-Z0-9]+$/.test(code)) return error as unknown as SystemError;
    error = error instanceof AggregateError ? error.errors[0] : error.cause;
  }
  return undefined;
}

/** The app's author sees every problem with its place, one a line. */
function buildProblems(error: WardError, what: string): string {
  const { problems, problem, file, line, path, remedy } = error.detail;
  if (Array.isArray(problems) && problems.length > 0) return `${what}\n  ${problems.join("\n  ")}`;
  const place = [file ?? path, line].filter((part) => part !== undefined).join(":");
  const why = problem ?? remedy;
  if (place === "") return error.message;
  return `${what}\n  ${place}${why === undefined ? "" : `: ${String(why)}`}`;
}

/** The fixed message with its identifiers. */
function plain(error: WardError, system: SystemError | undefined): string {
  const { remedy, ...facts } = error.detail;
  const told = Object.entries(facts).map(
    ([key, value]) => `${key} ${Array.isArray(value) ? value.join(", ") : String(value)}`,
  );
  if (system) told.push(system.code);
  return [
    `${error.message}${told.length > 0 ? ` (${told.join("; ")})` : ""}`,
    ...(remedy ? [String(remedy)] : []),
  ].join(" ");
}

function place(error: SystemError): string {
  return error.path === undefined ? "" : `: ${error.path}`;
}
