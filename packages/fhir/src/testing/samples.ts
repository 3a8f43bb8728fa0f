/** Valid resources of many shapes for tests of validation and extraction: data that a mutation can break. */
import type { JsonObject } from "../json.ts";

const NARRATIVE = { status: "generated", div: '<div xmlns="http://www.w3.org/1999/xhtml"><p>Well</p></div>' };
const coding = (system: string, code: string): JsonObject => ({ coding: [{ system, code }] });

export const SAMPLES: readonly JsonObject[] = [
  {
    resourceType: "Patient",
    id: "p1",
    meta: { versionId: "1", lastUpdated: "2024-02-29T12:00:00.123Z", tag: [{ system: "urn:tags", code: "test" }] },
    text: NARRATIVE,
    contained: [{ resourceType: "Organization", id: "org", name: "Ward 5" }],
    extension: [{ url: "http://example.org/a", extension: [{ url: "part", valueCode: "x" }] }],
    identifier: [{ use: "official", system: "urn:mrn", value: "12345", period: { start: "2020", end: "2021-05" } }],
    active: true,
    name: [
      {
        use: "official",
        family: "Okafor",
        given: ["Amara", null],
        _given: [null, { extension: [{ url: "http://example.org/none", valueBoolean: true }] }],
      },
    ],
    telecom: [
      { system: "phone", value: "555-1", use: "home", rank: 1 },
      { system: "email", value: "a@example.org" },
    ],
    gender: "female",
    birthDate: "1980-05-01",
    _birthDate: { extension: [{ url: "http://example.org/time", valueDateTime: "1980-05-01T03:00:00+02:00" }] },
    deceasedBoolean: false,
    address: [{ line: ["1 Main St"], city: "Lagos", country: "NG" }],
    maritalStatus: { text: "married" },
    contact: [{ gender: "male", name: { family: "Okafor" } }],
    communication: [{ language: coding("urn:ietf:bcp:47", "en"), preferred: true }],
    managingOrganization: { reference: "#org" },
    link: [{ other: { reference: "Patient/p2" }, type: "seealso" }],
  },
  {
    resourceType: "Observation",
    id: "o1",
    status: "final",
    category: [coding("http://terminology.hl7.org/CodeSystem/observation-category", "vital-signs")],
    code: { coding: [{ system: "http://loinc.org", code: "85354-9", display: "Blood pressure" }], text: "BP" },
    subject: { reference: "Patient/p1", type: "Patient" },
    encounter: { reference: "https://example.org/fhir/Encounter/e1" },
    effectivePeriod: { start: "2024-03-01T08:00:00Z", end: "2024-03-01" },
    issued: "2024-03-01T08:00:00Z",
    performer: [{ reference: "urn:uuid:11111111-2222-4333-8444-555555555555" }],
    interpretation: [{ text: "high" }],
    referenceRange: [{ low: { value: 90, unit: "mmHg" }, text: "normal" }],
    component: [
      {
        code: coding("http://loinc.org", "8480-6"),
        valueQuantity: { value: 107, unit: "mmHg", system: "http://unitsofmeasure.org", code: "mm[Hg]" },
      },
      { code: coding("http://loinc.org", "8462-4"), dataAbsentReason: { text: "not measured" } },
    ],
  },
  {
    resourceType: "Condition",
    id: "c1",
    clinicalStatus: coding("http://terminology.hl7.org/CodeSystem/condition-clinical", "resolved"),
    verificationStatus: coding("http://terminology.hl7.org/CodeSystem/condition-ver-status", "confirmed"),
    code: { text: "Cough" },
    subject: { reference: "Patient/p1" },
    onsetAge: { value: 42, unit: "a", system: "http://unitsofmeasure.org", code: "a" },
    abatementDateTime: "2024-01",
  },
  {
    resourceType: "MedicationRequest",
    id: "m1",
    status: "active",
    intent: "order",
    medicationCodeableConcept: { text: "Aspirin" },
    subject: { reference: "Patient/p1" },
    dosageInstruction: [
      {
        timing: { repeat: { frequency: 1, period: 1, periodUnit: "d", timeOfDay: ["08:00:00"] } },
        doseAndRate: [{ doseQuantity: { value: 100, unit: "mg", system: "http://unitsofmeasure.org", code: "mg" } }],
      },
    ],
    dispenseRequest: { numberOfRepeatsAllowed: 2, validityPeriod: { start: "2024-01-01", end: "2024-12-31" } },
  },
  {
    resourceType: "Bundle",
    id: "b1",
    type: "collection",
    timestamp: "2024-03-01T08:00:00Z",
    entry: [
      {
        fullUrl: "urn:uuid:11111111-2222-4333-8444-555555555555",
        resource: { resourceType: "Basic", code: { text: "x" } },
      },
      { fullUrl: "http://example.org/Organization/1", resource: { resourceType: "Organization", id: "1", name: "A" } },
    ],
  },
  {
    resourceType: "Questionnaire",
    id: "q1",
    status: "active",
    item: [
      { linkId: "1", type: "group", item: [{ linkId: "1.1", type: "choice", answerOption: [{ valueString: "yes" }] }] },
      {
        linkId: "2",
        type: "string",
        maxLength: 20,
        enableWhen: [{ question: "1.1", operator: "=", answerString: "yes" }],
      },
    ],
  },
  {
    resourceType: "DocumentReference",
    id: "d1",
    status: "current",
    subject: { reference: "Patient/p1" },
    relatesTo: [{ code: "replaces", target: { reference: "DocumentReference/d0" } }],
    content: [{ attachment: { contentType: "text/plain", data: "aGVsbG8=", size: 5, url: "urn:oid:1.2.3" } }],
  },
  {
    resourceType: "RiskAssessment",
    id: "r1",
    status: "final",
    subject: { reference: "Patient/p1" },
    prediction: [{ outcome: { text: "sepsis" }, probabilityDecimal: 12.5 }],
  },
];

export function sample(type: string): JsonObject {
  const found = SAMPLES.find((each) => each["resourceType"] === type);
  if (!found) throw new Error(`no sample of ${type}`);
  return structuredClone(found);
}
