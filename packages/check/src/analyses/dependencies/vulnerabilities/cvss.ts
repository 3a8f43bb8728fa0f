/** CVSS base scores (FIRST, versions 2 to 4.0) from their vectors, and the ratings that the standards give them. */
import calculator from "ae-cvss-calculator";
import type { Severity } from "../../../judge/fact.ts";

export interface Score {
  /** 0.0 to 10.0. */
  readonly base: number;
  /** `3.1`, `4.0`. */
  readonly version: string;
}

/** A vector lacks none of these; one that does would be scored as harmless. */
const MANDATORY: Readonly<Record<string, readonly string[]>> = {
  "2.0": ["AV", "AC", "Au", "C", "I", "A"],
  "3.0": ["AV", "AC", "PR", "UI", "S", "C", "I", "A"],
  "3.1": ["AV", "AC", "PR", "UI", "S", "C", "I", "A"],
  "4.0": ["AV", "AC", "AT", "PR", "UI", "VC", "VI", "VA", "SC", "SI", "SA"],
};
const VECTOR_MAX_LENGTH = 400;

/** Undefined where the vector is none. */
export function scoreVector(vector: string): Score | undefined {
  if (vector.length > VECTOR_MAX_LENGTH) return undefined;
  const version = /^CVSS:(\d\.\d)\//.exec(vector)?.[1] ?? "2.0";
  const mandatory = MANDATORY[version];
  const metrics = new Set(vector.split("/").flatMap((part) => /^([A-Za-z]+):[A-Z]+$/.exec(part)?.[1] ?? []));
  if (!mandatory?.every((name) => metrics.has(name))) return undefined;
  try {
    const base = baseScore(version, vector);
    return base === undefined || Number.isNaN(base) ? undefined : { base, version };
  } catch {
    return undefined;
  }
}

/** FIRST's qualitative scale. A score of 0 says that nothing is lost; it is shown as low all the same. */
export function ratingOf(base: number): Severity {
  if (base >= 9) return "critical";
  if (base >= 7) return "high";
  return base >= 4 ? "medium" : "low";
}

function baseScore(version: string, vector: string): number | undefined {
  switch (version) {
    case "4.0":
      return new calculator.Cvss4P0(vector).calculateScores().baseMetricsOnly;
    case "3.1":
      return new calculator.Cvss3P1(vector).calculateScores().base;
    case "3.0":
      return new calculator.Cvss3P0(vector).calculateScores().base;
    default:
      return new calculator.Cvss2(vector).calculateScores().base;
  }
}
