/** Files a laboratory's results: patient, original message, reports and observations, all or nothing. */
import { defineFunction, on, Reject } from "@ward/sdk";
import type { Bundle, DiagnosticReport, Resource } from "@ward/sdk/fhir";
import { Hl7ParseError } from "@ward/sdk/hl7";
import { identifierToken } from "../hl7-to-fhir/identifiers.ts";
import { readLabMessage, toTransaction } from "../hl7-to-fhir/transaction.ts";

export default defineFunction({
  trigger: on.hl7("ORU^R01"),
  purpose: "TREAT",
  grants: {
    fhir: [
      "Patient.search",
      "Patient.create",
      "DocumentReference.create",
      "DiagnosticReport.search",
      "DiagnosticReport.create",
      "DiagnosticReport.update",
      "Observation.create",
      "Observation.update",
    ],
    emits: ["lab.result.filed"],
  },
  limits: { timeoutMs: 5_000, memoryMb: 128, concurrency: 20 },

  async handle(message, ctx) {
    const lab = rejecting(() => readLabMessage(message));
    const patient = onlyOne(await ctx.fhir.search("Patient", { identifier: identifierToken(lab.identity.mrn) }));
    const reports = new Map<string, DiagnosticReport>();
    for (const { identifier } of lab.reports.filter(({ isNumbered }) => isNumbered)) {
      const token = identifierToken(identifier);
      const earlier = onlyOne(await ctx.fhir.search("DiagnosticReport", { identifier: token }));
      if (earlier !== undefined) reports.set(token, earlier);
    }
    const known = { reports, ...(patient === undefined ? {} : { patient: `Patient/${patient.id}` }) };
    const transaction = rejecting(() => toTransaction(lab, known, () => `urn:uuid:${crypto.randomUUID()}`));

    const answer = await ctx.fhir.transaction(transaction.bundle);
    const subject =
      typeof transaction.patient === "string" ? transaction.patient : writtenAt(answer, transaction.patient);
    for (const place of transaction.reports) {
      await ctx.emit("lab.result.filed", { subject, resource: writtenAt(answer, place) });
    }
    ctx.log("lab-result.filed", {
      reports: transaction.reports.length,
      entries: transaction.bundle.entry?.length ?? 0,
    });
  },
});

/** The one match; of several, choosing any could file a result under the wrong patient or order. */
function onlyOne<R extends Resource>(found: Bundle<R>): R | undefined {
  const [first, ...others] = found.entry ?? [];
  if (others.length > 0) throw new Reject("unknown-key");
  return first?.resource;
}

/** `Type/id` of what a transaction's entry wrote: its location without base and version. */
function writtenAt(answer: Bundle, place: number): string {
  const location = answer.entry?.[place]?.response?.location ?? "";
  const written = /([A-Z][A-Za-z]+\/[A-Za-z0-9.-]{1,64})(?:\/_history\/.*)?$/.exec(location)?.[1];
  if (written === undefined) throw new Reject("application-error");
  return written;
}

/** A message that cannot be read tells its sender why, in the words of HL7 table 0357. */
function rejecting<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof Hl7ParseError ? new Reject(error.reason) : error;
  }
}
