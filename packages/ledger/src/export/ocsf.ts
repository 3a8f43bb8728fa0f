/**
 * Entries as OCSF events (https://schema.ocsf.io, version 1.3.0) for SIEMs. Acts on records and by functions are API
 * Activity (6003), changes of configuration, secrets and keys Entity Management (3004), a caller nobody knows
 * Authentication (3002). A refused act keeps the class of what was tried, with `status_id` 2 and the higher severity.
 * What has no attribute there stands in `unmapped.ward`, so that nothing of an entry is lost.
 */
import type { AuditAction, AuditEntry } from "@ward/core";
import type { ExportedEntry } from "./read-entries.ts";

export const OCSF_VERSION = "1.3.0";

export type OcsfEvent = Readonly<Record<string, unknown>>;

const PRODUCT = { name: "Ward", vendor_name: "Ward" };
const SUCCESS = { status_id: 1, status: "Success" };
const FAILURE = { status_id: 2, status: "Failure" };

/** `origin`: the log's name, as in its checkpoints. */
export function toOcsf({ index, entry }: ExportedEntry, origin: string): OcsfEvent {
  const { class: classUid, activity } = classify(entry.action, entry);
  const category = Math.floor(classUid / 1_000);
  const severity = entry.decision === "deny" ? 3 : entry.outcome === "failure" ? 2 : 1;
  return {
    activity_id: activity,
    category_uid: category,
    class_uid: classUid,
    type_uid: classUid * 100 + activity,
    severity_id: severity,
    time: new Date(entry.time).getTime(),
    message: `${entry.principal} ${entry.action} ${entry.outcome}`,
    ...(entry.outcome === "success" ? SUCCESS : FAILURE),
    ...(entry.reason === undefined ? {} : { status_code: entry.reason }),
    metadata: {
      version: OCSF_VERSION,
      product: PRODUCT,
      uid: `${origin}/${index}`,
      log_name: origin,
      correlation_uid: entry.trace,
      sequence: index,
    },
    ...(classUid === 6003
      ? apiActivity(entry)
      : classUid === 3004
        ? entityManagement(entry)
        : authentication(entry, origin)),
    unmapped: { ward: unmapped(entry) },
  };
}

function apiActivity(entry: AuditEntry) {
  const { action, principal, resource, subject, host, policies, decision } = entry;
  const resources = [
    ...(resource === undefined
      ? []
      : [{ type: resource.type, ...(resource.tag === undefined ? { name: resource.type } : { uid: resource.tag }) }]),
    ...(subject === undefined ? [] : [{ type: "Patient", uid: subject }]),
  ];
  return {
    actor: {
      user: userOf(principal),
      ...(entry.session === undefined ? {} : { session: sessionOf(entry) }),
      ...(policies.length === 0
        ? {}
        : { authorizations: policies.map((uid) => ({ decision, policy: { uid, is_applied: true } })) }),
    },
    api: { operation: action, service: { name: "ward" }, request: { uid: entry.trace } },
    src_endpoint: { name: principal, ...(entry.device === undefined ? {} : { uid: entry.device }) },
    ...(host === undefined ? {} : { dst_endpoint: { hostname: host } }),
    ...(resources.length === 0 ? {} : { resources }),
  };
}

function entityManagement({ principal, resource, item, digest, release }: AuditEntry) {
  const version = digest ?? release;
  return {
    actor: { user: userOf(principal) },
    entity: {
      name: item ?? resource?.type ?? "configuration",
      ...(resource?.tag === undefined ? {} : { uid: resource.tag }),
      type: resource?.type ?? "Configuration",
      ...(version === undefined ? {} : { version }),
    },
  };
}

function authentication(entry: AuditEntry, origin: string) {
  return {
    user: userOf(entry.principal),
    service: { name: origin },
    ...(entry.session === undefined ? {} : { session: sessionOf(entry) }),
    ...(entry.assurance === undefined ? {} : { is_mfa: entry.assurance !== "aal1" }),
  };
}

function sessionOf({ session, assurance }: AuditEntry) {
  return { uid: session, ...(assurance === undefined ? {} : { is_mfa: assurance !== "aal1" }) };
}

/** 1: user, 3: system (OCSF `user.type_id`). */
function userOf(principal: string) {
  const isPerson = principal.startsWith("person:");
  return { name: principal, uid: principal, type_id: isPerson ? 1 : 3, type: isPerson ? "User" : "System" };
}

/** Everything that the class has no attribute for. */
function unmapped(entry: AuditEntry) {
  const { purpose, decision, onBehalfOf, chain, breakGlass, fields, count, carries, release, digest } = entry;
  const all = { purpose, decision, onBehalfOf, chain, breakGlass, fields, count, carries, release, digest };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

const CREATE = 1;
const READ = 2;
const UPDATE = 3;
const DELETE = 4;
const OTHER = 99;
const LOGON = 1;

function classify(action: AuditAction, { reason }: AuditEntry): { readonly class: number; readonly activity: number } {
  switch (action) {
    case "fhir.create":
    case "hl7.receive":
    case "event.emit":
      return { class: 6003, activity: CREATE };
    case "fhir.read":
    case "fhir.vread":
    case "fhir.history":
    case "fhir.search":
    case "screen.disclosure":
    case "secret.read":
    case "ledger.ask":
    case "ledger.export":
    case "health.check":
      return { class: 6003, activity: READ };
    case "fhir.update":
    case "fhir.patch":
      return { class: 6003, activity: UPDATE };
    case "fhir.delete":
      return { class: 6003, activity: DELETE };
    case "config.release":
    case "config.policy":
    case "config.app":
    case "config.waiver":
    case "secret.put":
    case "ledger.retention":
      return { class: 3004, activity: UPDATE };
    case "key.create":
      return { class: 3004, activity: CREATE };
    case "key.destroy":
      return { class: 3004, activity: DELETE };
    case "http.request":
      return reason === "unauthenticated" ? { class: 3002, activity: LOGON } : { class: 6003, activity: OTHER };
    default:
      return { class: 6003, activity: OTHER };
  }
}
