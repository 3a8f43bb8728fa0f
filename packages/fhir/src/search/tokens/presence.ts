/**
 * Whether a parameter has a value at all, as a token: for `:missing`, of those parameters whose absence makes a worklist
 * (a task without owner, a patient without practitioner). For all others `:missing` is found by decrypting.
 */

const KEPT: Readonly<Record<string, readonly string[]>> = {
  Appointment: ["slot", "service-type"],
  CarePlan: ["encounter"],
  Condition: ["abatement-date", "encounter"],
  DiagnosticReport: ["result"],
  Encounter: ["diagnosis", "location", "participant"],
  MedicationRequest: ["encounter", "intended-dispenser"],
  Patient: ["death-date", "email", "general-practitioner", "identifier", "organization", "phone"],
  ServiceRequest: ["occurrence", "performer", "specimen"],
  Task: ["focus", "owner", "performer"],
};

export function presenceRule(type: string, name: string): boolean {
  return Object.hasOwn(KEPT, type) && (KEPT[type]?.includes(name) ?? false);
}

export function presenceKey(type: string, name: string): readonly [domain: string, value: string] {
  return [`${type}.${name}:present`, ""];
}
