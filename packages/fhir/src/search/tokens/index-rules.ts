/**
 * Which parameters have blind-index tokens, and how fine: a table with a reason for each departure from the rule of its
 * kind. Each token costs a keyed hash (2 µs), a place in the GIN index, and tells whoever holds the database how often a
 * value repeats (docs/decisions/0010, 0034). What has none is answered by decrypting: within the other criteria's
 * candidates, or a bounded number of records.
 */
import type { Parameter } from "../contract.ts";
import { parameterOf } from "../parameters.ts";
import type { IndexOptions } from "./index-options.ts";

export interface IndexRule {
  /** Parameter under whose domain the tokens are: its values include this one's. */
  readonly domain: string;
  /** Lengths of the prefixes that strings have tokens for. */
  readonly prefixes?: readonly number[];
  /** Calendar units that dates have tokens for. */
  readonly units?: readonly DateUnit[];
}

export type DateUnit = "day" | "month" | "year";

/** A parameter whose values are all among another's needs no tokens of its own. */
const WITHIN: Readonly<Record<string, string>> = {
  patient: "subject",
  family: "name",
  given: "name",
  phonetic: "name",
  "address-city": "address",
  "address-country": "address",
  "address-postalcode": "address",
  "address-state": "address",
  email: "telecom",
  phone: "telecom",
  "Observation.code": "combo-code",
  "Observation.component-code": "combo-code",
  "Observation.value-concept": "combo-value-concept",
  "Observation.component-value-concept": "combo-value-concept",
  "Observation.data-absent-reason": "combo-data-absent-reason",
  "Observation.component-data-absent-reason": "combo-data-absent-reason",
};

const WITHOUT: ReadonlySet<string> = new Set([
  // In columns of their own, or in the clear.
  "_id",
  "_lastUpdated",
  // The same on nearly every record: an index that holds everything finds nothing.
  "Observation.status",
  "DiagnosticReport.status",
  "DocumentReference.status",
  "Patient.active",
  "Patient.deceased",
  "Patient.gender",
  "Patient.address-use",
  "Practitioner.active",
  "Practitioner.gender",
  "Practitioner.address-use",
]);

/** Names are searched by their first letters; 8 tell nearly all names apart. */
const NAME_PREFIXES = [1, 2, 3, 5, 8];
const TEXT_PREFIXES = [2, 4, 8];
/** Days of birth and death are asked for by year too. Others by the day (today's appointments), or within a patient. */
const LIFE_DATES = new Set(["birthdate", "death-date"]);
const ALL_UNITS: readonly DateUnit[] = ["day", "month", "year"];

const rules = new Map<string, IndexRule | undefined>();

/** Undefined where the parameter has no tokens. */
export function indexRule(type: string, name: string, options: IndexOptions = {}): IndexRule | undefined {
  const key = `${type}.${name}`;
  if (options.rangeIndexes?.includes(key)) return { domain: key, units: ALL_UNITS };
  if (!rules.has(key)) rules.set(key, makeRule(type, name));
  const rule = rules.get(key);
  return rule && options.unindexed?.includes(rule.domain) ? undefined : rule;
}

export function hasRangeIndex(type: string, name: string, { rangeIndexes = [] }: IndexOptions): boolean {
  return rangeIndexes.includes(`${type}.${name}`);
}

function makeRule(type: string, name: string): IndexRule | undefined {
  const parameter = parameterOf(type, name);
  if (!parameter || WITHOUT.has(name) || WITHOUT.has(`${type}.${name}`)) return undefined;
  const wider = WITHIN[`${type}.${name}`] ?? WITHIN[name];
  // Some types have `patient` and no `subject`.
  const domain = wider !== undefined && parameterOf(type, wider)?.kind === parameter.kind ? wider : name;
  return ruleOfKind(parameter, `${type}.${domain}`);
}

function ruleOfKind({ kind, name }: Parameter, domain: string): IndexRule | undefined {
  switch (kind) {
    case "token":
    case "reference":
    case "uri":
      return { domain };
    case "string":
      return { domain, prefixes: domain.endsWith(".name") ? NAME_PREFIXES : TEXT_PREFIXES };
    case "date":
      return { domain, units: LIFE_DATES.has(name) ? ALL_UNITS : ["day"] };
    // A hash keeps no order: ranges and units are compared after decryption. A composite is narrowed by its parts.
    case "number":
    case "quantity":
    case "composite":
    case "special":
      return undefined;
  }
}
