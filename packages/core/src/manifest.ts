/**
 * A function's definition as data: what `defineFunction` leaves in a release and what the node enforces. Absent means
 * no power: a grant that is not listed does not exist. `parseManifest` is the only way in; it refuses unknown keys, so
 * that a misspelt grant is an error and never a silent nothing.
 */
import type { DataClass } from "./data-class.ts";
import type { PurposeOfUse } from "./purpose-of-use.ts";

/** JSON Schema 2020-12, checked before an instance is started. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export type HttpMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export type Trigger =
  /** `route` is a path below `/fn/`, as `visits/:id`. `roles`: who may call; empty or absent means nobody but `"public"` lists must say so. */
  | {
      readonly kind: "http";
      readonly method: HttpMethod;
      readonly route: string;
      readonly roles: readonly string[];
      readonly body?: JsonSchema;
    }
  /** `message`: HL7 v2 message type and event as in MSH-9, `ORU^R01`. */
  | { readonly kind: "hl7"; readonly message: string }
  /** `type`: CloudEvents 1.0 `type` attribute. */
  | { readonly kind: "event"; readonly type: string }
  /** `cron`: five fields, UTC. */
  | { readonly kind: "schedule"; readonly cron: string };

/** `Patient.search`, `Observation.create`: one R4 resource type and one interaction. */
export type FhirGrant = `${string}.${FhirInteraction}`;
export const FHIR_INTERACTIONS = ["create", "read", "vread", "update", "patch", "delete", "history", "search"] as const;
export type FhirInteraction = (typeof FHIR_INTERACTIONS)[number];

export interface EgressGrant {
  /** Exact host, with port where it is not 443: `sms.example.org`, `localhost:8090`. No wildcard, no IP literal but loopback. */
  readonly host: string;
  /** The business associate agreement that covers the host: a file name under `compliance/`; or `"none"`, then `carries` MUST be `"none"`. */
  readonly baa: string;
  /** The most sensitive class that may leave to this host. */
  readonly carries: DataClass;
}

export interface Grants {
  readonly fhir: readonly FhirGrant[];
  /** CloudEvents types that the function may emit. */
  readonly emits: readonly string[];
  /** Names of secrets that it may read. */
  readonly secrets: readonly string[];
  readonly egress: readonly EgressGrant[];
}

export interface Limits {
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly concurrency: number;
}

export const DEFAULT_LIMITS: Limits = { timeoutMs: 5_000, memoryMb: 128, concurrency: 20 };

export interface FunctionManifest {
  /** The file's name without extension: `lab-result`. */
  readonly name: string;
  readonly trigger: Trigger;
  readonly purpose: PurposeOfUse;
  readonly grants: Grants;
  readonly limits: Limits;
}

/** `ward.config.ts` as data. */
export interface AppConfig {
  readonly name: string;
  /** Where data may live: ISO 3166 country or cloud region codes. */
  readonly residency: readonly string[];
  readonly frameworks: readonly ("HIPAA" | "GDPR" | "FERPA")[];
  /** Years that audit entries are kept; HIPAA asks for six (45 CFR 164.316(b)(2)(i)). */
  readonly retentionYears: number;
  /** What one principal may do in a minute before it is refused. */
  readonly budgets: { readonly actsPerMinute: number };
  /** Where every ledger entry is sent as it is made, at least once; absent means nowhere. */
  readonly auditFeeds?: readonly AuditFeed[];
}

export type AuditFeed =
  /** Syslog over TLS (RFC 5425); 6514 is its port. */
  | { readonly kind: "syslog"; readonly host: string; readonly port: number }
  /** POST of JSON lines in batches. `url`: https, no user, query or fragment. */
  | { readonly kind: "https"; readonly url: string };
