/**
 * What `/fhir/R4` can do, for clients that ask (https://hl7.org/fhir/R4/http.html#capabilities). INVARIANT: made from the
 * tables that answer: search parameters, operations, compartments, patch formats; it says nothing that Ward cannot do.
 */
import { R4_RESOURCE_TYPES } from "@ward/core";
import type { JsonObject } from "../json.ts";
import { isCompartmentType } from "../query/compartments.ts";
import type { Parameter } from "../search/contract.ts";
import { parametersOf } from "../search/parameters.ts";
import { OPERATIONS } from "./operations/table.ts";
import type { Operation } from "./operations/contract.ts";
import { NOT_STORED } from "./parse-call.ts";
import { PATCH_FORMATS } from "./patch/parse-patch.ts";

const INTERACTIONS = [
  "read",
  "vread",
  "update",
  "patch",
  "delete",
  "history-instance",
  "history-type",
  "create",
  "search-type",
];
const DEFINITIONS = "http://hl7.org/fhir";

/** `date`: since when this server can do it. */
export function capabilityStatement(baseUrl: string, date: Date): JsonObject {
  const types = R4_RESOURCE_TYPES.filter((type) => !NOT_STORED.has(type));
  const referring = referringParameters(types);
  return {
    resourceType: "CapabilityStatement",
    url: `${baseUrl}/metadata`,
    name: "Ward",
    title: "Ward",
    status: "active",
    date: date.toISOString(),
    kind: "instance",
    software: { name: "Ward" },
    implementation: { description: "FHIR R4 over ciphertext", url: baseUrl },
    fhirVersion: "4.0.1",
    format: ["application/fhir+json", "json"],
    patchFormat: [...PATCH_FORMATS],
    rest: [
      {
        mode: "server",
        security: {
          cors: false,
          service: [
            {
              coding: [{ system: "http://terminology.hl7.org/CodeSystem/restful-security-service", code: "OAuth" }],
            },
          ],
          description: "A bearer token whose holder a policy permits the act for its purpose of use.",
        },
        resource: types.map((type) => resourceOf(type, referring.get(type) ?? [])),
        interaction: ["transaction", "batch", "search-system", "history-system"].map((code) => ({ code })),
        searchParam: commonParameters(types).map(searchParam),
        ...operationsOf((operation) => operation.onSystem === true),
        compartment: R4_RESOURCE_TYPES.filter(isCompartmentType).map(
          (type) => `${DEFINITIONS}/CompartmentDefinition/${type.toLowerCase()}`,
        ),
      },
    ],
  };
}

function resourceOf(type: string, referring: readonly string[]): JsonObject {
  const parameters = parametersOf(type);
  const included = parameters.filter(({ kind }) => kind === "reference").map(({ name }) => `${type}:${name}`);
  return {
    type,
    profile: `${DEFINITIONS}/StructureDefinition/${type}`,
    interaction: INTERACTIONS.map((code) => ({ code })),
    versioning: "versioned-update",
    readHistory: true,
    updateCreate: true,
    conditionalCreate: true,
    conditionalRead: "full-support",
    conditionalUpdate: true,
    conditionalDelete: "single",
    referencePolicy: ["literal", "logical", "local"],
    ...(included.length > 0 ? { searchInclude: ["*", ...included] } : {}),
    ...(referring.length > 0 ? { searchRevInclude: [...referring] } : {}),
    searchParam: parameters.map(searchParam),
    ...operationsOf(
      ({ onTypes, onInstances }) => [onTypes, onInstances].some((types) => types === "*" || types?.includes(type)),
      type,
    ),
  };
}

/** What a search of all types may name. */
function commonParameters(types: readonly string[]): readonly Parameter[] {
  const names = types.map((type) => new Set(parametersOf(type).map(({ name }) => name)));
  return parametersOf("Basic").filter(({ name }) => names.every((each) => each.has(name)));
}

function searchParam({ name, kind, definition }: Parameter): JsonObject {
  return { name, definition, type: kind };
}

function operationsOf(isHere: (operation: Operation) => boolean, type = ""): JsonObject {
  const operations = OPERATIONS.filter(isHere).map(({ name, definition, definitionOn }) => ({
    name,
    definition: definitionOn?.[type] ?? definition,
  }));
  return operations.length > 0 ? { operation: operations } : {};
}

/** `Observation:patient` for Patient: what `_revinclude` may name. */
function referringParameters(types: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const referring = new Map<string, string[]>();
  for (const type of types) {
    for (const { name, kind, targets } of parametersOf(type)) {
      if (kind !== "reference") continue;
      // Without targets, it may refer to any.
      for (const target of targets ?? types) {
        const list = referring.get(target);
        if (list) list.push(`${type}:${name}`);
        else referring.set(target, [`${type}:${name}`]);
      }
    }
  }
  return referring;
}
