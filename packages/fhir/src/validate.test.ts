import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { WardError } from "@ward/core";
import { parseFhirJson, type JsonObject } from "./json.ts";
import { anObservation, aPatient } from "./testing/fixture.ts";
import { validate } from "./validate.ts";

function issuesOf(resource: JsonObject): readonly string[] {
  try {
    validate(resource);
  } catch (thrown) {
    if (thrown instanceof WardError) return thrown.detail["issues"] as string[];
    throw thrown;
  }
  return [];
}

describe("validation", () => {
  it("accepts what is valid", () => {
    assert.deepEqual(issuesOf(aPatient()), []);
    assert.deepEqual(
      issuesOf(anObservation("Patient/1", { subject: { reference: "https://x.example/Patient/1" } })),
      [],
    );
    assert.deepEqual(
      issuesOf({ ...aPatient(), _birthDate: { extension: [{ url: "http://x.example", valueTime: "10:00:00" }] } }),
      [],
    );
  });

  for (const [what, resource, issue] of [
    ["an unknown element", { ...aPatient(), shoeSize: 43 }, "Patient: unknown-element"],
    ["an unknown element below", aPatient("1", { name: [{ famly: "x" }] }), "Patient.name[0]: unknown-element"],
    ["a missing element", { resourceType: "Observation", status: "final" }, "Observation.code: required"],
    ["a single value for a list", aPatient("1", { name: { family: "x" } }), "Patient.name: expected-array"],
    ["a list for a single value", aPatient("1", { gender: ["male"] }), "Patient.gender: expected-single-value"],
    ["a code outside its value set", aPatient("1", { gender: "zzz" }), "Patient.gender: required-binding"],
    [
      "such a code in a contained resource",
      aPatient("1", { contained: [{ ...aPatient(), id: "c", gender: "zzz" }] }),
      "Patient.contained[0].gender: required-binding",
    ],
    ["a day that does not exist", aPatient("1", { birthDate: "2023-02-29" }), "Patient.birthDate: format"],
    ["two values of a choice", anObservation("Patient/1", { valueString: "x" }), "Observation.value: choice-of-type"],
    ["a reference to a wrong type", anObservation("Encounter/1"), "Observation.subject: reference-type"],
    ["a broken invariant", aPatient("1", { contact: [{ gender: "male" }] }), "Patient.contact[0]: pat-1"],
    ["an empty list", aPatient("1", { name: [] }), "Patient.name: empty-value"],
    ["null", aPatient("1", { active: null }), "Patient.active: empty-value"],
    ["a wrong JSON type", aPatient("1", { active: "true" }), "Patient.active: format"],
    [
      "an unknown contained type",
      aPatient("1", { contained: [{ resourceType: "Unicorn" }] }),
      "Patient.contained[0].resourceType: unknown-type",
    ],
  ] as const) {
    it(`refuses ${what}`, () => {
      const issues = issuesOf(resource as JsonObject);
      assert.ok(issues.includes(issue), `${issue} is not in: ${issues.join(", ")}`);
    });
  }

  it("judges every resource type with definitions of its own", () => {
    // A type whose definition could not be loaded would fail on its resourceType, or crash.
    assert.ok(
      issuesOf({ resourceType: "ImagingStudy", status: "nothing" }).some((issue) => issue.startsWith("ImagingStudy.")),
    );
    assert.deepEqual(issuesOf({ resourceType: "Patient2" }), ["resourceType: unknown-type"]);
  });
});

describe("numbers as they were written", () => {
  it("are refused with a point or an exponent where R4 has an integer, and only there", () => {
    const patient = (text: string): JsonObject =>
      parseFhirJson(`{"resourceType":"Patient","multipleBirthInteger":${text}}`) as JsonObject;
    for (const text of ["2", "-0", "17"]) assert.deepEqual(issuesOf(patient(text)), [], text);
    for (const text of ["2.0", "2e0", "1.50", "20E-1"]) {
      assert.deepEqual(issuesOf(patient(text)), ["Patient.multipleBirth: format"], text);
    }
    const quantity =
      '{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1.00}}';
    assert.deepEqual(issuesOf(parseFhirJson(quantity) as JsonObject), []);
  });
});
