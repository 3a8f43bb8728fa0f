/** IHE BALP 1.1's profiles as checks, written from the published definitions and not from what the export does. */
type Json = Readonly<Record<string, unknown>>;

interface Concept {
  readonly coding: readonly { readonly system: string; readonly code: string }[];
}

export interface AuditEventShape {
  readonly meta?: { readonly profile: readonly string[] };
  readonly type: { readonly system: string; readonly code: string };
  readonly subtype?: readonly { readonly system: string; readonly code: string }[];
  readonly action: string;
  readonly recorded: string;
  readonly outcome: string;
  readonly agent: readonly (Json & { readonly type: Concept; readonly who?: Json; readonly network?: Json })[];
  readonly source: { readonly observer: Json };
  readonly entity: readonly (Json & {
    readonly type: { readonly system: string; readonly code: string };
    readonly role?: { readonly code: string };
  })[];
}

const SHAPES: Readonly<
  Record<string, { subtype: string; action: string; client: string; server: string; user: string[] }>
> = {
  Create: { subtype: "create", action: "C", client: "110153", server: "110152", user: ["AUT", "INF", "CST"] },
  Update: { subtype: "update", action: "U", client: "110153", server: "110152", user: ["AUT", "INF", "CST"] },
  Delete: { subtype: "delete", action: "D", client: "110150", server: "custodian", user: ["AUT", "INF", "CST"] },
  Read: { subtype: "read", action: "R", client: "110152", server: "110153", user: ["IRCP"] },
  Query: { subtype: "search", action: "E", client: "110153", server: "110152", user: ["IRCP"] },
};

/** What of the profile that the event names it does not meet; empty where it meets all. */
export function profileProblems(event: AuditEventShape): readonly string[] {
  const name = event.meta?.profile[0]?.replace(
    "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.",
    "",
  );
  if (name === undefined) return [];
  return name === "PrivacyDisclosure.Source" ? disclosureProblems(event) : restProblems(event, name);
}

function restProblems(event: AuditEventShape, name: string): readonly string[] {
  const isPatient = name.startsWith("Patient");
  const shape = SHAPES[name.replace(/^Patient/, "")];
  if (shape === undefined) return [`no such profile: ${name}`];
  const agentsOf = (code: string) =>
    event.agent.filter(({ type }) => type.coding.some((coding) => coding.code === code));
  const entities = (code: string) =>
    event.entity.filter(({ type }) => type.system.endsWith("/audit-entity-type") && type.code === code);
  const [client, server] = [agentsOf(shape.client), agentsOf(shape.server)];
  const users = event.agent.filter(({ type }) =>
    type.coding.every(({ code }) => !code.startsWith("1101") && code !== "custodian"),
  );
  const [data] = entities("2");
  const isQuery = shape.subtype === "search";
  const checks: Readonly<Record<string, boolean>> = {
    type: event.type.code === "rest" && event.type.system.endsWith("/audit-event-type"),
    subtype:
      event.subtype?.some(({ system, code }) => system.endsWith("/restful-interaction") && code === shape.subtype) ===
      true,
    action: event.action === shape.action,
    outcome: event.outcome === "0",
    "client and server": client.length === 1 && server.length === 1,
    "who and network": [...client, ...server].every(({ who, network }) => who !== undefined && network !== undefined),
    user:
      users.length <= 1 &&
      users.every(
        ({ type, network, who }) =>
          shape.user.includes(type.coding[0]?.code ?? "") && network === undefined && who !== undefined,
      ),
    "user asks": users.every((user) => user["requestor"] === true),
    data: entities("2").length === 1,
    query:
      !isQuery ||
      (data?.role?.code === "24" &&
        data["_query"] !== undefined &&
        data["what"] === undefined &&
        data["detail"] === undefined),
    "no detail of what is deleted": shape.subtype !== "delete" || data?.["detail"] === undefined,
    record: isQuery || (data?.role?.code === "4" && data["what"] !== undefined),
    patient: entities("1").length === (isPatient ? 1 : 0),
    "patient is one": entities("1").every(
      (patient) => patient.role?.code === "1" && (patient["what"] as Json)["type"] === "Patient",
    ),
  };
  return Object.entries(checks).flatMap(([what, isMet]) => (isMet ? [] : [what]));
}

function disclosureProblems(event: AuditEventShape): readonly string[] {
  const agentsOf = (code: string) => event.agent.filter(({ type }) => type.coding[0]?.code === code);
  const [source] = agentsOf("110153");
  const checks: Readonly<Record<string, boolean>> = {
    type: event.type.code === "110106",
    subtype:
      event.subtype?.some(({ system, code }) => system.endsWith("iso-21089-lifecycle") && code === "disclose") === true,
    action: event.action === "R",
    agents: agentsOf("110153").length === 1 && agentsOf("110152").length === 1,
    "val-audit-source": JSON.stringify(source?.who) === JSON.stringify(event.source.observer),
    network: [...agentsOf("110153"), ...agentsOf("110152")].every(({ network }) => network !== undefined),
    patient: event.entity.filter(({ type }) => type.code === "1").length === 1,
    entities: event.entity.length >= 2,
  };
  return Object.entries(checks).flatMap(([what, isMet]) => (isMet ? [] : [what]));
}
