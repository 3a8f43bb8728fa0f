/**
 * What a handler may reach. The type is computed from the definition's grants: a member whose power was not granted
 * does not exist, so that using it does not compile. The node refuses it as well; this type protects the author, the
 * node protects the patient.
 */
import type { EgressGrant, FhirInteraction, R4ResourceType } from "@ward/core";
import type { Bundle, ExtractResource, Parameters, Resource, ResourceType } from "./fhir.ts";

/** The grants of a definition. What is left out is not granted. */
export interface GrantRequest {
  /** `Patient.search`: one R4 resource type and one interaction. */
  readonly fhir?: readonly `${R4ResourceType}.${FhirInteraction}`[];
  /** CloudEvents types that the function may emit. */
  readonly emits?: readonly string[];
  /** Names of secrets that it may read. */
  readonly secrets?: readonly string[];
  readonly egress?: readonly EgressGrant[];
}

/** The context of a function with these grants. */
export type Context<Grants extends GrantRequest> = BaseContext &
  Member<GrantsOf<Grants, "fhir">, "fhir", FhirAccess<GrantsOf<Grants, "fhir">>> &
  Member<GrantsOf<Grants, "emits">, "emit", Emit<GrantsOf<Grants, "emits">>> &
  Member<GrantsOf<Grants, "secrets">, "secrets", SecretAccess<GrantsOf<Grants, "secrets">>> &
  Member<GrantsOf<Grants, "egress">, "egress", EgressAccess>;

/** What every function has. */
export interface BaseContext {
  readonly invocation: {
    /** 32 lower-case hex digits (W3C Trace Context). */
    readonly traceId: string;
    /** When the supervisor ends this invocation, in ms since the epoch. */
    readonly deadline: number;
  };
  /** Writes a log line. Numbers and booleans only: free text may be PHI. */
  log(event: string, fields?: Readonly<Record<string, number | boolean>>): void;
}

/** `ctx.fhir`: only the granted interactions, each only for the granted types. */
export type FhirAccess<Grant> = FhirTransactions &
  Member<TypesOf<Grant, "read">, "read", FhirRead<TypesOf<Grant, "read">>> &
  Member<TypesOf<Grant, "vread">, "vread", FhirVread<TypesOf<Grant, "vread">>> &
  Member<TypesOf<Grant, "history">, "history", FhirHistory<TypesOf<Grant, "history">>> &
  Member<TypesOf<Grant, "search">, "search", FhirSearch<TypesOf<Grant, "search">>> &
  Member<TypesOf<Grant, "create">, "create", FhirCreate<TypesOf<Grant, "create">>> &
  Member<TypesOf<Grant, "update">, "update", FhirUpdate<TypesOf<Grant, "update">>> &
  Member<TypesOf<Grant, "patch">, "patch", FhirPatch<TypesOf<Grant, "patch">>> &
  Member<TypesOf<Grant, "delete">, "delete", FhirDelete<TypesOf<Grant, "delete">>>;

/** A resource as the server holds it. */
export type Stored<R> = R & { readonly id: string };

/** Values of search parameters; a list gives the parameter several times, and all must match. */
export type SearchParameters = Readonly<Record<string, string | number | readonly string[]>>;

/** Throws `not-found` where there is none. */
export type FhirRead<Types> = <Type extends Types & ResourceType>(
  type: Type,
  id: string,
) => Promise<Stored<ExtractResource<Type>>>;

/** Throws `not-found` where there is no such version, and `gone` where that version is the deletion. */
export type FhirVread<Types> = <Type extends Types & ResourceType>(
  type: Type,
  id: string,
  version: string,
) => Promise<Stored<ExtractResource<Type>>>;

/** Answers a history `Bundle`, newest first. Without `id`: of all records of the type. A deletion has no resource. */
export type FhirHistory<Types> = <Type extends Types & ResourceType>(
  type: Type,
  id?: string,
  parameters?: SearchParameters,
) => Promise<Bundle<Stored<ExtractResource<Type>>>>;

/** Answers a searchset `Bundle`; no match is an empty `entry`. */
export type FhirSearch<Types> = <Type extends Types & ResourceType>(
  type: Type,
  parameters: SearchParameters,
) => Promise<Bundle<Stored<ExtractResource<Type>>>>;

export type FhirCreate<Types> = <R extends ExtractResource<Types & ResourceType>>(resource: R) => Promise<Stored<R>>;

/** `ifMatch`: the version that must still be the current one; otherwise throws `version-conflict`. */
export type FhirUpdate<Types> = <R extends ExtractResource<Types & ResourceType>>(
  resource: R & { readonly id: string },
  options?: { readonly ifMatch?: string },
) => Promise<Stored<R>>;

/**
 * Applies a JSON Patch (RFC 6902), or a FHIRPath Patch given as `Parameters`, to the current version. `ifMatch`: the
 * version that must still be the current one.
 */
export type FhirPatch<Types> = <Type extends Types & ResourceType>(
  type: Type,
  id: string,
  patch: readonly JsonPatchOperation[] | Parameters,
  options?: { readonly ifMatch?: string },
) => Promise<Stored<ExtractResource<Type>>>;

/** RFC 6902 §4. */
export type JsonPatchOperation =
  | { readonly op: "add" | "replace" | "test"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string }
  | { readonly op: "move" | "copy"; readonly from: string; readonly path: string };

/** Its versions stay in the history. What is deleted already, or was never there, is no failure. */
export type FhirDelete<Types> = <Type extends Types & ResourceType>(
  type: Type,
  id: string,
  options?: { readonly ifMatch?: string },
) => Promise<void>;

export interface FhirTransactions {
  /** All entries or none. Needs no grant of its own: each entry is authorized by the grant for its interaction. */
  transaction(bundle: Bundle<Resource>): Promise<Bundle<Resource>>;
}

/** `subject`: `Patient/<id>`, becomes an opaque token. `resource`: `DiagnosticReport/<id>`, becomes a link. */
export type Emit<Types> = (
  type: Types,
  about?: { readonly subject?: string; readonly resource?: string },
) => Promise<void>;

export interface SecretAccess<Names> {
  get(name: Names): Promise<string>;
}

export interface EgressAccess {
  /** Only to granted hosts, and only what the grant's data class lets out; otherwise throws `egress-refused`. */
  fetch(url: string | URL, init?: EgressRequest): Promise<EgressResponse>;
}

/** The part of the Fetch standard's `RequestInit` that passes the egress proxy. */
export interface EgressRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

/** The part of the Fetch standard's `Response` that handlers use. */
export interface EgressResponse {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
  json(): Promise<unknown>;
}

/** The union of what is listed under one key, `never` where the key is absent. */
type GrantsOf<
  Grants extends GrantRequest,
  Key extends keyof GrantRequest,
> = Grants[Key] extends readonly (infer Grant)[] ? Grant : never;

type TypesOf<Grant, Interaction extends FhirInteraction> = Grant extends `${infer Type}.${Interaction}` ? Type : never;

/** `{ [name]: Value }` where something is granted, nothing otherwise. */
type Member<Granted, Name extends string, Value> = [Granted] extends [never]
  ? unknown
  : { readonly [Key in Name]: Value };
