/**
 * Synthetic patients as R4 transaction bundles in the shape that Synthea makes: one bundle a patient, `urn:uuid`
 * references, twenty-odd types, names and addresses in many scripts. The same seed gives the same bytes.
 * `node conformance/fhir/generate.ts --patients 20 --seed 1 --out <dir>`; without `--out` as NDJSON on stdout.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { personFrom, type Person } from "./people.ts";
import { randomFrom, type Random } from "./random.ts";
import { addVisit, type Add, type Resource } from "./visit.ts";

export interface TransactionBundle {
  readonly resourceType: "Bundle";
  readonly type: "transaction";
  readonly entry: readonly { readonly fullUrl: string; readonly resource: Resource; readonly request: Resource }[];
}

/** `index`: which patient of the data set that `seed` names. */
export function patientBundle(seed: number, index: number): TransactionBundle {
  const random = randomFrom(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b));
  const entry: { fullUrl: string; resource: Resource; request: Resource }[] = [];
  const add: Add = (resource) => {
    const fullUrl = `urn:uuid:${random.uuid()}`;
    entry.push({ fullUrl, resource, request: { method: "POST", url: resource["resourceType"] } });
    return { reference: fullUrl };
  };
  const person = personFrom(random);
  const patient = add(patientOf(random, person, index));
  const organization = add({
    resourceType: "Organization",
    identifier: [{ system: "urn:organization", value: random.digits(8) }],
    active: true,
    name: `${person.address["city"] as string} General`,
    address: [{ ...person.address, use: "work" }],
  });
  const location = add({ resourceType: "Location", status: "active", name: "Outpatient clinic", mode: "instance", address: { ...person.address, use: "work" }, position: { longitude: random.decimal(-180, 180, 4), latitude: random.decimal(-85, 85, 4) }, managingOrganization: organization });
  const clinician = personFrom(random);
  const practitioner = add({
    resourceType: "Practitioner",
    identifier: [{ system: "http://hl7.org/fhir/sid/us-npi", value: `99${random.digits(8)}` }],
    active: true,
    name: [{ ...clinician.name, prefix: ["Dr."] }],
    gender: clinician.gender,
  });
  const coverage = add({ resourceType: "Coverage", status: "active", beneficiary: patient, payor: [organization], subscriberId: random.digits(9) });
  const device = add({ resourceType: "Device", status: "active", deviceName: [{ name: "Sphygmomanometer", type: "user-friendly-name" }], serialNumber: random.digits(12), patient });
  const born = Date.parse(person.birthDate);
  for (let visit = random.whole(1, 4); visit > 0; visit -= 1) {
    const start = new Date(born + random.next() * (Date.UTC(2025, 0, 1) - born));
    addVisit({ random, add, patient, practitioner, organization, location, coverage, device, start, zone: person.place.zone });
  }
  add({ resourceType: "Provenance", target: [patient], recorded: "2025-01-01T00:00:00.000Z", agent: [{ who: practitioner, onBehalfOf: organization }] });
  return { resourceType: "Bundle", type: "transaction", entry };
}

function patientOf(random: Random, person: Person, index: number): Resource {
  const { name, gender, birthDate, address, telecom, place } = person;
  const spoken = (name["text"] as string | undefined) ?? `${(name["given"] as string[]).join(" ")} ${name["family"] as string}`;
  const isDead = random.chance(0.1);
  return {
    resourceType: "Patient",
    text: { status: "generated", div: `<div xmlns="http://www.w3.org/1999/xhtml" lang="${place.language}"><p>${spoken.replaceAll("&", "&amp;")}</p></div>` },
    extension: [
      { url: "http://hl7.org/fhir/StructureDefinition/patient-birthPlace", valueAddress: { city: address["city"], country: place.country } },
      { url: "http://example.org/fhir/StructureDefinition/disability-adjusted-life-years", valueDecimal: random.decimal(0, 40, 6) },
    ],
    identifier: [
      { type: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0203", code: "MR" }], text: "Medical Record Number" }, system: "http://hospital.example/mrn", value: `${index}-${random.uuid()}` },
      { type: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v2-0203", code: "SS" }] }, system: "http://hl7.org/fhir/sid/us-ssn", value: `999-${random.digits(2)}-${random.digits(4)}` },
    ],
    active: true,
    name: [name],
    telecom,
    gender,
    birthDate,
    ...(isDead ? { deceasedDateTime: `2025-01-0${random.whole(1, 9)}T0${random.whole(1, 9)}:30:00${place.zone}` } : {}),
    address: [address],
    maritalStatus: { coding: [{ system: "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", code: random.pick(["M", "S", "W"]) }] },
    multipleBirthBoolean: random.chance(0.03),
    communication: [{ language: { coding: [{ system: "urn:ietf:bcp:47", code: place.language }] } }],
  };
}

function main(): void {
  const { values } = parseArgs({
    options: { patients: { type: "string", default: "10" }, seed: { type: "string", default: "1" }, out: { type: "string" } },
  });
  if (values.out !== undefined) mkdirSync(values.out, { recursive: true });
  for (let index = 0; index < Number(values.patients); index += 1) {
    const bundle = patientBundle(Number(values.seed), index);
    if (values.out === undefined) console.log(JSON.stringify(bundle));
    else writeFileSync(join(values.out, `patient-${String(index).padStart(5, "0")}.json`), `${JSON.stringify(bundle, undefined, 1)}\n`);
  }
}

if (import.meta.main) main();
