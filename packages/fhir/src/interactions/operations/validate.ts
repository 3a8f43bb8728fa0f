/**
 * `$validate` (https://hl7.org/fhir/R4/resource-operation-validate.html): the verdict is a 200 with an OperationOutcome,
 * valid or not. A resource that was sent touches no record, so no act is opened for it; a stored one is read, and so is
 * the record of which `mode` asks whether it may be changed.
 */
import { elementIssue, WardError, type FhirAnswer, type OutcomeIssue } from "@ward/core";
import { isObject, type JsonObject } from "../../json.ts";
import { issuesOf } from "../../validate.ts";
import { readCurrent } from "../read.ts";
import type { Operation, OperationCall } from "./contract.ts";
import { parametersIn, valueOf } from "./parameters.ts";

const MODES = ["create", "update", "delete", "profile"] as const;

interface Asked {
  readonly resource?: JsonObject;
  readonly mode?: (typeof MODES)[number];
}

export const VALIDATE: Operation = {
  name: "validate",
  definition: "http://hl7.org/fhir/OperationDefinition/Resource-validate",
  onTypes: "*",
  onInstances: "*",
  isReadOnly: true,
  async run(call) {
    const asked = parse(call);
    const { type = "", id } = call;
    const { mode } = asked;
    if (id === undefined && (mode === "update" || mode === "delete")) {
      throw new WardError("invalid-request", { parameter: "mode", reason: "instance-required" });
    }
    const stored = id !== undefined && mode !== "create" ? await readStored(call, type, id) : undefined;
    if (mode === "delete") return verdict([]);
    const resource = asked.resource ?? stored;
    if (resource === undefined) throw new WardError("invalid-request", { parameter: "resource", reason: "required" });
    return verdict(outcomeIssues(resource, type, id, mode));
  },
};

/** A resource alone, or `Parameters` with `resource`, `mode` and `profile`. */
function parse({ query, body, type }: OperationCall): Asked {
  const simple = new Map<string, string>(new URLSearchParams(query));
  let resource: JsonObject | undefined;
  if (body !== undefined && (body["resourceType"] !== "Parameters" || type === "Parameters")) resource = body;
  else if (body !== undefined) {
    for (const parameter of parametersIn(body)) {
      const name = parameter["name"];
      const value = valueOf(parameter);
      if (name === "resource" && isObject(parameter["resource"])) resource = parameter["resource"];
      else if (typeof name === "string" && typeof value === "string") simple.set(name, value);
      else throw new WardError("invalid-request", { reason: "parameter-form" });
    }
  }
  for (const name of simple.keys()) {
    if (name !== "mode" && name !== "profile") throw new WardError("invalid-request", { reason: "parameter" });
  }
  const profile = simple.get("profile");
  if (profile !== undefined && !isBaseProfile(profile, type)) {
    throw new WardError("unsupported", { parameter: "profile", reason: "unknown-profile" });
  }
  const mode = MODES.find((each) => each === simple.get("mode"));
  if (simple.has("mode") && mode === undefined) {
    throw new WardError("invalid-request", { parameter: "mode", reason: "value" });
  }
  return { ...(resource === undefined ? {} : { resource }), ...(mode === undefined ? {} : { mode }) };
}

/** R4's own definition of the type, with or without its version. */
function isBaseProfile(profile: string, type: string | undefined): boolean {
  return profile.replace(/\|4\.0(?:\.1)?$/, "") === `http://hl7.org/fhir/StructureDefinition/${type}`;
}

async function readStored(call: OperationCall, type: string, id: string): Promise<JsonObject> {
  return await call.acts.read({ action: "fhir.read", resourceType: type, resourceId: id }, async (reader) => {
    const record = await readCurrent(call.tools.storage, reader, type, id);
    return { value: record.resource, touched: [record.touched] };
  });
}

function outcomeIssues(
  resource: JsonObject,
  type: string,
  id: string | undefined,
  mode: Asked["mode"],
): readonly OutcomeIssue[] {
  if (resource["resourceType"] !== type) return [elementIssue("resourceType: type-mismatch")];
  const issues = issuesOf(resource).map(({ path, rule }) => elementIssue(`${path}: ${rule}`));
  if (mode === "update" && resource["id"] !== id) issues.push(elementIssue(`${type}.id: id-mismatch`));
  return issues;
}

function verdict(issues: readonly OutcomeIssue[]): FhirAnswer {
  const valid: OutcomeIssue = { severity: "information", code: "informational", diagnostics: "The resource is valid." };
  const body = { resourceType: "OperationOutcome", issue: issues.length > 0 ? issues : [valid] };
  return { status: 200, body };
}
