/**
 * A search query as data. `name=a,b` matches any of the values; a repeated name must match each time. What Ward can't
 * answer over ciphertext is refused by name, never by value: a search for everything, a modifier, an unknown parameter.
 */
import { WardError } from "@ward/core";
import { searchOf } from "./definitions.ts";

export interface Criterion {
  readonly name: string;
  /** Any of these; tokens still escaped. */
  readonly values: readonly string[];
}

export interface Criteria {
  readonly type: string;
  readonly criteria: readonly Criterion[];
  /** At most so many entries in the answer; `total` counts all. */
  readonly count?: number;
}

const VALUES_MAX = 50;
const CRITERIA_MAX = 20;

/** Parses the part behind `?`. Throws `unsupported` or `invalid-request` naming the parameter. */
export function parseCriteria(type: string, query: string): Criteria {
  const criteria: Criterion[] = [];
  let count: number | undefined;
  for (const [fullName, text] of new URLSearchParams(query)) {
    const [name, modifier] = fullName.split(":") as [string, string?];
    if (name === "_count" && modifier === undefined) {
      count = parseCount(text);
      continue;
    }
    if (name !== "_id" && !Object.hasOwn(searchOf(type).search, name)) throw unsupportedParameter(type, name);
    if (modifier !== undefined) throw new WardError("unsupported", { type, parameter: name, reason: "modifier" });
    criteria.push({ name, values: parseValues(type, name, text) });
  }
  if (criteria.length === 0) throw new WardError("invalid-request", { type, reason: "criteria-required" });
  if (criteria.length > CRITERIA_MAX) throw new WardError("invalid-request", { type, limitParameters: CRITERIA_MAX });
  return count === undefined ? { type, criteria } : { type, criteria, count };
}

/** One text for equal criteria, whatever their order. */
export function canonicalCriteria({ type, criteria }: Criteria): string {
  const parts = criteria.map(({ name, values }) => JSON.stringify([name, [...values].sort()])).sort();
  return JSON.stringify([type, parts]);
}

function parseValues(type: string, name: string, text: string): string[] {
  const values = text.match(/(?:\\.|[^\\,])+/g) ?? [];
  if (values.length === 0 || values.some((value) => value === "|" || value.trim() === "")) {
    throw new WardError("invalid-request", { type, parameter: name, reason: "empty-value" });
  }
  if (values.length > VALUES_MAX) throw new WardError("too-large", { parameter: name, limitValues: VALUES_MAX });
  const kind = searchOf(type).search[name]?.kind;
  if (kind === "date") for (const value of values) checkDate(type, name, value);
  if (kind === "reference" && values.some((value) => !/^([A-Z][A-Za-z]+\/)?[A-Za-z0-9\-.]{1,64}$/.test(value))) {
    throw new WardError("unsupported", { type, parameter: name, reason: "reference-form" });
  }
  return values;
}

function checkDate(type: string, name: string, value: string): void {
  if (/^(eq|ne|gt|lt|ge|le|sa|eb|ap)/.test(value)) {
    throw new WardError("unsupported", { type, parameter: name, reason: "prefix" });
  }
  if (!/^\d{4}(-\d{2}(-\d{2})?)?$/.test(value)) {
    throw new WardError("invalid-request", { type, parameter: name, reason: "date-form" });
  }
}

function parseCount(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new WardError("invalid-request", { parameter: "_count" });
  return Number(text);
}

/** An R4 name is safe to repeat; anything else may be a value in the wrong place. */
function unsupportedParameter(type: string, name: string): WardError {
  const isName = /^_?[a-z][a-z-]{1,30}$/.test(name);
  return new WardError("unsupported", { type, parameter: isName ? name : "(unnamed)", reason: "parameter" });
}
