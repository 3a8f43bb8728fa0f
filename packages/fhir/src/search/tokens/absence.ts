/**
 * That a parameter has no value, as a token: for `:missing=true`, of those parameters whose absence makes a worklist (a
 * task without owner, a patient without practitioner). For all others `:missing` is found by decrypting. A token for the
 * presence would do only if records without it were left out: one that collides would hide a record.
 */

const KEPT: Readonly<Record<string, readonly string[]>> = {
  Appointment: ["slot", "service-type"],
  CarePlan: ["encounter"],
  Condition: ["abatement-date", "encounter"],
  DiagnosticReport: ["result"],
  Encounter: ["diagnosis", "location", "participant"],
  MedicationRequest: ["encounter", "intended-dispenser"],
  Patient: ["email", "general-practitioner", "identifier", "organization", "phone"],
  ServiceRequest: ["occurrence", "performer", "specimen"],
  Task: ["focus", "owner", "performer"],
};

export function absenceRule(type: string, name: string): boolean {
  return Object.hasOwn(KEPT, type) && (KEPT[type]?.includes(name) ?? false);
}

export function absenceKey(type: string, name: string): readonly [domain: string, value: string] {
  return [`${type}.${name}:absent`, ""];
}
