/**
 * The only way from a definition to a manifest. Total: every value either becomes exactly what `FunctionManifest`
 * says, or is refused as `bad-manifest` with `path` (`grants.egress[0].baa`) and `remedy`. Unknown keys are refused,
 * so that a misspelt grant is an error and never a silent nothing.
 */
import { DATA_CLASSES } from "./data-class.ts";
import { WardError } from "./errors.ts";
import {
  DEFAULT_LIMITS,
  FHIR_INTERACTIONS,
  type AppConfig,
  type AuditFeed,
  type EgressGrant,
  type FhirGrant,
  type FunctionManifest,
  type Grants,
  type HttpMethod,
  type JsonSchema,
  type Limits,
  type Trigger,
} from "./manifest.ts";
import * as syntax from "./manifest-syntax.ts";
import { PURPOSES_OF_USE } from "./purpose-of-use.ts";
import { isR4ResourceType } from "./r4-resource-types.ts";

const HTTP_METHODS: readonly HttpMethod[] = ["GET", "POST", "PUT", "PATCH", "DELETE"];
const METHODS_WITH_BODY: readonly HttpMethod[] = ["POST", "PUT", "PATCH"];
const TRIGGER_KINDS = ["http", "hl7", "event", "schedule"] as const;
const FRAMEWORKS = ["HIPAA", "GDPR", "FERPA"] as const;
/** Least and most that a definition may ask for. */
const LIMIT_BOUNDS = { timeoutMs: [1, 900_000], memoryMb: [16, 4_096], concurrency: [1, 1_000] } as const;
const ENTRIES_MAX = 256;
const SCHEMA_MAX_CHARACTERS = 65_536;

/** `value`: what `defineFunction` left, as JSON, without its handler. `name`: the function's file name without extension. */
export function parseManifest(value: unknown, name: string): FunctionManifest {
  const functionName = parseText(name, "name", syntax.nameProblem);
  const definition = parseObject(value, "definition", ["trigger", "purpose", "grants", "limits"]);
  return {
    name: functionName,
    trigger: parseTrigger(definition["trigger"]),
    purpose: parseOneOf(definition["purpose"], "purpose", PURPOSES_OF_USE),
    grants: parseGrants(definition["grants"]),
    limits: parseLimits(definition["limits"]),
  };
}

/** `value`: what `ward.config.ts` exports by default, as JSON. */
export function parseAppConfig(value: unknown): AppConfig {
  const keys = ["name", "residency", "frameworks", "retentionYears", "budgets", "auditFeeds"];
  const config = parseObject(value, "config", keys);
  const frameworks = parseList(config["frameworks"], "frameworks", (item, path) => parseOneOf(item, path, FRAMEWORKS));
  const residency = parseList(config["residency"], "residency", (item, path) =>
    parseText(item, path, syntax.residencyProblem),
  );
  if (frameworks.length === 0) refuse("frameworks", `name at least one of ${FRAMEWORKS.join(", ")}`);
  if (residency.length === 0) refuse("residency", "name at least one country or region where data may live");
  // 45 CFR 164.316(b)(2)(i): documentation is kept for six years.
  const retentionMin = frameworks.includes("HIPAA") ? 6 : 1;
  const budgets = parseObject(config["budgets"], "budgets", ["actsPerMinute"]);
  return {
    name: parseText(config["name"], "name", syntax.nameProblem),
    residency,
    frameworks,
    retentionYears: parseInteger(config["retentionYears"], "retentionYears", retentionMin, 100),
    budgets: { actsPerMinute: parseInteger(budgets["actsPerMinute"], "budgets.actsPerMinute", 1, 10_000_000) },
    ...(config["auditFeeds"] === undefined ? {} : { auditFeeds: parseAuditFeeds(config["auditFeeds"]) }),
  };
}

function parseAuditFeeds(value: unknown): readonly AuditFeed[] {
  const feeds = parseList(value, "auditFeeds", parseAuditFeed);
  refuseRepeated(
    feeds.map((feed) => (feed.kind === "https" ? feed.url : `${feed.host}:${feed.port}`)),
    (index) => `auditFeeds[${index}]`,
  );
  return feeds;
}

function parseAuditFeed(value: unknown, path: string): AuditFeed {
  const kind = parseOneOf(parseObject(value, path)["kind"], `${path}.kind`, ["syslog", "https"]);
  if (kind === "https") {
    const { url } = parseObject(value, path, ["kind", "url"]);
    return { kind, url: parseText(url, `${path}.url`, syntax.feedUrlProblem) };
  }
  const { host, port } = parseObject(value, path, ["kind", "host", "port"]);
  return {
    kind,
    host: parseText(host, `${path}.host`, (text) =>
      text.includes(":") ? "leave the port out of it" : syntax.egressHostProblem(text),
    ),
    port: parseInteger(port, `${path}.port`, 1, 65_535),
  };
}

function parseTrigger(value: unknown): Trigger {
  const kind = parseOneOf(parseObject(value, "trigger")["kind"], "trigger.kind", TRIGGER_KINDS);
  switch (kind) {
    case "http":
      return parseHttpTrigger(value);
    case "hl7": {
      const { message } = parseObject(value, "trigger", ["kind", "message"]);
      return { kind, message: parseText(message, "trigger.message", syntax.hl7MessageProblem) };
    }
    case "event": {
      const { type } = parseObject(value, "trigger", ["kind", "type"]);
      return { kind, type: parseText(type, "trigger.type", syntax.eventTypeProblem) };
    }
    case "schedule": {
      const { cron } = parseObject(value, "trigger", ["kind", "cron"]);
      return { kind, cron: parseText(cron, "trigger.cron", syntax.cronProblem) };
    }
  }
}

function parseHttpTrigger(value: unknown): Trigger {
  const trigger = parseObject(value, "trigger", ["kind", "method", "route", "roles", "body"]);
  const method = parseOneOf(trigger["method"], "trigger.method", HTTP_METHODS);
  const route = parseText(trigger["route"], "trigger.route", syntax.routeProblem);
  const roles = parseList(trigger["roles"] === undefined ? [] : trigger["roles"], "trigger.roles", (item, path) =>
    parseText(item, path, syntax.nameProblem),
  );
  if (trigger["body"] === undefined) return { kind: "http", method, route, roles };
  if (!METHODS_WITH_BODY.includes(method)) {
    refuse("trigger.body", `leave it out, or use one of ${METHODS_WITH_BODY.join(", ")}: ${method} has no body`);
  }
  const body: JsonSchema = parseObject(trigger["body"], "trigger.body");
  if (JSON.stringify(body).length > SCHEMA_MAX_CHARACTERS) {
    refuse("trigger.body", `keep the schema under ${SCHEMA_MAX_CHARACTERS} characters`);
  }
  return { kind: "http", method, route, roles, body };
}

function parseGrants(value: unknown): Grants {
  const {
    fhir = [],
    emits = [],
    secrets = [],
    egress: egressList = [],
  } = parseObject(value === undefined ? {} : value, "grants", ["fhir", "emits", "secrets", "egress"]);
  const egress = parseList(egressList, "grants.egress", parseEgressGrant);
  refuseRepeated(
    egress.map((grant) => grant.host),
    (index) => `grants.egress[${index}].host`,
  );
  return {
    fhir: parseList(fhir, "grants.fhir", parseFhirGrant),
    emits: parseList(emits, "grants.emits", (item, path) => parseText(item, path, syntax.eventTypeProblem)),
    secrets: parseList(secrets, "grants.secrets", (item, path) => parseText(item, path, syntax.secretNameProblem)),
    egress,
  };
}

function parseFhirGrant(value: unknown, path: string): FhirGrant {
  const [type, interaction, ...rest] = typeof value === "string" ? value.split(".") : [];
  const known = FHIR_INTERACTIONS.find((candidate) => candidate === interaction);
  if (!isR4ResourceType(type)) refuse(path, "start with a FHIR R4 resource type, as in Patient.search");
  if (known === undefined || rest.length > 0) refuse(path, `end with one of ${FHIR_INTERACTIONS.join(", ")}`);
  return `${type}.${known}`;
}

function parseEgressGrant(value: unknown, path: string): EgressGrant {
  const grant = parseObject(value, path, ["host", "baa", "carries"]);
  const host = parseText(grant["host"], `${path}.host`, syntax.egressHostProblem);
  const baa = parseText(grant["baa"], `${path}.baa`, syntax.baaNameProblem);
  const carries = parseOneOf(grant["carries"], `${path}.carries`, DATA_CLASSES);
  if (baa === "none" && carries !== "none") {
    refuse(`${path}.baa`, `name the agreement that covers the host, or let it carry "none" (45 CFR 164.502(e))`);
  }
  return { host, baa, carries };
}

function parseLimits(value: unknown): Limits {
  const limits = parseObject(value === undefined ? {} : value, "limits", Object.keys(LIMIT_BOUNDS));
  const read = (key: keyof Limits): number => {
    const [min, max] = LIMIT_BOUNDS[key];
    return parseInteger(limits[key] === undefined ? DEFAULT_LIMITS[key] : limits[key], `limits.${key}`, min, max);
  };
  return { timeoutMs: read("timeoutMs"), memoryMb: read("memoryMb"), concurrency: read("concurrency") };
}

function parseObject(value: unknown, path: string, keys?: readonly string[]): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) refuse(path, "give an object");
  const unknownKey = keys && Object.keys(value).find((key) => !keys.includes(key));
  if (keys && unknownKey !== undefined) {
    // The key itself is shown only where it could be a misspelt name; anything else could be data.
    const shown = /^[A-Za-z][A-Za-z0-9]{0,30}$/.test(unknownKey) ? unknownKey : "?";
    const at = path === "definition" || path === "config" ? shown : `${path}.${shown}`;
    refuse(at, `remove it, or use one of ${keys.join(", ")}`);
  }
  return value as Record<string, unknown>;
}

function parseList<Item>(value: unknown, path: string, parseItem: (item: unknown, path: string) => Item): Item[] {
  if (!Array.isArray(value)) refuse(path, "give a list");
  if (value.length > ENTRIES_MAX) refuse(path, `list at most ${ENTRIES_MAX} entries`);
  const items = value.map((item, index) => parseItem(item, `${path}[${index}]`));
  refuseRepeated(items, (index) => `${path}[${index}]`);
  return items;
}

function refuseRepeated(items: readonly unknown[], pathOf: (index: number) => string): void {
  const repeated = items.findIndex((item, index) => typeof item === "string" && items.indexOf(item) !== index);
  if (repeated !== -1) refuse(pathOf(repeated), "remove it, it is listed already");
}

function parseText(value: unknown, path: string, problemOf: (value: string) => string | undefined): string {
  if (typeof value !== "string") refuse(path, "give a text");
  const problem = problemOf(value);
  if (problem !== undefined) refuse(path, problem);
  return value;
}

function parseOneOf<Choice extends string>(value: unknown, path: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined) refuse(path, `use one of ${choices.join(", ")}`);
  return choice;
}

function parseInteger(value: unknown, path: string, min: number, max: number): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < min || value > max) {
    refuse(path, `use a whole number from ${min} to ${max}`);
  }
  return value;
}

function refuse(path: string, remedy: string): never {
  throw new WardError("bad-manifest", { path, remedy });
}
