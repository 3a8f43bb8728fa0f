import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject, JsonValue } from "../json.ts";
import { SAMPLES, sample } from "../testing/samples.ts";
import { checkResource } from "./check-resource.ts";

function issuesOf(resource: JsonObject): string[] {
  return checkResource(resource).map(({ path, rule }) => `${path}: ${rule}`);
}

/** The sample of a type with some members replaced; `undefined` removes one. */
function changed(type: string, change: Record<string, JsonValue | undefined>): JsonObject {
  const resource: Record<string, JsonValue | undefined> = { ...sample(type), ...change };
  return Object.fromEntries(Object.entries(resource).filter(([, value]) => value !== undefined)) as JsonObject;
}

const patient = (change: Record<string, JsonValue | undefined>) => changed("Patient", change);
const observation = (change: Record<string, JsonValue | undefined>) => changed("Observation", change);
const div = (inner: string): JsonObject => ({
  status: "generated",
  div: `<div xmlns="http://www.w3.org/1999/xhtml">${inner}</div>`,
});
const nest = (depth: number): JsonObject =>
  depth === 0
    ? { url: "http://example.org/x", valueString: "x" }
    : { url: "http://example.org/x", extension: [nest(depth - 1)] };

const REFUSED: readonly (readonly [what: string, resource: JsonObject, issue: string])[] = [
  ["an unknown member", patient({ shoeSize: 43 }), "Patient: unknown-element"],
  ["a choice without its type", observation({ value: 1 }), "Observation: unknown-element"],
  [
    "a choice of a type that is not offered",
    observation({ valueAddress: { city: "x" } }),
    "Observation: unknown-element",
  ],
  [
    "an unknown member of a backbone",
    observation({ component: [{ code: { text: "x" }, x: 1 }] }),
    "Observation.component[0]: unknown-element",
  ],
  ["a missing element", observation({ status: undefined }), "Observation.status: required"],
  ["a missing element of a backbone", patient({ link: [{ type: "seealso" }] }), "Patient.link[0].other: required"],
  ["one value for a list", patient({ name: { family: "x" } }), "Patient.name: expected-array"],
  ["a list for one value", patient({ gender: ["male"] }), "Patient.gender: expected-single-value"],
  ["an object for a string", patient({ birthDate: {} }), "Patient.birthDate: format"],
  ["a string for an object", observation({ code: "x" }), "Observation.code: format"],
  ["a string for a boolean", patient({ active: "true" }), "Patient.active: format"],
  ["a number for a string", patient({ name: [{ family: 1 }] }), "Patient.name[0].family: format"],
  ["a control character in a string", patient({ name: [{ family: "x\u001b[2J" }] }), "Patient.name[0].family: format"],
  ["a control character in a code", patient({ language: "en\u0007" }), "Patient.language: format"],
  ["null", patient({ active: null }), "Patient.active: empty-value"],
  ["null in a list of objects", patient({ name: [null] }), "Patient.name[0]: empty-value"],
  [
    "null in a list with nothing beside it",
    patient({ name: [{ given: [null] }] }),
    "Patient.name[0].given[0]: empty-value",
  ],
  ["an empty list", patient({ name: [] }), "Patient.name: empty-value"],
  ["an empty string", patient({ birthDate: "" }), "Patient.birthDate: empty-value"],
  ["an empty object", patient({ maritalStatus: {} }), "Patient.maritalStatus: ele-1"],
  ["an object that has an id alone", patient({ maritalStatus: { id: "a" } }), "Patient.maritalStatus: ele-1"],
  ["a list in a list", patient({ name: [[{ family: "x" }]] }), "Patient.name[0]: empty-value"],
  ["blank text", patient({ name: [{ family: " \n" }] }), "Patient.name[0].family: format"],
  ["two values of a choice", observation({ valueString: "x", valueInteger: 1 }), "Observation.value: choice-of-type"],
  [
    "a value of a choice and another's extension",
    observation({ valueString: "x", _valueTime: { extension: [{ url: "http://x.example", valueCode: "a" }] } }),
    "Observation.value: choice-of-type",
  ],
  ["a day that is not in the calendar", patient({ birthDate: "2023-02-29" }), "Patient.birthDate: format"],
  ["a date with a time", patient({ birthDate: "2023-02-28T10:00:00Z" }), "Patient.birthDate: format"],
  ["a month of one digit", patient({ birthDate: "2023-2" }), "Patient.birthDate: format"],
  [
    "a dateTime without a zone",
    observation({ effectivePeriod: undefined, effectiveDateTime: "2024-01-01T10:00:00" }),
    "Observation.effective: format",
  ],
  ["an instant of a day", observation({ issued: "2024-01-01" }), "Observation.issued: format"],
  ["hour 24", observation({ issued: "2024-01-01T24:00:00Z" }), "Observation.issued: format"],
  ["an integer with a fraction", patient({ multipleBirthInteger: 1.5 }), "Patient.multipleBirth: format"],
  ["an integer beyond 32 bits", patient({ multipleBirthInteger: 2_147_483_648 }), "Patient.multipleBirth: format"],
  [
    "a positive integer of 0",
    patient({ telecom: [{ system: "phone", value: "1", rank: 0 }] }),
    "Patient.telecom[0].rank: format",
  ],
  ["an id with a space", patient({ id: "a b" }), "Patient.id: format"],
  ["an id of 65 characters", patient({ id: "a".repeat(65) }), "Patient.id: format"],
  ["a uri with a space", patient({ implicitRules: "http://x y" }), "Patient.implicitRules: format"],
  ["a code with two spaces", patient({ language: "en  us" }), "Patient.language: format"],
  [
    "base64 without its padding",
    changed("DocumentReference", { content: [{ attachment: { contentType: "text/plain", data: "aGVsbG8" } }] }),
    "DocumentReference.content[0].attachment.data: format",
  ],
  ["a code outside its value set", patient({ gender: "zzz" }), "Patient.gender: required-binding"],
  [
    "a concept outside its value set",
    changed("Condition", {
      clinicalStatus: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/condition-clinical", code: "x" }] },
    }),
    "Condition.clinicalStatus: required-binding",
  ],
  [
    "a concept of the right code in a wrong system",
    changed("Condition", { clinicalStatus: { coding: [{ system: "http://x.example", code: "resolved" }] } }),
    "Condition.clinicalStatus: required-binding",
  ],
  [
    "a code outside its value set in a contained resource",
    patient({
      contained: [{ resourceType: "Organization", id: "org", name: "A", telecom: [{ system: "smoke", value: "1" }] }],
    }),
    "Patient.contained[0].telecom[0].system: required-binding",
  ],
  [
    "a reference to a wrong type",
    observation({ subject: { reference: "Encounter/1" } }),
    "Observation.subject: reference-type",
  ],
  [
    "such a reference by URL",
    observation({ subject: { reference: "https://example.org/fhir/Encounter/1" } }),
    "Observation.subject: reference-type",
  ],
  [
    "such a reference to a contained resource",
    patient({
      generalPractitioner: [{ reference: "#dev" }],
      contained: [{ resourceType: "Device", id: "dev", status: "active" }],
      managingOrganization: undefined,
    }),
    "Patient.generalPractitioner[0]: reference-type",
  ],
  [
    "a conditional reference to a wrong type",
    observation({ subject: { reference: "Encounter?identifier=1" } }),
    "Observation.subject: reference-type",
  ],
  [
    "a type that the reference contradicts",
    observation({ subject: { reference: "Patient/1", type: "Group" } }),
    "Observation.subject: reference-type",
  ],
  [
    "a wrong type of an identifier's reference",
    observation({ subject: { type: "Encounter", identifier: { value: "1" } } }),
    "Observation.subject: reference-type",
  ],
  [
    "a type that R4 has not",
    observation({ focus: [{ reference: "Unicorn/1" }] }),
    "Observation.focus[0]: reference-type",
  ],
  [
    "criteria of a type that R4 has not",
    observation({ focus: [{ reference: "Unicorn?identifier=1" }] }),
    "Observation.focus[0]: reference-type",
  ],
  [
    "a reference that is no URL",
    observation({ subject: { reference: "Mrs Okafor" } }),
    "Observation.subject.reference: format",
  ],
  [
    "a reference of an id alone",
    observation({ subject: { reference: "c282c3ec" } }),
    "Observation.subject.reference: format",
  ],
  [
    "a reference to nothing contained",
    patient({ managingOrganization: { reference: "#nope" } }),
    "Patient.managingOrganization: ref-1",
  ],
  ["a contained resource that nothing refers to", patient({ managingOrganization: undefined }), "Patient: dom-3"],
  [
    "two contained resources of one id",
    patient({ contained: ["A", "B"].map((name) => ({ resourceType: "Organization", id: "org", name })) }),
    "Patient.contained[1].id: duplicate-id",
  ],
  [
    "two elements of one id",
    patient({ name: ["A", "B"].map((family) => ({ id: "x", family })) }),
    "Patient.name[1].id: duplicate-id",
  ],
  [
    "an element and a primitive of one id",
    patient({ maritalStatus: { id: "x", text: "m" }, gender: "male", _gender: { id: "x" } }),
    "Patient.gender.id: duplicate-id",
  ],
  [
    "an element's id with a space",
    patient({ maritalStatus: { id: "a b", text: "m" } }),
    "Patient.maritalStatus.id: format",
  ],
  [
    "a size that is not the data's",
    changed("DocumentReference", {
      content: [{ attachment: { contentType: "text/plain", data: "aGVs bG8=", size: 9 } }],
    }),
    "DocumentReference.content[0].attachment.size: size-mismatch",
  ],
  [
    "a contained resource in a contained one",
    patient({
      contained: [
        {
          resourceType: "Organization",
          id: "org",
          name: "A",
          contained: [{ resourceType: "Basic", code: { text: "x" } }],
        },
      ],
    }),
    "Patient: dom-2",
  ],
  [
    "a version of a contained resource",
    patient({ contained: [{ resourceType: "Organization", id: "org", name: "A", meta: { versionId: "1" } }] }),
    "Patient: dom-4",
  ],
  [
    "a label of a contained resource",
    patient({
      contained: [{ resourceType: "Organization", id: "org", name: "A", meta: { security: [{ code: "R" }] } }],
    }),
    "Patient: dom-5",
  ],
  [
    "an unknown contained type",
    patient({ contained: [{ resourceType: "Unicorn", id: "org" }] }),
    "Patient.contained[0].resourceType: unknown-type",
  ],
  ["a resource that is none", patient({ contained: ["x"] }), "Patient.contained[0]: format"],
  [
    "a value and parts of an extension",
    patient({ extension: [{ url: "http://x.example", valueCode: "a", extension: [{ url: "b", valueCode: "c" }] }] }),
    "Patient.extension[0]: ext-1",
  ],
  ["an extension of nothing", patient({ extension: [{ url: "http://x.example" }] }), "Patient.extension[0]: ext-1"],
  [
    "an extension of a relative url",
    patient({ name: [{ family: "A", extension: [{ url: "kind", valueCode: "a" }] }] }),
    "Patient.name[0].extension[0].url: format",
  ],
  ["an extension without url", patient({ extension: [{ valueCode: "a" }] }), "Patient.extension[0].url: required"],
  [
    "a period that ends before it starts",
    observation({ effectivePeriod: { start: "2024-03-02", end: "2024-03-01" } }),
    "Observation.effective: per-1",
  ],
  [
    "a period that ends a moment before it starts",
    observation({ effectivePeriod: { start: "2024-03-02T10:00:00.5+01:00", end: "2024-03-02T09:00:00Z" } }),
    "Observation.effective: per-1",
  ],
  [
    "a value with a reason for its absence",
    observation({ valueInteger: 1, dataAbsentReason: { text: "x" } }),
    "Observation: obs-6",
  ],
  [
    "a value of the code of a component",
    observation({
      valueInteger: 1,
      component: [{ code: { coding: [{ system: "http://loinc.org", code: "85354-9", display: "Blood pressure" }] } }],
    }),
    "Observation: obs-7",
  ],
  [
    "a reference range of nothing",
    observation({ referenceRange: [{ type: { text: "x" } }] }),
    "Observation.referenceRange[0]: obs-3",
  ],
  [
    "a unit code without its system",
    observation({ valueQuantity: { value: 1, code: "kg" } }),
    "Observation.value: qty-3",
  ],
  [
    "a comparator where it is forbidden",
    observation({ referenceRange: [{ low: { value: 1, comparator: "<" } }] }),
    "Observation.referenceRange[0].low: sqty-1",
  ],
  ["a contact without a way", patient({ contact: [{ gender: "male" }] }), "Patient.contact[0]: pat-1"],
  ["a telecom value without a system", patient({ telecom: [{ value: "1" }] }), "Patient.telecom[0]: cpt-2"],
  [
    "an organization's home",
    {
      resourceType: "Organization",
      name: "A",
      telecom: [
        { system: "phone", value: "1" },
        { system: "phone", value: "2", use: "home" },
      ],
    },
    "Organization.telecom[1]: org-3",
  ],
  ["an organization of nothing", { resourceType: "Organization", active: true }, "Organization: org-1"],
  [
    "an abated condition that is active",
    changed("Condition", {
      clinicalStatus: {
        coding: [{ system: "http://terminology.hl7.org/CodeSystem/condition-clinical", code: "active" }],
      },
    }),
    "Condition: con-4",
  ],
  [
    "a probability beyond 100",
    changed("RiskAssessment", { prediction: [{ probabilityDecimal: 101 }] }),
    "RiskAssessment.prediction[0]: ras-2",
  ],
  [
    "a period without its unit",
    changed("MedicationRequest", { dosageInstruction: [{ timing: { repeat: { period: 1 } } }] }),
    "MedicationRequest.dosageInstruction[0].timing.repeat: tim-2",
  ],
  [
    "a request in a collection",
    changed("Bundle", { entry: [{ request: { method: "GET", url: "Patient/1" } }] }),
    "Bundle: bdl-3",
  ],
  ["a document without identifier", changed("Bundle", { type: "document" }), "Bundle: bdl-9"],
  ["a document that does not start with its Composition", changed("Bundle", { type: "document" }), "Bundle: bdl-11"],
  [
    "a fullUrl twice",
    changed("Bundle", {
      entry: [1, 2].map(() => ({ fullUrl: "urn:uuid:1", resource: { resourceType: "Basic", code: { text: "x" } } })),
    }),
    "Bundle: bdl-7",
  ],
  [
    "an invalid resource in an entry",
    changed("Bundle", { entry: [{ resource: { resourceType: "Basic" } }] }),
    "Bundle.entry[0].resource.code: required",
  ],
  [
    "a linkId twice",
    changed("Questionnaire", { item: ["a", "a"].map((linkId) => ({ linkId, type: "string" })) }),
    "Questionnaire: que-2",
  ],
  [
    "two conditions and not how they are joined",
    changed("Questionnaire", {
      item: [
        { linkId: "a", type: "boolean" },
        {
          linkId: "b",
          type: "string",
          enableWhen: [true, false].map((answerBoolean) => ({ question: "a", operator: "=", answerBoolean })),
        },
      ],
    }),
    "Questionnaire.item[1]: que-12",
  ],
  ["a definition's relative url", changed("Questionnaire", { url: "Questionnaire/q" }), "Questionnaire.url: format"],
  [
    "a group without items",
    changed("Questionnaire", { item: [{ linkId: "1", type: "group" }] }),
    "Questionnaire.item[0]: que-1",
  ],
  ["a script in a narrative", patient({ text: div("<script>x</script>") }), "Patient.text.div: txt-1"],
  ["an event attribute in a narrative", patient({ text: div('<p onclick="x()">x</p>') }), "Patient.text.div: txt-1"],
  ["a narrative of nothing", patient({ text: div("<p> </p>") }), "Patient.text.div: txt-2"],
  [
    "extensions nested beyond the limit",
    patient({ extension: [nest(100)] }),
    `Patient.${"extension[0].".repeat(64).slice(0, -1)}.extension[0]: depth`,
  ],
];

describe("the generated validators", () => {
  for (const resource of SAMPLES) {
    it(`accept a ${resource["resourceType"] as string}`, () => assert.deepEqual(issuesOf(resource), []));
  }

  for (const [what, resource, issue] of REFUSED) {
    it(`refuse ${what}`, () => {
      const issues = issuesOf(resource);
      assert.ok(issues.includes(issue), `${issue} is not in: ${issues.join(", ")}`);
    });
  }

  it("accept a primitive that has extensions alone, also where it is required", () => {
    const absent = {
      extension: [{ url: "http://hl7.org/fhir/StructureDefinition/data-absent-reason", valueCode: "unknown" }],
    };
    assert.deepEqual(issuesOf(observation({ status: undefined, _status: absent })), []);
  });

  it("accept a period of which its ends do not tell enough, or the same", () => {
    for (const [start, end] of [
      ["2024-03", "2024-03-01"],
      ["2024-03-02T10:00:00Z", "2024-03-02"],
      ["2024-03-02T10:00:00.0Z", "2024-03-02T11:00:00+01:00"],
    ] as const) {
      assert.deepEqual(issuesOf(observation({ effectivePeriod: { start, end } })), []);
    }
  });

  it("accept one id in two resources of a Bundle, a size that is the data's, and extensions named within another", () => {
    const one = { resourceType: "Basic", code: { id: "x", text: "a" } };
    assert.deepEqual(
      issuesOf(changed("Bundle", { type: "collection", entry: [{ resource: one }, { resource: one }] })),
      [],
    );
    const attachment = { contentType: "text/plain", data: "aGVs\nbG8=", size: 5 };
    assert.deepEqual(issuesOf(changed("DocumentReference", { content: [{ attachment }] })), []);
    const extension = [{ url: "urn:x", extension: [{ url: "part", valueCode: "a" }] }];
    assert.deepEqual(issuesOf(patient({ extension })), []);
  });

  it("name every issue of a resource, up to a limit", () => {
    const names = Array.from({ length: 100 }, () => ({ family: 1 }));
    assert.deepEqual(issuesOf(patient({ gender: "x", birthDate: "y" })).length, 2);
    assert.equal(issuesOf(patient({ name: names })).length, 50);
  });

  it("never name a value or a member of the resource", () => {
    const secret = "Okafor-1980";
    const issues = issuesOf(
      patient({ [secret]: secret, gender: secret, birthDate: secret, name: [{ [secret]: secret }] }),
    );
    assert.ok(issues.length >= 4);
    assert.ok(!issues.join().includes(secret));
  });

  it("answer for whatever JSON they are given", () => {
    for (const value of [null, 1, "x", true, [], {}, [null], [[]], [{}], { a: null }] as JsonValue[]) {
      for (const base of SAMPLES) {
        for (const name of Object.keys(base)) {
          const issues = checkResource({ ...base, [name]: value });
          assert.ok(
            issues.every(({ rule }) => rule !== "structure"),
            `${base["resourceType"] as string}.${name}`,
          );
        }
      }
    }
  });
});

describe("R4 4.0.1, where the package of definitions is not", () => {
  it("knows no member that the package or R5 added", () => {
    assert.deepEqual(issuesOf(patient({ meta: { project: "x" } })), ["Patient.meta: unknown-element"]);
    const study = { resourceType: "ResearchStudy", status: "active" };
    assert.deepEqual(issuesOf(study), []);
    assert.deepEqual(issuesOf({ ...study, name: "x" }), ["ResearchStudy: unknown-element"]);
  });

  it("knows R4's characteristics of an EvidenceVariable", () => {
    const variable = (characteristic: JsonObject): JsonObject => ({
      resourceType: "EvidenceVariable",
      status: "draft",
      characteristic: [characteristic],
    });
    const valid = { definitionDataRequirement: { type: "Patient" }, exclude: true, groupMeasure: "mean" };
    assert.deepEqual(issuesOf(variable(valid)), []);
    assert.deepEqual(issuesOf(variable({ ...valid, definitionCanonical: "urn:x" })), [
      "EvidenceVariable.characteristic[0].definition: choice-of-type",
    ]);
    assert.deepEqual(issuesOf(variable({ ...valid, linkId: "x" })), [
      "EvidenceVariable.characteristic[0]: unknown-element",
    ]);
  });
});

describe("the cost of a check", () => {
  it("grows with the size of the resource, not with its square", () => {
    // Either would take minutes if each item were compared with each other.
    const many = Array.from({ length: 30_000 }, (_, index) => index);
    const codings = many.map((index) => ({ system: "urn:x", code: `a${index}` }));
    const components = many.map((index) => ({ code: { coding: [{ system: "urn:x", code: `b${index}` }] } }));
    const wide = observation({ code: { coding: codings }, valueInteger: 1, component: components });
    assert.deepEqual(issuesOf(wide), []);
    const contained = many.map((index) => ({ resourceType: "Organization", id: `o${index}`, name: "A" }));
    const generalPractitioner = many.map((index) => ({ reference: `#o${index}` }));
    assert.deepEqual(issuesOf(patient({ contained, generalPractitioner, managingOrganization: undefined })), []);
  });
});
