import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../json.ts";
import { SAMPLES, sample } from "../testing/samples.ts";
import { extractSearchValues } from "./extract.ts";
import type { SearchValue } from "./search-value.ts";

function valuesOf(resource: JsonObject, parameter: string): Record<string, unknown>[] {
  return extractSearchValues(resource)
    .filter((value) => value.parameter === parameter)
    .map(plain);
}

/** Without its parameter, and what is undefined, empty or usual. */
function plain(value: SearchValue): Record<string, unknown> {
  const { parameter: _, ...rest } = value;
  if (rest.kind === "composite") return { components: rest.components.map((each) => each.map(plain)) };
  return Object.fromEntries(
    Object.entries(rest).filter(([, each]) => each !== undefined && each !== "code" && !isEmpty(each)),
  );
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

const patient = sample("Patient");
const observation = sample("Observation");
const utc = (text: string): number => Date.parse(text);

describe("the generated extractors", () => {
  it("take tokens of identifiers, codes, concepts, contacts and booleans", () => {
    assert.deepEqual(valuesOf(patient, "identifier"), [
      { kind: "token", system: "urn:mrn", code: "12345", form: "identifier" },
    ]);
    assert.deepEqual(valuesOf(patient, "gender"), [
      { kind: "token", system: "http://hl7.org/fhir/administrative-gender", code: "female" },
    ]);
    assert.deepEqual(valuesOf(observation, "code"), [
      { kind: "token", system: "http://loinc.org", code: "85354-9", texts: ["Blood pressure", "BP"] },
    ]);
    assert.deepEqual(valuesOf(patient, "phone"), [
      { kind: "token", system: "home", code: "555-1", form: "phone" },
      { kind: "token", system: "phone", code: "555-1", form: "phone" },
    ]);
    assert.deepEqual(valuesOf(patient, "email"), [
      { kind: "token", code: "a@example.org" },
      { kind: "token", system: "email", code: "a@example.org" },
    ]);
    assert.deepEqual(valuesOf(patient, "active"), [{ kind: "token", code: "true" }]);
    assert.deepEqual(valuesOf(patient, "_tag"), [{ kind: "token", system: "urn:tags", code: "test" }]);
    assert.deepEqual(valuesOf(patient, "_id"), [{ kind: "token", code: "p1", form: "identifier" }]);
  });

  it("take a deceased patient's token from a date, and from nothing", () => {
    const { deceasedBoolean: _, ...alive } = patient;
    assert.deepEqual(valuesOf(alive, "deceased"), [{ kind: "token", code: "false" }]);
    assert.deepEqual(valuesOf({ ...alive, deceasedDateTime: "2020" }, "deceased"), [{ kind: "token", code: "true" }]);
  });

  it("take each part of names and addresses", () => {
    assert.deepEqual(
      valuesOf(patient, "name").map(({ text }) => text),
      ["Okafor", "Amara"],
    );
    assert.deepEqual(
      valuesOf(patient, "address").map(({ text }) => text),
      ["1 Main St", "Lagos", "NG"],
    );
    assert.deepEqual(valuesOf(patient, "family"), [{ kind: "string", text: "Okafor" }]);
  });

  it("take references, those to a patient by their type", () => {
    assert.deepEqual(valuesOf(observation, "patient"), [
      { kind: "reference", reference: "Patient/p1", type: "Patient" },
    ]);
    assert.deepEqual(valuesOf({ ...observation, subject: { reference: "Group/1" } }, "patient"), []);
    assert.equal(valuesOf({ ...observation, subject: { reference: "Group/1" } }, "subject").length, 1);
  });

  it("take dates as ranges of their precision", () => {
    assert.deepEqual(valuesOf(patient, "birthdate"), [
      { kind: "date", from: utc("1980-05-01T00:00:00Z"), to: utc("1980-05-02T00:00:00Z") },
    ]);
    assert.deepEqual(valuesOf(observation, "date"), [
      { kind: "date", from: utc("2024-03-01T08:00:00Z"), to: utc("2024-03-02T00:00:00Z") },
    ]);
    assert.deepEqual(valuesOf({ ...observation, effectivePeriod: { start: "2024" } }, "date"), [
      { kind: "date", from: utc("2024-01-01T00:00:00Z"), to: Infinity },
    ]);
    assert.deepEqual(valuesOf(sample("Condition"), "abatement-date"), [
      { kind: "date", from: utc("2024-01-01T00:00:00Z"), to: utc("2024-02-01T00:00:00Z") },
    ]);
  });

  it("take quantities with their unit, open where a comparator leaves them so", () => {
    assert.deepEqual(valuesOf(observation, "component-value-quantity"), [
      { kind: "quantity", low: 107, high: 107, system: "http://unitsofmeasure.org", code: "mm[Hg]", unit: "mmHg" },
    ]);
    const below = { ...observation, valueQuantity: { value: 5, comparator: "<" } };
    assert.deepEqual(valuesOf(below, "value-quantity"), [{ kind: "quantity", low: -Infinity, high: 5 }]);
  });

  it("keep together what stands together in a composite", () => {
    assert.deepEqual(valuesOf(observation, "component-code-value-quantity"), [
      {
        components: [
          [{ kind: "token", system: "http://loinc.org", code: "8480-6" }],
          [
            {
              kind: "quantity",
              low: 107,
              high: 107,
              system: "http://unitsofmeasure.org",
              code: "mm[Hg]",
              unit: "mmHg",
            },
          ],
        ],
      },
    ]);
    assert.deepEqual(valuesOf(sample("DocumentReference"), "relationship"), [
      {
        components: [
          [{ kind: "token", system: "http://hl7.org/fhir/document-relationship-type", code: "replaces" }],
          [{ kind: "reference", reference: "DocumentReference/d0" }],
        ],
      },
    ]);
  });

  it("take numbers, URIs, positions and the first entry of a document", () => {
    assert.deepEqual(valuesOf(sample("RiskAssessment"), "probability"), [{ kind: "number", low: 12.5, high: 12.5 }]);
    assert.deepEqual(valuesOf({ resourceType: "ValueSet", status: "active", url: "urn:x" }, "url"), [
      { kind: "uri", uri: "urn:x" },
    ]);
    const place = { resourceType: "Location", position: { longitude: 3.4, latitude: 6.5 } };
    assert.deepEqual(valuesOf(place, "near"), [{ kind: "position", longitude: 3.4, latitude: 6.5 }]);
    const document = { ...sample("Bundle"), entry: [{ resource: { resourceType: "Composition", id: "x" } }] };
    assert.deepEqual(valuesOf(document, "composition"), [{ kind: "reference", reference: "Composition/x" }]);
  });

  it("find something in every sample", () => {
    for (const resource of SAMPLES)
      assert.ok(extractSearchValues(resource).length > 0, resource["resourceType"] as string);
  });
});
