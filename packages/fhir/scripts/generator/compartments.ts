/**
 * R4's five compartments as data: for each, the types that may lie in it and the search parameters that put them there.
 * `{def}` stands for the record that the compartment is of. The Patient compartment comes with the definitions; the
 * others do not, and are written down here from CompartmentDefinition 4.0.1.
 */
import type { Json } from "./json.ts";
import type { Definitions } from "./read-definitions.ts";

/** Type → parameters, as `Type: a, b`. */
const OTHERS: Readonly<Record<string, string>> = {
  Encounter: `
    CarePlan: encounter; CareTeam: encounter; ChargeItem: context; Claim: encounter; ClinicalImpression: encounter;
    Communication: encounter; CommunicationRequest: encounter; Composition: encounter; Condition: encounter;
    DeviceRequest: encounter; DiagnosticReport: encounter; DocumentManifest: related-ref; DocumentReference: encounter;
    Encounter: {def}; ExplanationOfBenefit: encounter; Media: encounter; MedicationAdministration: context;
    MedicationRequest: encounter; NutritionOrder: encounter; Observation: encounter; Procedure: encounter;
    QuestionnaireResponse: encounter; RequestGroup: encounter; ServiceRequest: encounter; VisionPrescription: encounter`,
  Practitioner: `
    Account: subject; AdverseEvent: recorder; AllergyIntolerance: recorder, asserter; Appointment: actor;
    AppointmentResponse: actor; AuditEvent: agent; Basic: author; CarePlan: performer; CareTeam: participant;
    ChargeItem: enterer, performer-actor; Claim: enterer, provider, payee, care-team; ClaimResponse: requestor;
    ClinicalImpression: assessor; Communication: sender, recipient; CommunicationRequest: sender, recipient, requester;
    Composition: subject, author, attester; Condition: asserter; CoverageEligibilityRequest: enterer, provider;
    CoverageEligibilityResponse: requestor; DetectedIssue: author; DeviceRequest: requester, performer;
    DiagnosticReport: performer; DocumentManifest: subject, author, recipient;
    DocumentReference: subject, author, authenticator; Encounter: practitioner, participant;
    EpisodeOfCare: care-manager; ExplanationOfBenefit: enterer, provider, payee, care-team; Flag: author;
    Group: member; Immunization: performer; Invoice: participant; Linkage: author; List: source;
    Media: subject, operator; MedicationAdministration: performer; MedicationDispense: performer, receiver;
    MedicationRequest: requester; MedicationStatement: source; MessageHeader: receiver, author, responsible, enterer;
    NutritionOrder: provider; Observation: performer; Patient: general-practitioner; PaymentNotice: provider;
    PaymentReconciliation: requestor; Person: practitioner; Practitioner: {def}; PractitionerRole: practitioner;
    Procedure: performer; Provenance: agent; QuestionnaireResponse: author, source; RequestGroup: participant, author;
    ResearchStudy: principalinvestigator; RiskAssessment: performer; Schedule: actor;
    ServiceRequest: performer, requester; Specimen: collector; SupplyDelivery: supplier, receiver;
    SupplyRequest: requester; VisionPrescription: prescriber`,
  RelatedPerson: `
    AdverseEvent: recorder; AllergyIntolerance: asserter; Appointment: actor; AppointmentResponse: actor; Basic: author;
    CarePlan: performer; CareTeam: participant; ChargeItem: enterer, performer-actor; Claim: payee;
    Communication: sender, recipient; CommunicationRequest: sender, recipient, requester; Composition: author;
    Condition: asserter; Coverage: policy-holder, subscriber, payor; DocumentManifest: author, recipient;
    DocumentReference: author; Encounter: participant; ExplanationOfBenefit: payee; Invoice: recipient;
    MedicationAdministration: performer; MedicationStatement: source; Observation: performer; Patient: link;
    Person: link; Procedure: performer; Provenance: agent; QuestionnaireResponse: author, source; RelatedPerson: {def};
    RequestGroup: participant; Schedule: actor; ServiceRequest: performer; SupplyRequest: requester`,
  Device: `
    Account: subject; Appointment: actor; AppointmentResponse: actor; AuditEvent: agent;
    ChargeItem: enterer, performer-actor; Claim: procedure-udi, item-udi, detail-udi, subdetail-udi;
    Communication: sender, recipient; CommunicationRequest: sender, recipient; Composition: author;
    DetectedIssue: author; DeviceRequest: device, subject, requester, performer; DeviceUseStatement: device;
    DiagnosticReport: subject; DocumentManifest: subject, author; DocumentReference: subject, author;
    ExplanationOfBenefit: procedure-udi, item-udi, detail-udi, subdetail-udi; Flag: author; Group: member;
    Invoice: participant; List: subject, source; Media: subject; MedicationAdministration: device;
    MessageHeader: target; Observation: subject, device; Provenance: agent; QuestionnaireResponse: author;
    RequestGroup: author; RiskAssessment: performer; Schedule: actor; ServiceRequest: performer, requester;
    Specimen: subject; SupplyRequest: requester; Device: {def}`,
};

/** Compartment → type → parameters. Throws where a parameter is none of its type. */
export function compartmentTable(definitions: Definitions): Json {
  const table: Json = { Patient: Object.fromEntries(definitions.compartment) };
  table["Patient"]["Patient"] = ["{def}", ...((definitions.compartment.get("Patient") ?? []) as string[])];
  for (const [compartment, text] of Object.entries(OTHERS)) {
    table[compartment] = Object.fromEntries(
      text.split(";").map((part) => {
        const [type, names] = part.trim().split(": ") as [string, string];
        return [type, names.split(", ")];
      }),
    );
  }
  for (const types of Object.values(table) as Json[]) {
    for (const [type, names] of Object.entries(types)) {
      for (const name of names as string[]) checkParameter(definitions, type, name);
    }
  }
  return table;
}

function checkParameter({ searchParameters }: Definitions, type: string, name: string): void {
  const isKnown = searchParameters.some(
    (each) => each["code"] === name && each["type"] === "reference" && (each["base"] as string[]).includes(type),
  );
  if (!isKnown && name !== "{def}")
    throw new Error(`a compartment names ${type}.${name}, which is no reference parameter`);
}
