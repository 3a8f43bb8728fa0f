/**
 * One ledger entry: who did what to whose record, when, why, and whether it was allowed. Every field is an identifier,
 * a code or a number; there is no free text, so that an entry can be kept for years and shown to an auditor without
 * being PHI itself (45 CFR 164.312(b)). Subjects and records appear as keyed pseudonyms.
 */
import type { DataClass } from "./data-class.ts";
import type { ErrorCode } from "./errors.ts";
import type { PurposeOfUse } from "./purpose-of-use.ts";

export const AUDIT_ACTIONS = [
  "fhir.create",
  "fhir.read",
  "fhir.vread",
  "fhir.update",
  "fhir.patch",
  "fhir.delete",
  "fhir.history",
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
  "config.policy",
  "config.app",
  "config.waiver",
  "secret.put",
  "key.create",
  "key.destroy",
  "ledger.ask",
  "ledger.export",
  "ledger.retention",
  "health.check",
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/**
 * `required`: the act waits until its entry is durable, and fails where it can't be. `sampled`: some of many acts leave
 * an entry and none waits for it; only for acts that touch no record and of which there is no end.
 */
export type AuditClass = "required" | "sampled";
export function auditClassOf(action: AuditAction): AuditClass {
  return action === "health.check" ? "sampled" : "required";
}

/** Changes of what the system may do: policies, grants, waivers, keys, configuration. */
export const CHANGE_ACTIONS = [
  "config.release",
  "config.policy",
  "config.app",
  "config.waiver",
  "secret.put",
  "key.create",
  "key.destroy",
  "ledger.retention",
] as const satisfies readonly AuditAction[];

/** Authenticator assurance of a person's session (NIST SP 800-63B): one factor, two, two of which one is hardware. */
export const ASSURANCE_LEVELS = ["aal1", "aal2", "aal3"] as const;
export type AssuranceLevel = (typeof ASSURANCE_LEVELS)[number];

/** Why somebody broke the glass (purpose ETREAT). A closed list, because a sentence about an emergency is PHI. */
export const BREAK_GLASS_REASONS = [
  "life-threatening",
  "patient-incapacitated",
  "responsible-clinician-unavailable",
  "transfer-of-care",
  "public-emergency",
  "system-failure",
] as const;
export type BreakGlassReason = (typeof BREAK_GLASS_REASONS)[number];

export interface AuditEntry {
  /** RFC 3339 in UTC with milliseconds. */
  readonly time: string;
  /** `principalName` of who acted. */
  readonly principal: string;
  /** For whom it acted. */
  readonly onBehalfOf?: string;
  /** For whom that one acted in turn, the nearest first. */
  readonly chain?: readonly string[];
  /** Of the person who acted or for whom the act was done: the session's id as the identity provider named it. */
  readonly session?: string;
  /** The managed device of that session. */
  readonly device?: string;
  readonly assurance?: AssuranceLevel;
  /** With purpose ETREAT only. */
  readonly breakGlass?: BreakGlassReason;
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
  /** The most sensitive class that the grant lets out to the host; with `none` the screen found no PHI in what left. */
  readonly carries?: DataClass;
  /** How many records a search or a transaction touched. */
  readonly count?: number;
  /** What a change is about: a function, policy file, secret or key by its name in the app. With `CHANGE_ACTIONS` only. */
  readonly item?: string;
  /** SHA-256 of what was put in force, `sha256:<hex>`. With `CHANGE_ACTIONS` only. */
  readonly digest?: string;
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
