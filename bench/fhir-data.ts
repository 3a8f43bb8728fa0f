/** The measured data set, deterministic: patients of about 2.8 kB with 50 observations of about 900 bytes each. */

export const OBSERVATIONS_EACH = 50;
export const MRN_SYSTEM = "https://bench.example/mrn";

type Json = Readonly<Record<string, unknown>>;

const FAMILIES = ["Okafor", "Nguyễn", "Müller", "García Márquez", "王", "محمد", "Иванова", "Sato", "Smith", "Haddad"];
const GIVEN = ["Amara", "Thị Minh", "Jürgen", "María José", "小明", "فاطمة", "Ольга", "Haruki", "Ann", "Layla"];
const CITIES = ["Springfield", "Đà Nẵng", "Zürich", "Bogotá", "成都", "القاهرة", "Казань", "大阪", "Leeds", "Beirut"];
const TESTS = [
  ["2345-7", "Glucose [Mass/volume] in Serum or Plasma", "mg/dL", 60, 200],
  ["718-7", "Hemoglobin [Mass/volume] in Blood", "g/dL", 8, 18],
  ["2160-0", "Creatinine [Mass/volume] in Serum or Plasma", "mg/dL", 0.4, 3],
  ["2951-2", "Sodium [Moles/volume] in Serum or Plasma", "mmol/L", 125, 150],
  ["2823-3", "Potassium [Moles/volume] in Serum or Plasma", "mmol/L", 3, 6],
  ["8867-4", "Heart rate", "/min", 45, 160],
  ["9279-1", "Respiratory rate", "/min", 8, 40],
  ["8310-5", "Body temperature", "Cel", 35, 41],
  ["29463-7", "Body weight", "kg", 40, 160],
  ["8302-2", "Body height", "cm", 140, 205],
] as const;

export const CODES: readonly string[] = TESTS.map(([code]) => code);

/** One patient with its observations as a transaction, or several of them. */
export function transactionOf(patients: readonly number[], observationsEach: number): Json {
  return {
    resourceType: "Bundle",
    type: "transaction",
    entry: patients.flatMap((index) => {
      const fullUrl = uuidOf(index);
      return [
        { fullUrl, resource: patientOf(index), request: { method: "POST", url: "Patient" } },
        ...Array.from({ length: observationsEach }, (_, at) => ({
          resource: observationOf(fullUrl, index, at),
          request: { method: "POST", url: "Observation" },
        })),
      ];
    }),
  };
}

export function patientOf(index: number, revision = 0): Json {
  const pick = <T>(list: readonly T[], salt: number): T => list[mix(index, salt) % list.length] as T;
  const family = pick(FAMILIES, 1);
  return {
    resourceType: "Patient",
    meta: { tag: [{ system: "https://bench.example/run", code: `r${revision}` }] },
    text: {
      status: "generated",
      div: `<div xmlns="http://www.w3.org/1999/xhtml"><p>${pick(GIVEN, 2)} ${family}</p><p>MRN ${mrnOf(index)}</p></div>`,
    },
    extension: [
      {
        url: "http://hl7.org/fhir/StructureDefinition/patient-birthPlace",
        valueAddress: { city: pick(CITIES, 3), country: "XX" },
      },
      { url: "http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName", valueString: pick(FAMILIES, 4) },
    ],
    identifier: [
      {
        type: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0203", code: "MR" }], text: "MRN" },
        system: MRN_SYSTEM,
        value: mrnOf(index),
      },
      {
        type: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0203", code: "DL" }], text: "Licence" },
        system: "urn:oid:2.16.840.1.113883.4.3.25",
        value: `S${90_000_000 + index}`,
      },
      { system: "https://bench.example/insurance", value: `I-${mix(index, 5)}`, assigner: { display: "Insurer" } },
    ],
    active: true,
    name: [
      { use: "official", family, given: [pick(GIVEN, 2), pick(GIVEN, 6)], prefix: ["Mx."] },
      { use: "maiden", family: pick(FAMILIES, 7), given: [pick(GIVEN, 2)] },
    ],
    telecom: [
      { system: "phone", value: `555-${String(mix(index, 8) % 10_000).padStart(4, "0")}`, use: "home", rank: 1 },
      { system: "phone", value: `555-${String(1_000 + revision)}`, use: "mobile", rank: 2 },
      { system: "email", value: `p${index}@mail.example` },
    ],
    gender: pick(["female", "male", "other", "unknown"], 9),
    birthDate: dayOf(1930 * 365 + (mix(index, 10) % (80 * 365))),
    address: [
      {
        use: "home",
        line: [`${1 + (mix(index, 11) % 200)} Main Street`, "Apartment 4"],
        city: pick(CITIES, 3),
        postalCode: String(10_000 + (mix(index, 12) % 90_000)),
        country: "XX",
        period: { start: "2011-02-03" },
      },
    ],
    maritalStatus: {
      coding: [
        {
          system: "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus",
          code: pick(["M", "S"], 13),
          display: "Status",
        },
      ],
    },
    multipleBirthBoolean: false,
    contact: [
      {
        relationship: [
          {
            coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0131", code: "N", display: "Next-of-Kin" }],
          },
        ],
        name: { family: pick(FAMILIES, 14), given: [pick(GIVEN, 15)] },
        telecom: [{ system: "phone", value: "555-0000" }],
      },
    ],
    communication: [
      {
        language: { coding: [{ system: "urn:ietf:bcp:47", code: "en-US", display: "English" }], text: "English" },
        preferred: true,
      },
    ],
  };
}

/** `reference`: of the patient. */
export function observationOf(reference: string, patient: number, at: number): Json {
  const [code, display, unit, low, high] = TESTS[at % TESTS.length] as (typeof TESTS)[number];
  const share = (mix(patient, at + 100) % 1_000) / 1_000;
  const time = new Date(Date.UTC(2020, 0, 1) + (mix(patient, at + 200) % (5 * 365 * 24 * 60)) * 60_000).toISOString();
  return {
    resourceType: "Observation",
    status: "final",
    category: [
      {
        coding: [
          {
            system: "http://terminology.hl7.org/CodeSystem/observation-category",
            code: "laboratory",
            display: "Laboratory",
          },
        ],
      },
    ],
    code: { coding: [{ system: "http://loinc.org", code, display }], text: display },
    subject: { reference },
    effectiveDateTime: time,
    issued: time,
    valueQuantity: {
      value: Number((low + share * (high - low)).toFixed(1)),
      unit,
      system: "http://unitsofmeasure.org",
      code: unit,
    },
    interpretation: [
      {
        coding: [
          {
            system: "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
            code: share > 0.9 ? "H" : "N",
            display: share > 0.9 ? "High" : "Normal",
          },
        ],
      },
    ],
    referenceRange: [{ low: { value: low, unit }, high: { value: high, unit } }],
  };
}

export function mrnOf(index: number): string {
  return `MRN${String(1_000_000 + index)}`;
}

function uuidOf(index: number): string {
  return `urn:uuid:00000000-0000-4000-8000-${index.toString(16).padStart(12, "0")}`;
}

function dayOf(days: number): string {
  return new Date((days - 1970 * 365) * 86_400_000).toISOString().slice(0, 10);
}

/** Spreads neighbouring numbers (the finalizer of MurmurHash3). */
export function mix(value: number, salt: number): number {
  let bits = (value * 0x9e3779b1 + salt * 0x85ebca6b) | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
