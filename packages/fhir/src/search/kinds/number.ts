/**
 * Numbers: for `eq`, `ne` and `ap` a value is what its digits leave open, `100` from 99.5 to 100.5; for the others it is
 * exact (FHIR R4 search §3.1.1.5.7). Half-open: 100.5 is `101`, never both.
 */
import type { NumberOperand } from "../operand.ts";
import { splitPrefix } from "./prefix.ts";

const NUMBER = /^([+-]?)(\d{1,40})(?:\.(\d{1,40}))?(?:[eE]([+-]?\d{1,3}))?$/;

/** Ten percent of the value, on each side (§3.1.1.4.5). */
const APPROXIMATE = 0.1;

export function parseNumber(text: string): NumberOperand | undefined {
  const [prefix, rest] = splitPrefix(text);
  const match = NUMBER.exec(rest);
  const value = Number(rest);
  if (!match || !Number.isFinite(value)) return undefined;
  const slack = prefix === "ap" ? Math.max(Math.abs(value) * APPROXIMATE, halfUnit(match)) : halfUnit(match);
  // More digits than a double has still mean the double itself.
  const low = Math.min(value, rounded(value - slack));
  const high = Math.max(rounded(value + slack), value + Math.abs(value) * Number.EPSILON);
  return { kind: "number", prefix, value, low, high };
}

/** Whether the resource's `[low, high]` is as the search wants it. */
export function numberMatches(wanted: Omit<NumberOperand, "kind">, value: { low: number; high: number }): boolean {
  switch (wanted.prefix) {
    case "eq":
      return isWithin(wanted, value);
    case "ne":
      return !isWithin(wanted, value);
    case "gt":
      return value.high > wanted.value;
    case "lt":
      return value.low < wanted.value;
    case "ge":
      return value.high >= wanted.value;
    case "le":
      return value.low <= wanted.value;
    case "sa":
      return value.low > wanted.value;
    case "eb":
      return value.high < wanted.value;
    case "ap":
      return value.low <= wanted.high && value.high >= wanted.low;
  }
}

function isWithin({ low, high }: { low: number; high: number }, value: { low: number; high: number }): boolean {
  return value.low >= low && value.high < high;
}

/**
 * Half a unit of the last digit written. R4's own examples: `100` ± 0.5, `100.00` ± 0.005, `5.40e-3` ± 0.000005, and
 * `1e2` ± 5: an exponent without decimals says one digit more than it writes.
 */
function halfUnit([, , , decimals, exponent]: RegExpExecArray): number {
  const written = decimals?.length ?? (exponent === undefined ? 0 : 1);
  return 5 * 10 ** (Number(exponent ?? 0) - written - 1);
}

/** Sums of decimals in binary: 5.35 is meant, not 5.3500000000000005. */
function rounded(value: number): number {
  return Number(value.toPrecision(15));
}
