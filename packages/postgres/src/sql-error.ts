/**
 * What the database complained about, without what it complained over. PostgreSQL's messages quote values ("Key
 * (mrn)=(…) already exists"), so message, detail and context are dropped at this door; the SQLSTATE and the names of
 * constraint, table and column are enough to act on.
 */
import { WardError } from "@ward/core";

export class SqlError extends Error {
  /** SQLSTATE, as `23505` for a unique violation; `value` for one that could not be written or read here; `driver`. */
  readonly code: string;
  readonly constraint: string | undefined;
  readonly table: string | undefined;
  readonly column: string | undefined;

  constructor(code: string, names: { constraint?: string; table?: string; column?: string } = {}) {
    const place = names.constraint ?? names.column ?? names.table;
    super(`SQLSTATE ${code}${place === undefined ? "" : ` on ${place}`}`);
    this.name = "SqlError";
    this.code = code;
    this.constraint = names.constraint;
    this.table = names.table;
    this.column = names.column;
  }
}

/** The server or the way to it is gone, or it has no room: try again later. */
const UNAVAILABLE_STATES = /^(08...|53...|57P0[1-5]|58030|58P01)$/;
const UNAVAILABLE_SYSTEM_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ENOENT",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EAI_AGAIN",
  "ENOTFOUND",
  "EACCES",
  "ERR_STREAM_DESTROYED",
  "ERR_STREAM_WRITE_AFTER_END",
]);

/** Turns whatever the driver threw into `database-unavailable` or `SqlError`. */
export function readDriverError(thrown: unknown): WardError | SqlError {
  if (thrown instanceof WardError || thrown instanceof SqlError) return thrown;
  const error = thrown as Record<string, unknown>;
  const code = text(error["code"]) ?? "";
  if (error["severity"] === undefined || !/^[0-9A-Z]{5}$/.test(code)) {
    return isConnectionLoss(thrown, code)
      ? new WardError("database-unavailable", code === "" ? {} : { code })
      : new SqlError(code === "" ? "driver" : code);
  }
  if (UNAVAILABLE_STATES.test(code)) return new WardError("database-unavailable", { code });
  const [constraint, table, column] = [text(error["constraint"]), text(error["table"]), text(error["column"])];
  return new SqlError(code, {
    ...(constraint === undefined ? {} : { constraint }),
    ...(table === undefined ? {} : { table }),
    ...(column === undefined ? {} : { column }),
  });
}

/** After these nothing is known of the connection's state: it is closed, not reused. */
export function isBreaking(thrown: unknown): boolean {
  const error = readDriverError(thrown);
  return !(error instanceof SqlError) || error.code === "driver";
}

function isConnectionLoss(thrown: unknown, code: string): boolean {
  if (UNAVAILABLE_SYSTEM_CODES.has(code) || code.startsWith("ERR_TLS") || code.includes("CERT")) return true;
  // The driver gives these no code. They are its own sentences and quote nothing.
  return (
    thrown instanceof Error &&
    /connection|timeout exceeded|not queryable|pool after calling end|SSL|SASL/i.test(thrown.message)
  );
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
