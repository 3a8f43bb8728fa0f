/**
 * One ledger entry: who did what to whose record, when, why, and whether it was allowed. Every field is an identifier,
 * a code or a number; there is no free text, so that an entry can be kept for years and shown to an auditor without
 * being PHI itself (45 CFR 164.312(b)). Subjects and records appear as keyed pseudonyms.
 */
import type { ErrorCode } from "./errors.ts";
import type { PurposeOfUse } from "./purpose-of-use.ts";

export const AUDIT_ACTIONS = [
  "fhir.create",
  "fhir.read",
  "fhir.update",
  "fhir.search",
  "fhir.transaction",
  "hl7.receive",
  "hl7.duplicate",
  "hl7.quarantine",
  "hl7.replay",
  "function.invoke",
  "function.stop",
  "event.emit",
  "event.deliver",
  "event.replay",
  "egress.send",
  "egress.connect",
  "secret.read",
  "identity.forge",
  "door.call",
  "http.request",
  "config.release",
  "node.start",
  "node.stop",
  "screen.disclosure",
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

export interface AuditEntry {
  /** RFC 3339 in UTC with milliseconds. */
  readonly time: string;
  /** `principalName` of who acted. */
  readonly principal: string;
  readonly onBehalfOf?: string;
  readonly action: AuditAction;
  /** Resource type and pseudonym of `Type/id`. */
  readonly resource?: { readonly type: string; readonly tag?: string };
  /** Pseudonym of the patient whose compartment was touched. */
  readonly subject?: string;
  readonly purpose: PurposeOfUse;
  readonly decision: "allow" | "deny";
  /** Ids of the policies that decided; empty where none permitted. */
  readonly policies: readonly string[];
  readonly outcome: "success" | "failure" | "refused";
  /** Why it was refused or failed. */
  readonly reason?: ErrorCode | EgressReason;
  /** FHIR element names disclosed, never values. */
  readonly fields?: readonly string[];
  /** Egress host, as granted; a host that was not granted is `ungranted`, since its name may be an exfiltration channel. */
  readonly host?: string;
  /** How many records a search or a transaction touched. */
  readonly count?: number;
  readonly release?: string;
  /** W3C trace id. */
  readonly trace: string;
}

export const EGRESS_REASONS = [
  "host-not-granted",
  "address-literal",
  "phi-detected",
  "no-invocation",
  "method-refused",
  "purpose-not-granted",
] as const;
export type EgressReason = (typeof EGRESS_REASONS)[number];
