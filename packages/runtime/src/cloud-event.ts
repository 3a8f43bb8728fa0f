/**
 * Builds a CloudEvents 1.0 event that carries references only: the patient as a token that only the vault opens, the
 * resource as a URL whose reading passes the door (decision 0007).
 */
import { randomBytes, randomUUID } from "node:crypto";
import { WardError, type CloudEvent, type EmitCall } from "@ward/core";
import type { Vault } from "@ward/vault";

export interface EventOrigin {
  readonly app: string;
  readonly function: string;
  readonly traceId: string;
  readonly publicUrl: string;
  readonly at: Date;
}

const SUBJECT_DOMAIN = "event-subject";
const PATIENT = /^Patient\/([A-Za-z0-9.-]{1,64})$/;
const RESOURCE = /^[A-Z][A-Za-z]{1,63}\/[A-Za-z0-9.-]{1,64}$/;

export function buildEvent(vault: Vault, call: EmitCall, origin: EventOrigin): CloudEvent {
  const subjectId = subjectOf(call);
  if (call.resource !== undefined && !RESOURCE.test(call.resource)) {
    throw new WardError("invalid-request", { member: "resource" });
  }
  return {
    specversion: "1.0",
    id: randomUUID(),
    source: `ward://${origin.app}/${origin.function}`,
    type: call.type,
    time: origin.at.toISOString(),
    ...(subjectId === undefined ? {} : { subject: vault.sealToken(SUBJECT_DOMAIN, subjectId) }),
    datacontenttype: "application/json",
    data: call.resource === undefined ? {} : { link: `${origin.publicUrl}/fhir/R4/${call.resource}` },
    traceparent: `00-${origin.traceId}-${randomBytes(8).toString("hex")}-01`,
  };
}

/** The patient id that a call names. */
export function subjectOf(call: EmitCall): string | undefined {
  if (call.subject === undefined) return undefined;
  const id = PATIENT.exec(call.subject)?.[1];
  if (id === undefined) throw new WardError("invalid-request", { member: "subject" });
  return id;
}

/** The patient whom an event is about; undefined where it is about none. */
export function openSubject(vault: Vault, event: CloudEvent): string | undefined {
  return event.subject === undefined ? undefined : vault.openToken(SUBJECT_DOMAIN, event.subject);
}

/** The trace that an event continues. */
export function traceOf(event: CloudEvent): string {
  return event.traceparent.slice(3, 35);
}
