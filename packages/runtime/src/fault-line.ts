/**
 * What an operator is told of a failed handler: which class of error, and where in the author's files. Both come from
 * the isolate, which is not trusted and may try to write PHI into a log: a class is one of a closed list, and a place
 * is one that the release's own source map knows.
 */
import type { FunctionFault } from "@ward/core";
import type { FunctionFaultLine, FunctionRelease } from "./contract.ts";
import { locateFault } from "./release/locate-fault.ts";

const CLASSES = new Set([
  "AggregateError",
  "Error",
  "EvalError",
  "RangeError",
  "ReferenceError",
  "Reject",
  "SyntaxError",
  "TypeError",
  "URIError",
  "WardError",
]);
const PLACES_MAX = 5;

export function faultLine(release: FunctionRelease, traceId: string, fault: FunctionFault): FunctionFaultLine {
  const name = CLASSES.has(fault.name) ? fault.name : "Error";
  return { function: release.manifest.name, release: release.digest, traceId, name, at: placesOf(release, fault.at) };
}

function placesOf({ sourceMap }: FunctionRelease, at: unknown): readonly string[] {
  if (sourceMap === undefined || !Array.isArray(at)) return [];
  const positions = at.filter((place): place is string => typeof place === "string").slice(0, PLACES_MAX);
  // What the map does not know comes back as it was, and is dropped: it is the isolate's own text.
  return locateFault(sourceMap, positions).filter((place, index) => place !== positions[index]);
}
