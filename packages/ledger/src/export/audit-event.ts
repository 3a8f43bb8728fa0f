/**
 * Entries as FHIR R4 `AuditEvent` following IHE BALP 1.1 (https://profiles.ihe.net/ITI/BALP). `meta.profile` names a
 * profile only where the event meets all of it: BALP's profiles are for acts that succeeded, so a refusal is a Security
 * Alert with the sub-type of an authorization decision, and a failure has the shape of its act without the profile.
 *
 * What Ward does not record on purpose is marked absent, not invented: network addresses of clients (`unknown`) and
 * the text of a query (`masked`: its values are PHI). The patient is a logical reference by pseudonym.
 */
import { type AuditEntry, purposeText } from "@ward/core";
import { type Coding, DCM, eventCodes, type Flow, profileUrl } from "./audit-event-codes.ts";
import type { ExportedEntry } from "./read-entries.ts";

export type AuditEvent = Readonly<Record<string, unknown>>;

interface Concept {
  readonly coding: readonly Coding[];
}

const TERMINOLOGY = "http://terminology.hl7.org/CodeSystem";
const ENTITY_TYPE = `${TERMINOLOGY}/audit-entity-type`;
const ENTITY_ROLE = `${TERMINOLOGY}/object-role`;
const BALP_ENTITY_TYPE = "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType";
const ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";
const PURPOSE = `${TERMINOLOGY}/v3-ActReason`;
/** Systems of the identifiers that only this log gives. */
const PRINCIPAL_SYSTEM = "urn:ward:principal";
const SUBJECT_SYSTEM = "urn:ward:subject";
const RECORD_SYSTEM = "urn:ward:record";
const TRACE_SYSTEM = "urn:ward:trace";

export function toAuditEvent({ index, entry }: ExportedEntry, origin: string): AuditEvent {
  const { type, subtype, action, flow, profile } = eventCodes(entry);
  return {
    resourceType: "AuditEvent",
    id: `ward-${index}`,
    ...(profile === undefined ? {} : { meta: { profile: [profileUrl(profile)] } }),
    type,
    ...(subtype.length === 0 ? {} : { subtype }),
    action,
    recorded: entry.time,
    outcome: entry.outcome === "success" ? "0" : entry.outcome === "refused" ? "8" : "4",
    ...(entry.reason === undefined ? {} : { outcomeDesc: entry.reason }),
    purposeOfEvent: [purposeOf(entry)],
    agent: agentsOf(entry, origin, flow),
    source: {
      site: origin,
      observer: observerOf(origin),
      type: [{ system: `${TERMINOLOGY}/security-source-type`, code: "4", display: "Application Server" }],
    },
    entity: entitiesOf(index, entry),
  };
}

function agentsOf(entry: AuditEntry, origin: string, flow: Flow) {
  const { principal, onBehalfOf, host, policies, purpose } = entry;
  const person = [principal, onBehalfOf].find((name) => name?.startsWith("person:"));
  const policy =
    policies.length === 0 ? {} : { policy: policies.map((id) => `urn:ward:policy:${encodeURIComponent(id)}`) };
  const [client, server] = rolesOf(flow);
  const isPerson = principal === person;
  const acting = {
    type: client,
    // A person comes with a program that Ward knows nothing of but the device its token names.
    who: isPerson ? deviceOf(entry) : identified(PRINCIPAL_SYSTEM, principal),
    requestor: person === undefined,
    ...(isPerson ? {} : policy),
    network: absent("unknown"),
  };
  const agents: Record<string, unknown>[] =
    flow === "disclosure"
      ? [
          { type: role("110153"), who: observerOf(origin), requestor: false, network: { address: origin, type: "1" } },
          {
            type: role("110152"),
            who: { identifier: { system: "urn:ietf:rfc:1035", value: host ?? "unknown" } },
            requestor: false,
            network: { address: host ?? "unknown", type: "1" },
          },
          {
            type: role("110150"),
            who: identified(PRINCIPAL_SYSTEM, principal),
            requestor: person === undefined,
            ...policy,
          },
        ]
      : [acting, { type: server, who: observerOf(origin), requestor: false, network: { address: origin, type: "1" } }];
  if (person !== undefined) {
    agents.push({
      type: participation(isWrite(flow, entry) ? "AUT" : "IRCP"),
      who: identified(PRINCIPAL_SYSTEM, person),
      requestor: true,
      ...(isPerson ? policy : {}),
      purposeOfUse: [concept(PURPOSE, purpose, purposeText(purpose))],
    });
  }
  return agents;
}

/** Client and server: where the data comes from and goes to; of what is deleted, who asks and who keeps it. */
function rolesOf(flow: Flow): readonly [Concept, Concept] {
  if (flow === "deletion") {
    const custodian = concept(`${TERMINOLOGY}/provenance-participant-type`, "custodian", "Custodian");
    return [role("110150"), custodian];
  }
  return flow === "to-client" ? [role("110152"), role("110153")] : [role("110153"), role("110152")];
}

function isWrite(flow: Flow, { action }: AuditEntry): boolean {
  return flow === "deletion" || (flow === "to-server" && action !== "fhir.search");
}

function entitiesOf(index: number, entry: AuditEntry) {
  const { action, subject, resource, fields = [], trace, item, outcome } = entry;
  const isSearch = action === "fhir.search";
  const systemObject = { system: ENTITY_TYPE, code: "2", display: "System Object" };
  const data =
    isSearch && outcome === "success"
      ? {
          type: systemObject,
          role: { system: ENTITY_ROLE, code: "24", display: "Query" },
          _query: absent("masked"),
        }
      : {
          type: systemObject,
          role: { system: ENTITY_ROLE, code: "4", display: "Domain Resource" },
          what:
            resource?.tag === undefined
              ? {
                  ...(item === undefined ? {} : { identifier: { system: RECORD_SYSTEM, value: item } }),
                  display: resource?.type ?? item ?? "Ward",
                }
              : { ...identified(RECORD_SYSTEM, resource.tag), display: resource.type },
          // A deletion discloses no element (BALP: none in a Delete).
          ...(fields.length === 0 || action === "fhir.delete"
            ? {}
            : { detail: fields.map((name) => ({ type: "element", valueString: name })) }),
        };
  return [
    ...(subject === undefined
      ? []
      : [
          {
            type: { system: ENTITY_TYPE, code: "1", display: "Person" },
            role: { system: ENTITY_ROLE, code: "1", display: "Patient" },
            what: { type: "Patient", ...identified(SUBJECT_SYSTEM, subject) },
          },
        ]),
    data,
    {
      type: { system: BALP_ENTITY_TYPE, code: "XrequestId" },
      what: identified(TRACE_SYSTEM, trace),
      detail: detailsOf(index, entry),
    },
  ];
}

/** What R4 has no element for, so that an event says all that its entry says. */
function detailsOf(index: number, entry: AuditEntry) {
  const { action, decision, release, count, session, assurance, breakGlass, onBehalfOf, chain = [], digest } = entry;
  const all: Readonly<Record<string, string | undefined>> = {
    "ledger-index": String(index),
    action,
    decision,
    release,
    count: count === undefined ? undefined : String(count),
    "on-behalf-of": onBehalfOf === undefined ? undefined : [onBehalfOf, ...chain].join(" "),
    session,
    assurance,
    "break-glass": breakGlass,
    digest,
  };
  return Object.entries(all).flatMap(([type, value]) => (value === undefined ? [] : [{ type, valueString: value }]));
}

function purposeOf({ purpose }: AuditEntry) {
  return concept(PURPOSE, purpose, purposeText(purpose));
}

function deviceOf({ device }: AuditEntry) {
  return device === undefined ? { display: "client, not known" } : identified("urn:ward:device", device);
}

function observerOf(origin: string) {
  return identified("urn:ward:log", origin);
}

function identified(system: string, value: string) {
  return { identifier: { system, value } };
}

function role(code: keyof typeof DCM): Concept {
  return { coding: [{ system: "http://dicom.nema.org/resources/ontology/DCM", code, display: DCM[code] }] };
}

function participation(code: "AUT" | "IRCP") {
  const display = code === "AUT" ? "author (originator)" : "information recipient";
  return concept(`${TERMINOLOGY}/v3-ParticipationType`, code, display);
}

function concept(system: string, code: string, display: string): Concept {
  return { coding: [{ system, code, display }] };
}

function absent(reason: "unknown" | "masked") {
  return { extension: [{ url: ABSENT, valueCode: reason }] };
}
