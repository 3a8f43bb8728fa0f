/**
 * What the node may learn of a failed handler: class, code, closed reason and places in the bundle. Never a message,
 * which may quote PHI. Places are taken only from frames of the bundle's own module.
 */
import { ERROR_KINDS, REJECT_REASONS, type ErrorCode, type FunctionFault, type RejectReason } from "@ward/core";

const PLACES_MAX = 5;
const MODULE = /([\w.-]+):\d+:\d+\)?$/m.exec(new Error().stack ?? "")?.[1];
/** V8's message where the kernel or the engine refuses memory; the function's state is unknown afterwards. */
const ALLOCATION_FAILED = /^(?:Array buffer allocation failed|WebAssembly\.Memory\(\): could not allocate memory)/;

export function describeFault(thrown: unknown): FunctionFault {
  if (!(thrown instanceof Error)) return { name: typeof thrown, at: [] };
  const code = codeOf(thrown);
  const reject = rejectReasonOf(thrown);
  return {
    name: reject === undefined ? thrown.constructor.name || "Error" : "Reject",
    ...(code === undefined ? {} : { code }),
    ...(reject === undefined ? {} : { reject }),
    at: placesOf(thrown),
  };
}

function codeOf(error: Error): ErrorCode | undefined {
  if (error instanceof RangeError && ALLOCATION_FAILED.test(error.message)) return "function-memory";
  const code: unknown = Reflect.get(error, "code");
  return error.name === "WardError" && typeof code === "string" && Object.hasOwn(ERROR_KINDS, code)
    ? (code as ErrorCode)
    : undefined;
}

/** By shape, not by class: a bundle may hold the SDK twice. */
function rejectReasonOf(error: Error): RejectReason | undefined {
  const reason: unknown = Reflect.get(error, "reason");
  const isReject = error.name === "Reject" && typeof reason === "string" && Object.hasOwn(REJECT_REASONS, reason);
  return isReject ? (reason as RejectReason) : undefined;
}

function placesOf(error: Error): readonly string[] {
  const places: string[] = [];
  for (const line of String(error.stack ?? "").split("\n")) {
    const [, module, place] = /^ {4}at (?:.*[(/ ])?([\w.-]+):(\d+:\d+)\)?$/.exec(line) ?? [];
    if (module === MODULE && place !== undefined) places.push(`${module}:${place}`);
  }
  return places.slice(0, PLACES_MAX);
}
