/**
 * What an instance answered, made safe to believe: the bundle wrote it, so nothing but the closed vocabulary of faults
 * passes. A name or place that does not look like one might be a message in disguise.
 */
import { ERROR_KINDS, REJECT_REASONS, WardError } from "@ward/core";
import type { ErrorCode, FunctionFault, InvokeResponse, LogCall, RejectReason } from "@ward/core";
import type { Answer } from "./in-socket.ts";

const NAME = /^[A-Za-z_$][\w$]{0,63}$/;
const PLACE = /^[\w@./-]{1,100}:\d{1,9}:\d{1,9}$/;
const PLACES_MAX = 5;
/** Each is judged where log lines are; this bounds how many. */
const LOG_LINES_MAX = 100;

/** Throws `function-failed` for what is no `InvokeResponse`, as after `process.exit()`. */
export function parseAnswer(answer: Answer): InvokeResponse {
  const value = answer.status === 200 ? parseJson(answer.body) : undefined;
  if (!isRecord(value)) throw new WardError("function-failed", { status: answer.status });
  const lines = Array.isArray(value["log"]) ? { log: value["log"].slice(0, LOG_LINES_MAX) as LogCall[] } : {};
  if (value["ok"] === true) return { ok: true, result: value["result"], ...lines };
  if (value["ok"] === false && isRecord(value["error"])) {
    return { ok: false, error: parseFault(value["error"]), ...lines };
  }
  throw new WardError("function-failed", { status: answer.status });
}

function parseFault(fault: Record<string, unknown>): FunctionFault {
  const { name, code, reject, at } = fault;
  return {
    name: typeof name === "string" && NAME.test(name) ? name : "Error",
    ...(typeof code === "string" && Object.hasOwn(ERROR_KINDS, code) ? { code: code as ErrorCode } : {}),
    ...(typeof reject === "string" && Object.hasOwn(REJECT_REASONS, reject) ? { reject: reject as RejectReason } : {}),
    at: Array.isArray(at)
      ? at.filter((place) => typeof place === "string" && PLACE.test(place)).slice(0, PLACES_MAX)
      : [],
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
