/** Which codes an action has in an `AuditEvent`: DICOM (PS3.16 CID 400), FHIR's RESTful interactions, ISO 21089, BALP. */
import type { AuditAction, AuditEntry } from "@ward/core";

export interface Coding {
  readonly system: string;
  readonly code: string;
  readonly display?: string;
}

/** Which way the data goes between client and server, as BALP codes it. */
export type Flow = "to-server" | "to-client" | "deletion" | "disclosure";

export interface EventCodes {
  readonly type: Coding;
  readonly subtype: readonly Coding[];
  readonly action: "C" | "R" | "U" | "D" | "E";
  readonly flow: Flow;
  /** The BALP profile that the event meets: `PatientRead`. */
  readonly profile?: string | undefined;
}

/** DICOM codes that are used here. */
export const DCM = {
  "110100": "Application Activity",
  "110101": "Audit Log Used",
  "110106": "Export",
  "110107": "Import",
  "110113": "Security Alert",
  "110114": "User Authentication",
  "110120": "Application Start",
  "110121": "Application Stop",
  "110122": "Login",
  "110131": "Security Configuration",
  "110150": "Application",
  "110152": "Destination Role ID",
  "110153": "Source Role ID",
} as const;

const REST: Coding = {
  system: "http://terminology.hl7.org/CodeSystem/audit-event-type",
  code: "rest",
  display: "Restful Operation",
};
const DECISION: Coding = { system: "https://profiles.ihe.net/ITI/BALP/CodeSystem/AuthZsubType", code: "AuthZ-Role" };

export function profileUrl(profile: string): string {
  return `https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.${profile}`;
}

export function eventCodes(entry: AuditEntry): EventCodes {
  const { action, decision, outcome, reason, subject, resource } = entry;
  if (action === "http.request" && reason === "unauthenticated") {
    return { type: dcm("110114"), subtype: [dcm("110122")], action: "E", flow: "to-server" };
  }
  if (decision === "deny") return { type: dcm("110113"), subtype: [DECISION], action: "E", flow: "to-server" };
  const codes = codesOf(action);
  if (codes.profile === undefined || outcome !== "success") return { ...codes, profile: undefined };
  if (codes.flow === "disclosure") {
    const isDisclosure = subject !== undefined && entry.carries !== "none" && entry.host !== undefined;
    return isDisclosure ? codes : { ...codes, profile: undefined };
  }
  // Every profile but Query's wants the record itself named.
  if (action !== "fhir.search" && resource?.tag === undefined) return { ...codes, profile: undefined };
  return subject === undefined ? codes : { ...codes, profile: `Patient${codes.profile}` };
}

function codesOf(action: AuditAction): EventCodes {
  switch (action) {
    case "fhir.create":
      return { type: REST, subtype: [rest("create")], action: "C", flow: "to-server", profile: "Create" };
    case "fhir.read":
      return { type: REST, subtype: [rest("read")], action: "R", flow: "to-client", profile: "Read" };
    case "fhir.vread":
      return { type: REST, subtype: [rest("read"), rest("vread")], action: "R", flow: "to-client", profile: "Read" };
    case "fhir.history":
      return { type: REST, subtype: [rest("history")], action: "R", flow: "to-client" };
    case "fhir.update":
      return { type: REST, subtype: [rest("update")], action: "U", flow: "to-server", profile: "Update" };
    case "fhir.patch":
      return {
        type: REST,
        subtype: [rest("update"), rest("patch")],
        action: "U",
        flow: "to-server",
        profile: "Update",
      };
    case "fhir.delete":
      return { type: REST, subtype: [rest("delete")], action: "D", flow: "deletion", profile: "Delete" };
    case "fhir.search":
      return { type: REST, subtype: [rest("search")], action: "E", flow: "to-server", profile: "Query" };
    case "fhir.transaction":
      return { type: REST, subtype: [rest("transaction")], action: "E", flow: "to-server" };
    case "screen.disclosure":
      return { type: lifecycle("access"), subtype: [], action: "R", flow: "to-client" };
    case "egress.send":
    case "egress.connect":
      return {
        type: dcm("110106"),
        subtype: [lifecycle("disclose")],
        action: "R",
        flow: "disclosure",
        profile: "PrivacyDisclosure.Source",
      };
    case "hl7.receive":
    case "hl7.duplicate":
    case "hl7.quarantine":
    case "hl7.replay":
      return { type: dcm("110107"), subtype: [lifecycle("receive")], action: "C", flow: "to-server" };
    case "event.emit":
    case "event.deliver":
    case "event.replay":
      return { type: lifecycle("transmit"), subtype: [], action: "E", flow: "to-server" };
    case "config.release":
    case "config.policy":
    case "config.app":
    case "config.waiver":
    case "secret.put":
    case "key.create":
    case "key.destroy":
      return { type: dcm("110113"), subtype: [dcm("110131")], action: "U", flow: "to-server" };
    case "ledger.ask":
    case "ledger.export":
    case "ledger.retention":
      return { type: dcm("110101"), subtype: [], action: "R", flow: "to-client" };
    case "node.start":
      return { type: dcm("110100"), subtype: [dcm("110120")], action: "E", flow: "to-server" };
    case "node.stop":
      return { type: dcm("110100"), subtype: [dcm("110121")], action: "E", flow: "to-server" };
    case "identity.forge":
      return { type: dcm("110113"), subtype: [DECISION], action: "E", flow: "to-server" };
    case "function.invoke":
    case "function.stop":
    case "secret.read":
    case "door.call":
    case "http.request":
    case "health.check":
      return { type: dcm("110100"), subtype: [], action: "E", flow: "to-server" };
  }
}

function dcm(code: keyof typeof DCM): Coding {
  return { system: "http://dicom.nema.org/resources/ontology/DCM", code, display: DCM[code] };
}

function rest(code: string): Coding {
  return { system: "http://hl7.org/fhir/restful-interaction", code, display: code };
}

function lifecycle(code: string): Coding {
  return { system: "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle", code };
}
