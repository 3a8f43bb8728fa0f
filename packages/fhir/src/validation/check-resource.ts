/**
 * Whether a resource is valid R4, by the validators generated from the definitions. INVARIANT: total, and bounded: any
 * JSON gets an answer, with at most `ISSUES_MAX` issues, in time linear in its size.
 */
import type { JsonObject } from "../json.ts";
import type { Check, Issue } from "./check.ts";
import { resourceModule } from "./resource-modules.ts";

export type { Issue };

const ISSUES_MAX = 50;
const NONE: readonly Issue[] = Object.freeze([]);
const validatorOf = (type: string) => resourceModule(type)?.validate;

/** Issues by FHIRPath-like element path (`Observation.component[2].value`) and rule id; none: the resource is valid. */
export function checkResource(resource: JsonObject): readonly Issue[] {
  const type = resource["resourceType"];
  if (typeof type !== "string") return [{ path: "resourceType", rule: "unknown-type" }];
  const module = resourceModule(type);
  if (!module) return [{ path: "resourceType", rule: "unknown-type" }];
  const check: Check = {
    issues: [],
    issuesMax: ISSUES_MAX,
    depth: 0,
    resource,
    root: resource,
    contained: undefined,
    ids: undefined,
    validatorOf,
  };
  try {
    module.validate(resource, check);
  } catch {
    // Broken structure that a rule tripped over is not valid either; the message could quote the resource.
    check.issues.push({ path: "", rule: "structure" });
  }
  if (check.issues.length === 0) return NONE;
  return check.issues.map(({ path, rule }) => ({ path: path === "" ? type : `${type}.${path}`, rule }));
}
