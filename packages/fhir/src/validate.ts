/**
 * Refuses what is not valid R4: structure, cardinality, primitive formats, required bindings, reference types and
 * invariants, by validators generated from the definitions (`scripts/generate.ts`). Errors name element paths and rule
 * ids, never a value: an unknown member's name may itself be PHI.
 */
import { WardError } from "@ward/core";
import type { JsonObject } from "./json.ts";
import { checkResource } from "./validation/check-resource.ts";

const ISSUES_MAX = 50;

/** Throws `invalid-resource` with `detail.issues` = `<path>: <rule id>`. */
export function validate(resource: JsonObject, pathPrefix = ""): void {
  const issues = checkResource(resource);
  if (issues.length > 0) throw invalid(issues.map(({ path, rule }) => `${pathPrefix}${path}: ${rule}`));
}

export function invalid(issues: readonly string[]): WardError {
  return new WardError("invalid-resource", { issues: [...new Set(issues)].slice(0, ISSUES_MAX) });
}
