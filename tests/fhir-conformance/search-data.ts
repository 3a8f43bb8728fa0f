/** What the search cases look for: few resources, each with what makes one rule of R4 search visible. */
import type { FhirServer, Json } from "./server.ts";

export const LOINC = "http://loinc.org";
export const UCUM = "http://unitsofmeasure.org";
export const SNOMED = "http://snomed.info/sct";
const V2_0203 = "http://terminology.hl7.org/CodeSystem/v2-0203";
const CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category";

export async function storeSearchData(server: FhirServer): Promise<void> {
  for (const [name, resource] of [...PEOPLE, ...OBSERVATIONS, ...OTHERS]) await server.store(name, resource);
}

type Named = readonly [name: string, resource: Json];

const PEOPLE: readonly Named[] = [
  ["org2", { resourceType: "Organization", name: "Holding Ltd", active: true }],
  ["org1", { resourceType: "Organization", name: "Acme Health", partOf: { reference: "Organization/@org2" } }],
  ["pr1", { resourceType: "Practitioner", name: [{ family: "Curie", given: ["Marie"] }], active: true }],
  [
    "p1",
    {
      resourceType: "Patient",
      meta: {
        tag: [{ system: "http://tags.example", code: "blue" }],
        security: [{ system: "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", code: "N" }],
        profile: ["http://profiles.example/patient"],
      },
      identifier: [
        {
          system: "http://h.example/mrn",
          value: "M1",
          type: { coding: [{ system: V2_0203, code: "MR" }], text: "Record" },
        },
        { system: "urn:ssn", value: "999", type: { coding: [{ system: V2_0203, code: "SS" }] } },
      ],
      active: true,
      name: [{ use: "official", family: "Müller", given: ["Peter", "James"] }],
      telecom: [
        { system: "phone", value: "555-1234", use: "home" },
        { system: "email", value: "p1@mail.example" },
      ],
      gender: "male",
      birthDate: "1974-12-25",
      deceasedBoolean: false,
      address: [{ use: "home", city: "PleasantVille", state: "Vic", postalCode: "3999", country: "AU" }],
      generalPractitioner: [{ reference: "Practitioner/@pr1" }],
      managingOrganization: { reference: "Organization/@org1" },
    },
  ],
  [
    "p2",
    {
      resourceType: "Patient",
      name: [{ family: "van der Berg", given: ["Ann"] }],
      gender: "female",
      birthDate: "1974-12",
      deceasedDateTime: "2015-02-14T13:42:00+10:00",
      address: [{ city: "Pleasanton", country: "US" }],
      managingOrganization: { reference: "Organization/@org2" },
    },
  ],
  [
    "p3",
    {
      resourceType: "Patient",
      active: false,
      name: [{ family: "Muller", given: ["Peta"] }],
      gender: "other",
      birthDate: "1974",
    },
  ],
  [
    "p4",
    {
      resourceType: "Patient",
      identifier: [{ value: "M1" }],
      name: [{ text: "王小明" }],
      link: [{ other: { reference: "Patient/@p1" }, type: "seealso" }],
    },
  ],
  [
    "p5",
    {
      resourceType: "Patient",
      name: [{ family: "Smith, Jr", given: ["Zoë"] }],
      gender: "unknown",
      birthDate: "2001-01-01",
    },
  ],
  [
    "e1",
    {
      resourceType: "Encounter",
      status: "finished",
      class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: "AMB" },
      subject: { reference: "Patient/@p1" },
      serviceProvider: { reference: "Organization/@org1" },
      period: { start: "2020-03-01T09:00:00Z", end: "2020-03-01T11:00:00Z" },
    },
  ],
];

const coded = (system: string, code: string, display?: string): Json => ({
  coding: [{ system, code, ...(display === undefined ? {} : { display }) }],
});
const weight = { status: "final", code: coded(LOINC, "29463-7", "Body weight") };
const amount = (value: number, code: string): Json => ({ value, unit: code, system: UCUM, code });

const OBSERVATIONS: readonly Named[] = [
  [
    "o1",
    {
      resourceType: "Observation",
      status: "final",
      category: [coded(CATEGORY, "laboratory")],
      code: coded(LOINC, "2345-7", "Glucose"),
      subject: { reference: "Patient/@p1" },
      encounter: { reference: "Encounter/@e1" },
      performer: [{ reference: "Practitioner/@pr1" }],
      effectiveDateTime: "2020-03-01T10:00:00Z",
      valueQuantity: amount(5.4, "mmol/L"),
    },
  ],
  [
    "o2",
    {
      resourceType: "Observation",
      ...weight,
      subject: { reference: "Patient/@p1" },
      effectiveDateTime: "2020",
      valueQuantity: amount(70, "kg"),
    },
  ],
  [
    "o3",
    {
      resourceType: "Observation",
      ...weight,
      subject: { reference: "Patient/@p2" },
      effectivePeriod: { start: "2020-03-01", end: "2020-03-10" },
      valueQuantity: amount(70_000, "g"),
    },
  ],
  [
    "o4",
    {
      resourceType: "Observation",
      ...weight,
      subject: { reference: "Patient/@p2" },
      effectiveDateTime: "2019-12-31T23:30:00-05:00",
      valueQuantity: amount(70, "mg"),
    },
  ],
  [
    "o5",
    {
      resourceType: "Observation",
      status: "final",
      category: [coded(CATEGORY, "vital-signs")],
      code: coded(LOINC, "85354-9", "Blood pressure panel"),
      subject: { reference: "Patient/@p1" },
      effectiveDateTime: "2021-05-05",
      hasMember: [{ reference: "Observation/@o1" }],
      component: [
        { code: coded(LOINC, "8480-6"), valueQuantity: amount(107, "mm[Hg]") },
        { code: coded(LOINC, "8462-4"), valueQuantity: amount(60, "mm[Hg]") },
      ],
    },
  ],
  [
    "o6",
    {
      resourceType: "Observation",
      status: "amended",
      code: coded(LOINC, "5778-6", "Colour of urine"),
      subject: { reference: "Patient/@p2" },
      effectivePeriod: { start: "2022-01-01" },
      valueCodeableConcept: { ...coded(SNOMED, "260385009", "Negative"), text: "not seen" },
    },
  ],
  [
    "o7",
    {
      resourceType: "Observation",
      status: "preliminary",
      code: { text: "Rash on the arm" },
      subject: { identifier: { system: "http://h.example/mrn", value: "M9" }, display: "somebody" },
      valueString: "positive for blood",
    },
  ],
  [
    "o8",
    {
      resourceType: "Observation",
      status: "final",
      code: coded(LOINC, "2345-7", "Glucose"),
      subject: { reference: "Patient/@p2" },
      effectiveDateTime: "2018",
      valueQuantity: { ...amount(5, "mg/dL"), comparator: "<" },
    },
  ],
];

const valueSet = (url: string, more: Json = {}): Json => ({ resourceType: "ValueSet", status: "active", url, ...more });

const OTHERS: readonly Named[] = [
  [
    "r1",
    {
      resourceType: "RiskAssessment",
      status: "final",
      subject: { reference: "Patient/@p1" },
      prediction: [{ outcome: { text: "sepsis" }, probabilityDecimal: 0.32 }],
    },
  ],
  [
    "r2",
    {
      resourceType: "RiskAssessment",
      status: "final",
      subject: { reference: "Patient/@p2" },
      prediction: [{ outcome: { text: "fall" }, probabilityDecimal: 0.8 }],
    },
  ],
  [
    "v1",
    valueSet("http://vs.example/a", {
      version: "1",
      compose: { include: [{ system: LOINC, concept: [{ code: "29463-7" }, { code: "8302-2" }] }] },
    }),
  ],
  ["v2", valueSet("http://vs.example/a/b")],
  ["v3", valueSet("http://vs.example/ab")],
  ["v4", valueSet("urn:oid:1.2.3.4")],
  [
    "c1",
    {
      resourceType: "Condition",
      clinicalStatus: coded("http://terminology.hl7.org/CodeSystem/condition-clinical", "active"),
      code: coded(SNOMED, "39065001", "Burn of ear"),
      subject: { reference: "Patient/@p1" },
      onsetDateTime: "2012-05-24",
    },
  ],
  [
    "l1",
    {
      resourceType: "List",
      status: "current",
      mode: "changes",
      entry: [
        { item: { reference: "Patient/@p1" } },
        { item: { reference: "Observation/@o1" } },
        { deleted: true, item: { reference: "Patient/@p3" } },
      ],
    },
  ],
  [
    "m1",
    {
      resourceType: "MedicationRequest",
      contained: [{ resourceType: "Medication", id: "med", code: coded(SNOMED, "387517004", "Paracetamol") }],
      status: "active",
      intent: "order",
      medicationReference: { reference: "#med" },
      subject: { display: "somebody" },
    },
  ],
  [
    "lib1",
    {
      resourceType: "Library",
      url: "http://lib.example/a",
      version: "1.2",
      title: "First aid",
      status: "active",
      type: { text: "logic" },
      content: [{ contentType: "text/cql; version=1" }],
    },
  ],
  ["pd1", { resourceType: "PlanDefinition", status: "active", library: ["http://lib.example/a|1.2"] }],
];
