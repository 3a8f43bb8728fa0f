/** One visit of a patient: the encounter and everything that it left behind, as R4 resources that refer to each other. */
import type { Random } from "./random.ts";

export type Resource = Readonly<Record<string, unknown>>;

/** Adds a resource to the bundle and answers the reference to it. */
export type Add = (resource: Resource) => { readonly reference: string };

export interface VisitFrame {
  readonly random: Random;
  readonly add: Add;
  readonly patient: { readonly reference: string };
  readonly practitioner: { readonly reference: string };
  readonly organization: { readonly reference: string };
  readonly location: { readonly reference: string };
  readonly coverage: { readonly reference: string };
  readonly device: { readonly reference: string };
  /** First moment of the visit. */
  readonly start: Date;
  readonly zone: string;
}

const LOINC = "http://loinc.org";
const SNOMED = "http://snomed.info/sct";
const UCUM = "http://unitsofmeasure.org";
const RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm";

const VITALS = [
  ["8302-2", "Body Height", "cm", 150, 200],
  ["29463-7", "Body Weight", "kg", 45, 130],
  ["39156-5", "Body Mass Index", "kg/m2", 17, 40],
  ["8867-4", "Heart rate", "/min", 50, 120],
  ["9279-1", "Respiratory rate", "/min", 10, 30],
  ["8310-5", "Body temperature", "Cel", 35, 40],
] as const;
const METABOLIC = [
  ["2339-0", "Glucose [Mass/volume] in Blood", "mg/dL", 60, 220],
  ["38483-4", "Creatinine [Mass/volume] in Blood", "mg/dL", 0.5, 4],
  ["2947-0", "Sodium [Moles/volume] in Blood", "mmol/L", 130, 150],
  ["6298-4", "Potassium [Moles/volume] in Blood", "mmol/L", 3, 6],
] as const;
const CONDITIONS = [
  ["44054006", "Diabetes mellitus type 2"],
  ["38341003", "Hypertensive disorder"],
  ["195662009", "Acute viral pharyngitis"],
  ["195967001", "Asthma"],
] as const;
const MEDICATIONS = [
  ["860975", "24 HR Metformin hydrochloride 500 MG Extended Release Oral Tablet"],
  ["314076", "lisinopril 10 MG Oral Tablet"],
  ["313782", "Acetaminophen 325 MG Oral Tablet"],
] as const;
const VACCINES = [["140", "Influenza, seasonal, injectable, preservative free"], ["113", "Td (adult) preservative free"]] as const;
const PROCEDURES = [["430193006", "Medication Reconciliation"], ["73761001", "Colonoscopy"], ["710824005", "Assessment of health and social care needs"]] as const;

const coded = (system: string, code: string, display: string): Resource => ({ coding: [{ system, code, display }], text: display });
const amount = (value: number, unit: string): Resource => ({ value, unit, system: UCUM, code: unit });
const hl7 = (name: string, code: string): Resource => ({ coding: [{ system: `http://terminology.hl7.org/CodeSystem/${name}`, code }] });

export function addVisit(frame: VisitFrame): void {
  const { random, add, patient, practitioner, organization, location } = frame;
  const at = (minutes: number): string => moment(frame.start, minutes, frame.zone);
  const period = { start: at(0), end: at(random.whole(15, 120)) };
  const encounter = add({
    resourceType: "Encounter",
    status: "finished",
    class: { system: "http://terminology.hl7.org/CodeSystem/v3-ActCode", code: random.pick(["AMB", "EMER", "IMP"]) },
    type: [coded(SNOMED, "185349003", "Encounter for check up")],
    subject: patient,
    participant: [{ individual: practitioner, period }],
    period,
    location: [{ location }],
    serviceProvider: organization,
  });
  const about = { subject: patient, encounter };
  const condition = addCondition(frame, about, at(5));
  const observations = addVitals(frame, about, at(6));
  addLaboratory(frame, about, at(20));
  addTreatment(frame, about, condition, period, at(25));
  if (random.chance(0.3)) addImaging(frame, about, at(30));
  addDocument(frame, about, at(40), observations.length);
  addBilling(frame, encounter, condition, period);
}

type About = { readonly subject: Resource; readonly encounter: Resource };

function addCondition({ random, add }: VisitFrame, about: About, when: string): Resource {
  const [code, display] = random.pick(CONDITIONS);
  const isOver = random.chance(0.3);
  return add({
    resourceType: "Condition",
    clinicalStatus: hl7("condition-clinical", isOver ? "resolved" : "active"),
    verificationStatus: hl7("condition-ver-status", "confirmed"),
    category: [hl7("condition-category", "encounter-diagnosis")],
    code: coded(SNOMED, code, display),
    ...about,
    onsetDateTime: when,
    ...(isOver ? { abatementDateTime: when } : {}),
    recordedDate: when,
  });
}

function addVitals({ random, add, device }: VisitFrame, about: About, when: string): readonly Resource[] {
  const common = { status: "final", category: [hl7("observation-category", "vital-signs")], ...about, effectiveDateTime: when, issued: when };
  const vitals = VITALS.map(([code, display, unit, low, high]) =>
    add({ resourceType: "Observation", ...common, code: coded(LOINC, code, display), valueQuantity: amount(random.decimal(low, high, 1), unit) }),
  );
  const pressure = add({
    resourceType: "Observation",
    ...common,
    device,
    code: coded(LOINC, "85354-9", "Blood pressure panel with all children optional"),
    component: [
      { code: coded(LOINC, "8480-6", "Systolic Blood Pressure"), valueQuantity: amount(random.whole(90, 180), "mm[Hg]") },
      { code: coded(LOINC, "8462-4", "Diastolic Blood Pressure"), valueQuantity: amount(random.whole(50, 110), "mm[Hg]") },
    ],
  });
  const smoking = add({
    resourceType: "Observation",
    ...common,
    category: [hl7("observation-category", "survey")],
    code: coded(LOINC, "72166-2", "Tobacco smoking status"),
    valueCodeableConcept: coded(SNOMED, "266919005", "Never smoked tobacco"),
  });
  return [...vitals, pressure, smoking];
}

function addLaboratory({ random, add, organization }: VisitFrame, about: About, when: string): void {
  const category = [hl7("observation-category", "laboratory")];
  const results = METABOLIC.map(([code, display, unit, low, high]) =>
    add({
      resourceType: "Observation",
      status: "final",
      category,
      code: coded(LOINC, code, display),
      ...about,
      effectiveDateTime: when,
      issued: when,
      performer: [organization],
      // Below what the analyser sees, a result is a bound.
      valueQuantity: { ...amount(random.decimal(low, high, 2), unit), ...(random.chance(0.05) ? { comparator: "<" } : {}) },
      referenceRange: [{ low: amount(low, unit), high: amount(high, unit) }],
    }),
  );
  const panel = add({
    resourceType: "Observation",
    status: "final",
    category,
    code: coded(LOINC, "51990-0", "Basic Metabolic Panel"),
    ...about,
    effectiveDateTime: when,
    hasMember: results,
  });
  add({
    resourceType: "DiagnosticReport",
    identifier: [{ system: "urn:report", value: random.digits(10) }],
    status: "final",
    category: [hl7("v2-0074", "LAB")],
    code: coded(LOINC, "51990-0", "Basic Metabolic Panel"),
    ...about,
    effectiveDateTime: when,
    issued: when,
    performer: [organization],
    result: [panel, ...results],
  });
}

function addTreatment({ random, add, practitioner, location }: VisitFrame, about: About, condition: Resource, period: Resource, when: string): void {
  const [drug, drugName] = random.pick(MEDICATIONS);
  const [vaccine, vaccineName] = random.pick(VACCINES);
  const [procedure, procedureName] = random.pick(PROCEDURES);
  const medication = add({ resourceType: "Medication", status: "active", code: coded(RXNORM, drug, drugName) });
  add({
    resourceType: "MedicationRequest",
    status: random.pick(["active", "stopped", "completed"]),
    intent: "order",
    ...(random.chance(0.5) ? { medicationReference: medication } : { medicationCodeableConcept: coded(RXNORM, drug, drugName) }),
    ...about,
    authoredOn: when,
    requester: practitioner,
    reasonReference: [condition],
    dosageInstruction: [{ sequence: 1, timing: { repeat: { frequency: 1, period: 1, periodUnit: "d" } }, doseAndRate: [{ doseQuantity: { value: 1 } }] }],
  });
  add({
    resourceType: "Immunization",
    status: "completed",
    vaccineCode: coded("http://hl7.org/fhir/sid/cvx", vaccine, vaccineName),
    patient: about.subject,
    encounter: about.encounter,
    occurrenceDateTime: when,
    primarySource: true,
    location,
  });
  add({ resourceType: "Procedure", status: "completed", code: coded(SNOMED, procedure, procedureName), ...about, performedPeriod: period, reasonReference: [condition] });
  const team = add({
    resourceType: "CareTeam",
    status: "active",
    ...about,
    period: { start: when },
    participant: [{ role: [coded(SNOMED, "116154003", "Patient")], member: about.subject }, { role: [coded(SNOMED, "223366009", "Healthcare professional")], member: practitioner }],
  });
  add({
    resourceType: "CarePlan",
    status: "active",
    intent: "order",
    category: [coded(SNOMED, "698360004", "Diabetes self management plan")],
    ...about,
    period: { start: when },
    careTeam: [team],
    addresses: [condition],
    activity: [{ detail: { status: "in-progress", code: coded(SNOMED, "160670007", "Diabetic diet") } }],
  });
  if (!random.chance(0.3)) return;
  add({
    resourceType: "AllergyIntolerance",
    clinicalStatus: hl7("allergyintolerance-clinical", "active"),
    verificationStatus: hl7("allergyintolerance-verification", "confirmed"),
    type: "allergy",
    category: ["food"],
    criticality: "low",
    code: coded(SNOMED, "91935009", "Allergy to peanut"),
    patient: about.subject,
    recordedDate: when,
  });
}

function addImaging({ random, add }: VisitFrame, about: About, when: string): void {
  const uid = (): string => `1.2.840.99999999.1.${random.digits(8).replace(/^0+/, "") || "1"}.${random.whole(1, 10 ** 9)}`;
  const modality = { system: "http://dicom.nema.org/resources/ontology/DCM", code: "DX", display: "Digital Radiography" };
  add({
    resourceType: "ImagingStudy",
    identifier: [{ use: "official", system: "urn:dicom:uid", value: `urn:oid:${uid()}` }],
    status: "available",
    ...about,
    started: when,
    numberOfSeries: 1,
    numberOfInstances: 1,
    series: [
      {
        uid: uid(),
        number: 1,
        modality,
        numberOfInstances: 1,
        bodySite: { system: SNOMED, code: "51185008", display: "Thoracic structure" },
        started: when,
        instance: [{ uid: uid(), sopClass: { system: "urn:ietf:rfc:3986", code: "urn:oid:1.2.840.10008.5.1.4.1.1.1.1" }, number: 1, title: "Image of chest" }],
      },
    ],
  });
}

function addDocument({ random, add, practitioner, organization }: VisitFrame, about: About, when: string, count: number): void {
  const text = `${when}\n\n# Assessment\n${count} observations. Ωμέγα — 体温正常 — حالة مستقرة.`;
  add({
    resourceType: "DocumentReference",
    identifier: [{ system: "urn:ietf:rfc:3986", value: `urn:uuid:${random.uuid()}` }],
    status: "current",
    type: coded(LOINC, "34117-2", "History and physical note"),
    subject: about.subject,
    date: when,
    author: [practitioner],
    custodian: organization,
    content: [{ attachment: { contentType: "text/plain; charset=utf-8", data: Buffer.from(text).toString("base64") } }],
    context: { encounter: [about.encounter], period: { start: when } },
  });
}

function addBilling({ random, add, patient, practitioner, organization, coverage }: VisitFrame, encounter: Resource, condition: Resource, period: Resource): void {
  const total = { value: random.decimal(50, 900, 2), currency: "USD" };
  const type = hl7("claim-type", "professional");
  const item = [{ sequence: 1, productOrService: coded(SNOMED, "185349003", "Encounter for check up"), encounter: [encounter] }];
  const created = (period as { end: string }).end;
  const claim = add({
    resourceType: "Claim",
    status: "active",
    type,
    use: "claim",
    patient,
    billablePeriod: period,
    created,
    provider: organization,
    priority: hl7("processpriority", "normal"),
    diagnosis: [{ sequence: 1, diagnosisReference: condition }],
    insurance: [{ sequence: 1, focal: true, coverage }],
    item,
    total,
  });
  add({
    resourceType: "ExplanationOfBenefit",
    status: "active",
    type,
    use: "claim",
    patient,
    billablePeriod: period,
    created,
    insurer: organization,
    provider: practitioner,
    claim,
    outcome: "complete",
    insurance: [{ focal: true, coverage }],
    item: [{ ...item[0], adjudication: [{ category: hl7("adjudication", "submitted"), amount: total }] }],
    total: [{ category: hl7("adjudication", "submitted"), amount: total }],
    payment: { amount: { ...total, value: Number((total.value * 0.8).toFixed(2)) } },
  });
}

/** Local time of the place, as clinics write it. */
function moment(start: Date, minutes: number, zone: string): string {
  const [, sign = "+", hours = "0", rest = "0"] = /^([+-])(\d\d):(\d\d)$/.exec(zone) ?? [];
  const offset = (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(rest));
  const local = new Date(start.getTime() + (minutes + offset) * 60_000).toISOString();
  return `${local.slice(0, 23)}${zone}`;
}
