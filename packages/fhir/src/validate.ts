/**
 * Is a resource valid R4? `@medplum/core` judges structure, cardinality, primitive formats and invariants; this file
 * adds what it only warns of (two `value[x]`, a reference to a wrong type) or does not check (codes of required
 * bindings). Errors name element paths and rule ids, never a value: an unknown member's name may itself be PHI.
 */
import { validateResource, type OperationOutcomeError } from "@medplum/core";
import { WardError } from "@ward/core";
import { checkCodes } from "./code-bindings.ts";
import { isElementName, isResourceType, loadDefinition } from "./definitions.ts";
import { isObject, JSON_LIMITS, type JsonObject, type JsonValue } from "./json.ts";

interface Issue {
  readonly severity?: string;
  readonly code?: string;
  readonly expression?: readonly string[];
  readonly details?: { readonly text?: string };
}

const ISSUES_MAX = 50;

/** What the validator says → a rule id. What it says may quote the resource, so it stays here. */
const RULES: readonly (readonly [pattern: RegExp, rule: string])[] = [
  [/^Invalid additional property/, "unknown-element"],
  [/^Missing required property/, "required"],
  [/^Invalid number of values/, "cardinality"],
  [/^Expected array of values/, "expected-array"],
  [/^Expected single value/, "expected-single-value"],
  [/^Invalid (empty|null|undefined)/, "empty-value"],
  [/^Conflicting choice of type/, "choice-of-type"],
  [/^Type of primitive extension/, "choice-of-type"],
  [/^Invalid reference/, "reference-type"],
  [/^String cannot be larger|^base64Binary exceeds/, "too-large"],
  [/^Invalid JSON type|^Invalid \w+ (format|value)|^Expected number|^Invalid numeric/, "format"],
];

/** Throws `invalid-resource` with `detail.issues` = `<path>: <rule id>`. */
export function validate(resource: JsonObject, pathPrefix = ""): void {
  const type = resource["resourceType"];
  if (!isResourceType(type)) throw invalid([`${pathPrefix}resourceType: unknown-type`]);
  const unknown = loadTypesWithin(resource, type);
  if (unknown) throw invalid([`${pathPrefix}${unknown}: unknown-type`]);
  const issues = [...structureIssues(resource), ...checkCodes(resource), ...checkLists(resource, type)];
  if (issues.length > 0) throw invalid(issues.map((issue) => pathPrefix + issue));
}

export function invalid(issues: readonly string[]): WardError {
  return new WardError("invalid-resource", { issues: [...new Set(issues)].slice(0, ISSUES_MAX) });
}

/** An array is never empty and never directly in an array (FHIR R4 JSON §2.6.2). */
function checkLists(value: JsonObject, path: string): string[] {
  const issues: string[] = [];
  for (const [key, member] of Object.entries(value)) {
    const isList = Array.isArray(member);
    if (isList && (member.length === 0 || member.some(Array.isArray)))
      issues.push(`${safePath(`${path}.${key}`)}: empty-value`);
    for (const [index, item] of (isList ? member : [member]).entries()) {
      if (isObject(item)) issues.push(...checkLists(item, isList ? `${path}.${key}[${index}]` : `${path}.${key}`));
    }
  }
  return issues;
}

function structureIssues(resource: JsonObject): string[] {
  try {
    const warnings = validateResource(resource as unknown as Parameters<typeof validateResource>[0], {
      base64BinaryMaxBytes: JSON_LIMITS.resourceMaxBytes,
    });
    return warnings.filter(isError).map(describe);
  } catch (thrown) {
    const issues = (thrown as OperationOutcomeError).outcome?.issue as readonly Issue[] | undefined;
    // The validator trips over some malformed input instead of naming it; that input is not valid either.
    return issues ? issues.filter(isError).map(describe) : [`${resource["resourceType"] as string}: structure`];
  }
}

/** All but a reference whose target's type can't be seen in it (an absolute URL, `urn:uuid:`). */
function isError(issue: Issue): boolean {
  const got = /^Invalid reference: got "([^"]*)"/.exec(issue.details?.text ?? "")?.[1];
  return got === undefined || isResourceType(got);
}

function describe(issue: Issue): string {
  const text = issue.details?.text ?? "";
  const path = issue.expression?.[0] ?? "";
  const constraint = /^Constraint (\S+) not met/.exec(text)?.[1];
  if (constraint) return `${safePath(path)}: ${constraint}`;
  const rule = RULES.find(([pattern]) => pattern.test(text))?.[1] ?? issue.code ?? "structure";
  // The last segment of such a path is the unknown member's name.
  return `${safePath(rule === "unknown-element" ? path.replace(/\.[^.]*$/, "") : path)}: ${rule}`;
}

/** A path whose every segment looks like an element of R4; the first that doesn't ends it. */
function safePath(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split(".")) {
    const name = segment.replace(/(\[\d+\])+$/, "");
    if (!isElementName(name.replace(/^_/, "")) && !isResourceType(name)) break;
    kept.push(segment);
  }
  return kept.join(".") || "resource";
}

/** Loads the types of the resource and of all resources in it; answers the path of the first unknown one. */
function loadTypesWithin(resource: JsonObject, type: string): string | undefined {
  loadDefinition(type);
  const contained = resource["contained"];
  if (!Array.isArray(contained)) return undefined;
  for (const [index, each] of contained.entries()) {
    const inner = isObject(each) ? (each["resourceType"] as JsonValue | undefined) : undefined;
    if (!isResourceType(inner)) return `${type}.contained[${index}].resourceType`;
    loadDefinition(inner);
  }
  return undefined;
}
