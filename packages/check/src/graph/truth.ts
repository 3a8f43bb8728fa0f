/**
 * The three answers a fact can have, in Kleene's strong logic: `unknown` is what the template does not say, and it stays
 * unknown unless the rest decides alone. Each answer carries what was seen and where, so that a rule composed of several
 * questions still points to the line that decided.
 */
import type { Spot } from "../source/source-text.ts";

export type Outcome = "pass" | "fail" | "unknown";

export interface Truth {
  readonly outcome: Outcome;
  /** What was seen, as a clause: `BucketName is not set`. With `unknown`, what it depends on. */
  readonly because: string;
  /** The place that decided; absent where there is none to point to. */
  readonly spot?: Spot;
}

/** A rule's answer. `notApplicable`: the fact says nothing about this resource. */
export type Verdict = Truth | "notApplicable";

export function pass(because = "", spot?: Spot): Truth {
  return truth("pass", because, spot);
}

export function fail(because: string, spot?: Spot): Truth {
  return truth("fail", because, spot);
}

export function unknown(because: string, spot?: Spot): Truth {
  return truth("unknown", because, spot);
}

export function truth(outcome: Outcome, because: string, spot?: Spot): Truth {
  return spot === undefined ? { outcome, because } : { outcome, because, spot };
}

/** Fails where one fails; else unknown where one is unknown; passes, as the last did, also where there is none. */
export function all(...truths: readonly Truth[]): Truth {
  return (
    truths.find(({ outcome }) => outcome === "fail") ??
    truths.find(({ outcome }) => outcome === "unknown") ??
    truths.at(-1) ??
    pass()
  );
}

/** Passes where one passes; else unknown where one is unknown; else fails as the first did. */
export function any(...truths: readonly Truth[]): Truth {
  return (
    truths.find(({ outcome }) => outcome === "pass") ??
    truths.find(({ outcome }) => outcome === "unknown") ??
    truths[0] ??
    fail("nothing was found")
  );
}

export function not(one: Truth): Truth {
  return one.outcome === "unknown" ? one : { ...one, outcome: one.outcome === "pass" ? "fail" : "pass" };
}

/** Says a failure in the rule's own words. What is unknown keeps its reason. */
export function saying(one: Truth, failure: string): Truth {
  return one.outcome === "fail" ? { ...one, because: failure } : one;
}

/**
 * One of several things will be the case, and which is decided at deployment: known only where all agree.
 * `because` says what decides.
 */
export function oneOf(because: string, truths: readonly Truth[]): Truth {
  const first = truths[0];
  if (first === undefined) return unknown(because);
  if (truths.every(({ outcome }) => outcome === first.outcome)) return first;
  return unknown(truths.find(({ outcome }) => outcome === "unknown")?.because ?? because, first.spot);
}
