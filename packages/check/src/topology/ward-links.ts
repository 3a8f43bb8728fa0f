/** What a Ward app's functions are started by and may reach: exactly their triggers and grants, as nothing else exists. */
import type { Graph } from "../graph/graph.ts";
import type { Property } from "../graph/property.ts";
import type { Resource } from "../graph/resource.ts";
import type { Around, BoxLink } from "./box-link.ts";
import { outsideHost } from "./outside-hosts.ts";

const PUBLIC_ROUTES = door("routes:public", "Public routes", "Gateway, HTTPS, no sign-in", {
  state: "public",
  because: "these routes ask nobody who they are",
});
const ROLE_ROUTES = door("routes:roles", "Routes for roles", "Gateway, HTTPS, signed-in people", {
  state: "authenticated",
  because: "the gateway asks who calls, and for a role",
});
/** Whether who sends must show a certificate is a setting of the node, not of the app. */
const BY_NETWORK = { state: "unknown", because: "who may send is set where the node runs" } as const;
const HL7 = {
  ...door("hl7", "HL7 v2 listener", "MLLP over TLS", BY_NETWORK),
  holdsPhi: "it takes messages about patients",
};
const DEVICES = door("mqtt", "Device listener", "MQTT over TLS", BY_NETWORK);
const SENDERS: Around = {
  id: "systems",
  name: "Sending systems",
  words: "Laboratories, wards, devices",
  picture: "machine",
  boundary: "internet",
  type: "systems",
};
const FHIR = around(
  "fhir",
  "FHIR records",
  "Encrypted, a key per patient",
  "database",
  "data",
  "it keeps the records of patients",
);
const STORES: Readonly<Record<string, Around>> = {
  blobs: around("blobs", "Files", "Encrypted blobs", "files", "data"),
  secrets: around("secrets", "Secrets", "Of the app", "part", "data"),
  tokens: around("tokens", "Pseudonyms", "Tokens for patients", "part", "data"),
  models: around("models", "Models", "Of the app", "machine", "data"),
};
const RECORD_READS = /\.(read|search|history|vread|\*)$/;

export function wardLinks(graph: Graph): readonly BoxLink[] {
  const functions = graph.ofType("Ward::Function");
  const emitters = new Map<string, string[]>();
  for (const one of functions) {
    for (const type of textsOf(one.at("grants.emits"))) emitters.set(type, [...(emitters.get(type) ?? []), one.id]);
  }
  return functions.flatMap((one) => [...startsOf(one, emitters), ...grantsOf(one)]);
}

function startsOf(one: Resource, emitters: ReadonlyMap<string, readonly string[]>): readonly BoxLink[] {
  const trigger = one.at("trigger");
  const text = (path: string): string => trigger.at(path).text() ?? "";
  const from = (start: Around, label: string): BoxLink => ({
    from: { around: start },
    to: { box: one.id },
    kind: "trigger",
    label,
    isCertain: true,
  });
  switch (text("kind")) {
    case "http": {
      const isPublic = textsOf(trigger.at("roles")).includes("public");
      return [from(isPublic ? PUBLIC_ROUTES : ROLE_ROUTES, `${text("method")} /fn/${text("route")}`)];
    }
    case "hl7":
      return [from(HL7, text("message")), sends(HL7)];
    case "mqtt":
      return [from(DEVICES, text("topic")), sends(DEVICES)];
    case "fhir":
      return [from(FHIR, "a record changed")];
    case "blob":
      return [from(STORES["blobs"] ?? FHIR, "a file came")];
    case "schedule":
      return [from(around(`cron:${text("cron")}`, text("cron"), "Schedule", "clock", "functions"), "at its time")];
    case "event": {
      const type = text("type");
      const emitting = emitters.get(type) ?? [];
      if (emitting.length === 0)
        return [from(around(`event:${type}`, type, "Event of elsewhere", "event", "functions"), type)];
      return emitting.map((id): BoxLink => ({
        from: { box: id },
        to: { box: one.id },
        kind: "trigger",
        label: type,
        isCertain: true,
        // Events carry references to records, never what is in them.
        hasNoPhi: true,
      }));
    }
    default:
      return [];
  }
}

function sends(to: Around): BoxLink {
  return { from: { around: SENDERS }, to: { around: to }, kind: "caller", label: "sends messages", isCertain: true };
}

function door(id: string, name: string, words: string, exposure: NonNullable<Around["exposure"]>): Around {
  return { ...around(id, name, words, "door", "edge"), exposure };
}

function grantsOf(one: Resource): readonly BoxLink[] {
  const to = (target: Around, label: string, more: Partial<BoxLink> = {}): BoxLink => ({
    from: { box: one.id },
    to: { around: target },
    kind: "call",
    label,
    isCertain: true,
    ...more,
  });
  const records = textsOf(one.at("grants.fhir"));
  const reads = records.some((grant) => RECORD_READS.test(grant));
  const writes = records.some((grant) => !RECORD_READS.test(grant));
  const label = reads && writes ? "reads and writes" : reads ? "reads" : "writes";
  return [
    ...(records.length === 0 ? [] : [to(FHIR, label, { isRead: reads })]),
    ...Object.entries(STORES).flatMap(([grant, store]) =>
      one.at(`grants.${grant}`).items().length === 0 ? [] : [to(store, "uses", { isRead: true })],
    ),
    ...one
      .at("grants.egress")
      .items()
      .map((egress) => egressOf(egress, to)),
  ];
}

function egressOf(egress: Property, to: (target: Around, label: string, more: Partial<BoxLink>) => BoxLink): BoxLink {
  const host = egress.at("host").text() ?? "a host that is not known";
  const carries = egress.at("carries").text();
  // What a grant does not let it carry is held back at the door.
  const [label, more] =
    carries === "phi"
      ? (["carries PHI", { hasPhi: true }] as const)
      : carries === undefined
        ? (["calls", {}] as const)
        : ([carries === "none" ? "carries no PHI" : `carries ${carries}, no PHI`, { hasNoPhi: true }] as const);
  return to(outsideHost(host), label, { kind: "egress", ...more });
}

function textsOf(list: Property): readonly string[] {
  return list.items().flatMap((item) => item.text() ?? []);
}

function around(
  id: string,
  name: string,
  words: string,
  picture: Around["picture"],
  boundary: Around["boundary"],
  holdsPhi?: string,
): Around {
  return { id, name, words, picture, boundary, type: "ward", ...(holdsPhi === undefined ? {} : { holdsPhi }) };
}
