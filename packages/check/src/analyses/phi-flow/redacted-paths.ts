/** What a logger's list of paths takes out of what it is given: `patient.name`, `*.ssn`, `req.headers["x"]`, `items[*].dob`. */
import type { CodeValue } from "../../code/contract.ts";
import { withDoubt, type Taint } from "./taint.ts";
import type { TaintReader } from "./taint-reader.ts";

const DEPTH_MAX = 6;

/** What is left of the PHI in a logged object; undefined where the paths take out all of it. */
export function takenOut(
  value: CodeValue,
  taint: Taint,
  redacted: readonly string[],
  reader: TaintReader,
): Taint | undefined {
  const paths = redacted.map(keysOf);
  let isOnlyPartly = false;
  for (const { keys, taint: leaf } of leavesOf(value, [], reader)) {
    if (paths.some((path) => covers(path, keys))) continue;
    // A deeper path takes out a part of what is there.
    if (paths.some((path) => path.length > keys.length && covers(path.slice(0, keys.length), keys)))
      isOnlyPartly = true;
    else return leaf;
  }
  if (!isOnlyPartly) return undefined;
  return withDoubt(taint, { reason: "only some of its fields are redacted", spot: value.spot });
}

function* leavesOf(
  value: CodeValue,
  keys: readonly string[],
  reader: TaintReader,
): Generator<{ readonly keys: readonly string[]; readonly taint: Taint }> {
  const taint = reader.taintOf(value);
  if (!taint) return;
  if (value.kind === "object" && value.isCycle !== true && keys.length < DEPTH_MAX) {
    for (const [key, entry] of value.entries) yield* leavesOf(entry, [...keys, key], reader);
    if (value.rest) yield* leavesOf(value.rest, [...keys, "*"], reader);
  } else if (value.kind === "choice") for (const option of value.options) yield* leavesOf(option, keys, reader);
  else yield { keys, taint };
}

function keysOf(path: string): readonly string[] {
  return path
    .replaceAll(/\[["']?([^\]"']*)["']?\]/g, ".$1")
    .split(".")
    .filter((key) => key !== "");
}

function covers(path: readonly string[], keys: readonly string[]): boolean {
  return (
    path.length <= keys.length && path.length > 0 && path.every((key, index) => key === "*" || key === keys[index])
  );
}
