/**
 * A whole message as one FHIR transaction: all of it is filed, or nothing. Pure: what exists already is looked up
 * before and passed in.
 */
import { Reject } from "@ward/sdk";
import type {
  Bundle,
  BundleEntry,
  DiagnosticReport,
  Identifier,
  Observation,
  Patient,
  Reference,
  Resource,
} from "@ward/sdk/fhir";
import { resultGroups, toFhirInstant, type Hl7Message, type Observed, type Segment } from "@ward/sdk/hl7";
import { originalMessage } from "./attachment.ts";
import { identifierToken, senderOf, systemOf } from "./identifiers.ts";
import { toObservation } from "./observation.ts";
import { readPatientIdentity, toPatient, type PatientIdentity } from "./patient.ts";
import { groupReports, isDocument, issuedAt, toDiagnosticReport, type ReportGroup } from "./report.ts";
import { textOf } from "./text.ts";

export interface LabMessage {
  readonly message: Hl7Message;
  readonly sender: string;
  readonly pid: Segment;
  readonly identity: PatientIdentity;
  readonly reports: readonly ReportGroup[];
}

/** Throws `Reject` or `Hl7ParseError` where the message says too little to be filed safely. */
export function readLabMessage(message: Hl7Message): LabMessage {
  const [results, ...others] = resultGroups(message);
  // The original is filed under its patient; that of two patients would show each the other's results.
  if (results === undefined || others.length > 0) throw new Reject("application-error");
  const sender = senderOf(message);
  return {
    message,
    sender,
    pid: results.patient,
    identity: readPatientIdentity(results.patient, sender),
    reports: groupReports(results.orders, message, sender),
  };
}

/** What earlier messages left. */
export interface Known {
  /** `Patient/<id>`. */
  readonly patient?: string;
  /** By `identifierToken`. */
  readonly reports: ReadonlyMap<string, DiagnosticReport>;
}

export interface LabTransaction {
  readonly bundle: Bundle & { readonly type: "transaction" };
  /** The patient, or the place in the bundle of the entry that creates it. */
  readonly patient: string | number;
  /** Places of the reports in the bundle. */
  readonly reports: readonly number[];
}

/** `newUrn`: a fresh `urn:uuid:`, by which entries refer to each other. */
export function toTransaction(lab: LabMessage, known: Known, newUrn: () => string): LabTransaction {
  const entries: BundleEntry[] = [];
  const patientUrn = newUrn();
  const subject: Reference<Patient> = { reference: known.patient ?? patientUrn };
  if (known.patient === undefined) {
    const ifNoneExist = `identifier=${encodeURIComponent(identifierToken(lab.identity.mrn))}`;
    entries.push({
      fullUrl: patientUrn,
      resource: toPatient(lab.pid, lab.identity),
      request: { method: "POST", url: "Patient", ifNoneExist },
    });
  }
  entries.push(toDocument(lab, subject, newUrn()));
  const reports = lab.reports.map((group) => {
    const earlier = known.reports.get(identifierToken(group.identifier));
    refuseUnsafeUpdate(lab, group, known, earlier);
    return (
      entries.push(...reportEntries(lab, group, { subject, newUrn, ...(earlier === undefined ? {} : { earlier }) })) - 1
    );
  });
  const bundle = { resourceType: "Bundle" as const, type: "transaction" as const, entry: entries };
  return { bundle, patient: known.patient ?? 0, reports };
}

interface ReportSurroundings {
  readonly subject: Reference<Patient>;
  readonly newUrn: () => string;
  readonly earlier?: DiagnosticReport;
}

/** The observations, and last the report that lists them. */
function reportEntries(lab: LabMessage, group: ReportGroup, around: ReportSurroundings): BundleEntry[] {
  const { sender, message } = lab;
  const { subject, newUrn, earlier } = around;
  const filed = new Map<Observed, Reference<Observation>>();
  const names = new Set<string>();
  const entries: BundleEntry[] = [];
  for (const [place, order] of group.orders.entries()) {
    const onParent = order.parent?.observation && filed.get(order.parent.observation);
    for (const observed of order.observations) {
      if (isDocument(observed.obx)) continue;
      const identifier = observationIdentifier(group, place + 1, observed, names);
      const existing = earlier?.result?.find((result) => result.identifier?.value === identifier.value)?.reference;
      const resource = toObservation(observed, {
        identifier,
        subject,
        sender,
        request: order.request,
        ...(onParent?.reference === undefined ? {} : { derivedFrom: { reference: onParent.reference } }),
      });
      const entry = writeEntry(resource, existing, newUrn);
      entries.push(entry);
      filed.set(observed, { reference: existing ?? entry.fullUrl ?? "", identifier });
    }
  }
  const report = toDiagnosticReport(group, {
    message,
    sender,
    subject,
    results: [...filed.values()],
    ...(earlier === undefined ? {} : { earlier }),
  });
  const version = earlier?.meta?.versionId;
  const written = writeEntry(report, earlier?.id === undefined ? undefined : `DiagnosticReport/${earlier.id}`, newUrn);
  const ifMatch = version === undefined ? {} : { ifMatch: `W/"${version}"` };
  return [
    ...entries,
    { ...written, request: { ...written.request, ...ifMatch } as NonNullable<BundleEntry["request"]> },
  ];
}

function writeEntry(resource: Resource, existing: string | undefined, newUrn: () => string): BundleEntry {
  if (existing === undefined) {
    return { fullUrl: newUrn(), resource, request: { method: "POST", url: resource.resourceType } };
  }
  const id = existing.slice(existing.indexOf("/") + 1);
  return { resource: { ...resource, id } as Resource, request: { method: "PUT", url: existing } };
}

/** Report, place of the order in it, OBX-3.1 and OBX-4: what a laboratory keeps the same when it corrects. */
function observationIdentifier(group: ReportGroup, place: number, { obx }: Observed, names: Set<string>): Identifier {
  const { system = "", value } = group.identifier;
  const base = [value, place, textOf(obx, "3.1") ?? textOf(obx, "3.2") ?? "", textOf(obx, "4") ?? ""].join("/");
  let name = base;
  for (let repeat = 2; names.has(name); repeat++) name = `${base}/${repeat}`;
  names.add(name);
  return { system: system.replace(/^urn:ward:[a-z]+:/, "urn:ward:observation:"), value: name };
}

/** What must be seen by a person: another patient's report, or an old state that would replace a newer one. */
function refuseUnsafeUpdate(lab: LabMessage, group: ReportGroup, known: Known, earlier?: DiagnosticReport): void {
  if (earlier === undefined) return;
  if (known.patient === undefined || earlier.subject?.reference !== known.patient) throw new Reject("unknown-key");
  const issued = issuedAt(group, lab.message);
  if (issued === undefined || earlier.issued === undefined) return;
  if (Date.parse(issued) < Date.parse(earlier.issued)) throw new Reject("application-error");
}

function toDocument(lab: LabMessage, subject: Reference<Patient>, fullUrl: string): BundleEntry {
  const date = toFhirInstant(lab.message.header.dateTime);
  return {
    fullUrl,
    resource: {
      resourceType: "DocumentReference",
      masterIdentifier: { system: systemOf("message", lab.sender), value: lab.message.header.controlId },
      status: "current",
      type: { coding: [{ system: "http://loinc.org", code: "11502-2", display: "Laboratory report" }] },
      subject,
      ...(date === undefined ? {} : { date }),
      content: [{ attachment: originalMessage(lab.message) }],
    },
    request: { method: "POST", url: "DocumentReference" },
  };
}
