/** PHI in a value: where it comes from, what of it is there, and the way that it took so far. */
import type { Spot } from "../../source/source-text.ts";

export interface WayStep {
  readonly spot: Spot;
  /** A sentence's middle: `event.body comes in with the request`. No literal of the code, names of fields at most. */
  readonly text: string;
  /** Says how it goes on, not where to: left out where more is said of the same line. */
  readonly isMinor?: true;
}

export interface Doubt {
  /** After "because": `what format of package x makes of it is not known`. */
  readonly reason: string;
  readonly spot: Spot;
}

export interface Taint {
  /** `marked`: what it comes from is marked. `named`: only a field's name tells. */
  readonly certainty: "marked" | "named";
  /** `event.body.ssn`, for people. */
  readonly what: string;
  /** The last field's name; empty for a whole record or message. */
  readonly field: string;
  /** From the source on. */
  readonly way: readonly WayStep[];
  /** Of a record that was written: its entries in which there is none of it. */
  readonly clean?: ReadonlySet<string> | undefined;
  /** Where what happens on the way is not known. */
  readonly doubt?: Doubt;
}

/** The surer of two. */
export function surer(one: Taint | undefined, other: Taint | undefined): Taint | undefined {
  if (!one || !other) return one ?? other;
  return rank(other) > rank(one) ? other : one;
}

export function withStep(taint: Taint, step: WayStep): Taint {
  const last = taint.way.at(-1);
  if (last?.text === step.text && last.spot.offset === step.spot.offset) return taint;
  return { ...taint, way: [...taint.way, step] };
}

export function withDoubt(taint: Taint, doubt: Doubt): Taint {
  return taint.doubt ? taint : { ...taint, doubt };
}

function rank({ certainty, doubt }: Taint): number {
  return (certainty === "marked" ? 2 : 0) + (doubt ? 0 : 1);
}
