/** How two values relate, and what a comparison knows of the account. */
import type { Value } from "../graph/value.ts";
import { isNothing } from "./live-value.ts";

export interface Difference {
  readonly path: string;
  /** Absent where the template does not set it. */
  readonly expected: Value;
  /** What AWS does where the template says nothing, if that is what is compared. */
  readonly byDefault?: string | number | boolean;
  /** Absent where the account does not have it. */
  readonly actual: Value;
}

export interface Relation {
  readonly state: "equal" | "differs" | "open";
  readonly differences: readonly Difference[];
  /** What runs, in the template's own words where it says the same. */
  readonly merged: Value;
}

export interface Comparison {
  readonly type: string;
  /** What a resource of the template is called in the account; undefined where that is not known. */
  readonly identifiersOf: (id: string) => ReadonlySet<string> | undefined;
  /** An attribute of it, as the account says it. */
  readonly attributeOf: (id: string, attribute: string) => string | undefined;
  /** The template says all there is: what it lacks should not be there. */
  readonly isExact: boolean;
  readonly budget: { steps: number };
}

/** Values compared for one run: far more than an account's snapshot has. */
export const STEPS_MAX = 2_000_000;

/** Answers for two values at a path. */
export type Relate = (expected: Value, actual: Value, path: string, given: Comparison) => Relation;

export function together(found: readonly Relation[], merged: Value): Relation {
  const differences = found.flatMap((one) => one.differences);
  const state = found.some((one) => one.state === "differs")
    ? "differs"
    : found.some((one) => one.state === "open")
      ? "open"
      : "equal";
  return { state, differences, merged };
}

export function equal(merged: Value): Relation {
  return { state: "equal", differences: [], merged };
}

export function differs(expected: Value, actual: Value, path: string): Relation {
  return { state: "differs", differences: [{ path, expected, actual }], merged: actual };
}

/** What names another resource stays as it is written, so that they hang together; otherwise what runs is known. */
export function open(expected: Value, actual: Value): Relation {
  const isLink = expected.kind === "reference" || expected.kind === "text";
  return { state: "open", differences: [], merged: isLink || isNothing(actual) ? expected : actual };
}
