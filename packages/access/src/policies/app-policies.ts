/**
 * The app's own `policies/*.cedar`: what persons and services may do, and what nobody may. Each policy gets a stable
 * id (its `@id`, else `<file>:<n>`) and is held against the schema at load; what does not fit is refused with file and
 * line, so that a policy that could never match is heard of before it is needed.
 *
 * A function's powers come from its definition alone: a permit here names a role, a person or a service, and one whose
 * principal could be a function is refused.
 */
import { checkParsePolicySet, policySetTextToParts, policyToJson, validate } from "@cedar-policy/cedar-wasm/nodejs";
import type { DetailedError } from "@cedar-policy/cedar-wasm/nodejs";
import { assert, WardError } from "@ward/core";
import { CEDAR_SCHEMA } from "./cedar-schema.ts";
import { GENERATED_PREFIXES, type NamedPolicy } from "./generated-policies.ts";

/** Throws `bad-manifest` with `detail.file`, `detail.line` and `detail.problem`. */
export function parseAppPolicies(file: string, text: string): readonly NamedPolicy[] {
  const parsed = checkParsePolicySet({ staticPolicies: text });
  if (parsed.type === "failure") throw refusal(file, text, 0, parsed.errors[0]);
  const policies = splitPolicies(file, text).map(({ source, start }, index): NamedPolicy => {
    const answer = policyToJson(source);
    if (answer.type === "failure") throw refusal(file, text, start, answer.errors[0]);
    const id = answer.json.annotations?.["id"] ?? `${file}:${index + 1}`;
    const fail = (problem: string) => problemAt(file, lineAt(text, start), problem);
    if (GENERATED_PREFIXES.some((prefix) => id.startsWith(prefix)))
      throw fail(`the id ${id} looks like a generated one`);
    if (!/^[\w.:/-]{1,120}$/.test(id)) throw fail("an @id consists of letters, digits and . _ : / -");
    const { effect, principal } = answer.json;
    if (effect === "permit" && typeOfPrincipal(principal) === "Ward::Function") {
      throw fail("a function's powers are the grants in its definition; a policy can only forbid it something");
    }
    if (effect === "permit" && principal.op === "All") {
      throw fail("a permit names who: a role, a person or a service; without it everybody would be meant");
    }
    const checked = validate({ schema: CEDAR_SCHEMA, policies: { staticPolicies: { [id]: source } } });
    const error = checked.type === "failure" ? checked.errors[0] : checked.validationErrors[0]?.error;
    if (checked.type === "failure" || error !== undefined) throw refusal(file, text, start, error);
    return { id, policy: answer.json, source };
  });
  return policies;
}

interface SourcePolicy {
  readonly source: string;
  /** Offset of the policy in the file. */
  readonly start: number;
}

/** Cedar answers the parts sorted by the names `policy0`, `policy1`, `policy10`, …; this puts them in the file's order. */
function splitPolicies(file: string, text: string): readonly SourcePolicy[] {
  const answer = policySetTextToParts(text);
  if (answer.type === "failure") throw refusal(file, text, 0, answer.errors[0]);
  const order = answer.policies.map((_, index) => `policy${index}`).sort();
  const inFile = answer.policies.map((source, index) => ({
    source,
    rank: Number(order[index]?.slice("policy".length)),
  }));
  inFile.sort((one, other) => one.rank - other.rank);
  let end = 0;
  return inFile.map(({ source }) => {
    const start = text.indexOf(source, end);
    assert(start >= 0, "Cedar's parts stand verbatim, in order, in the text that they were parsed from");
    end = start + source.length;
    return { source, start };
  });
}

function typeOfPrincipal(principal: NamedPolicy["policy"]["principal"]): string | undefined {
  if (principal.op === "is") return principal.entity_type;
  if (principal.op === "All" || !("entity" in principal)) return undefined;
  const { entity } = principal;
  return "type" in entity ? entity.type : (entity as { __entity: { type: string } }).__entity.type;
}

/** Cedar's offsets count UTF-8 bytes from the start of the text that it was given, which began at `start`. */
function refusal(file: string, text: string, start: number, error: DetailedError | undefined): WardError {
  const offset = error?.sourceLocations?.[0]?.start ?? 0;
  const before = Buffer.from(text.slice(start), "utf8").subarray(0, offset).toString("utf8");
  const line = lineAt(text, start + before.length);
  return problemAt(file, line, [error?.message, error?.help].filter(Boolean).join("; ") || "not a Cedar policy");
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}

function problemAt(file: string, line: number, problem: string): WardError {
  return new WardError("bad-manifest", { file, line, problem });
}
