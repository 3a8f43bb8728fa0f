/**
 * Refuses what is not valid R4: structure, cardinality, primitive formats, required bindings, reference types and
 * invariants, by validators generated from the definitions (`scripts/generate.ts`). Errors name element paths and rule
 * ids, never a value: an unknown member's name may itself be PHI.
 */
import { WardError } from "@ward/core";
import { exactText, hasExact, isObject, type JsonObject, type JsonValue } from "./json.ts";
import { checkResource, type Issue } from "./validation/check-resource.ts";

const ISSUES_MAX = 50;

/** Throws `invalid-resource` with `detail.issues` = `<path>: <rule id>`. */
export function validate(resource: JsonObject, pathPrefix = ""): void {
  const issues = issuesOf(resource);
  if (issues.length > 0) throw invalid(issues.map(({ path, rule }) => `${pathPrefix}${path}: ${rule}`));
}

/** What is not valid R4, also in how numbers were written. */
export function issuesOf(resource: JsonObject): readonly Issue[] {
  const issues = checkResource(resource);
  if (issues.length > 0 || !hasExact(resource)) return issues;
  // An integer has neither point nor exponent (R4 datatypes §2.24.0.1), which its value does not tell: with a fraction
  // in its place, `1.0` is no integer and still a decimal.
  return checkResource(withFractions(resource) as JsonObject).filter(({ rule }) => rule === "format");
}

export function invalid(issues: readonly string[]): WardError {
  return new WardError("invalid-resource", { issues: [...new Set(issues)].slice(0, ISSUES_MAX) });
}

function withFractions(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withFractions);
  if (!isObject(value)) return value;
  const copy: JsonObject = {};
  for (const [name, member] of Object.entries(value)) {
    const text = typeof member === "number" ? exactText(value, name) : undefined;
    copy[name] = text !== undefined && /[.eE]/.test(text) ? (member as number) + 0.5 : withFractions(member);
  }
  return copy;
}
