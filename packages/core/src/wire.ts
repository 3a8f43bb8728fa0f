/**
 * What crosses the Unix sockets between a node and an instance. Both halves import this file; nothing else is shared.
 *
 * In-socket (the node calls): `POST /invoke` with `InvokeRequest` answers 200 with `InvokeResponse`; `GET /manifest`
 * answers the definition as JSON, without bindings.
 *
 * Out-socket (the instance calls): origin-form `POST /door/<binding>` with a JSON body is a binding call; an
 * absolute-form request (`GET https://host/path`) is egress. Both name the running invocation in the header
 * `ward-invocation`; identity comes from the socket alone. A failed binding call answers the status of its
 * `ErrorCode` with a `WireError` body.
 */
import type { CloudEvent } from "./cloud-event.ts";
import type { ErrorCode } from "./errors.ts";

export const INVOCATION_HEADER = "ward-invocation";

export type TriggerPayload =
  | { readonly kind: "http"; readonly request: HttpTriggerRequest }
  /** `raw`: the message as text, segments ended by CR. */
  | { readonly kind: "hl7"; readonly raw: string }
  | { readonly kind: "event"; readonly event: CloudEvent }
  | { readonly kind: "schedule"; readonly scheduledAt: string };

export interface HttpTriggerRequest {
  readonly method: string;
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Parsed JSON body, already valid against the trigger's schema. */
  readonly body?: unknown;
  /** Who called, as the gateway established it: `person:dr-okafor`, `service:portal` or `public`. */
  readonly caller: string;
}

export interface HttpTriggerResponse {
  readonly status?: number;
  readonly body?: unknown;
}

export interface InvokeRequest {
  /** UUID, unguessable, valid for this one invocation. */
  readonly invocation: string;
  readonly traceId: string;
  readonly timeoutMs: number;
  readonly payload: TriggerPayload;
}

export type InvokeResponse = (
  { readonly ok: true; readonly result: unknown } | { readonly ok: false; readonly error: FunctionFault }
) & {
  /** Log lines that did not go out on their own before. */
  readonly log?: readonly LogCall[];
};

/** What a failed handler may tell the node: class, code and place, never a message (it may quote PHI). */
export interface FunctionFault {
  readonly name: string;
  /** Set where the handler passed on a refused binding call. */
  readonly code?: ErrorCode;
  /** Set by `throw new Reject("…")` from the SDK: a closed reason an HL7 sender may read. */
  readonly reject?: RejectReason;
  /** `lab-result.ts:12:5`, innermost first, at most five. */
  readonly at: readonly string[];
}

/** Why a message's content can't be filed; maps to HL7 table 0357. */
export const REJECT_REASONS = {
  "required-field-missing": "101",
  "data-type-error": "102",
  "table-value-not-found": "103",
  "unknown-key": "204",
  "application-error": "207",
} as const;
export type RejectReason = keyof typeof REJECT_REASONS;

export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  /** FHIR element paths and constraint ids, never values. */
  readonly issues?: readonly string[];
}

/** `POST /door/fhir`. `path` is relative to the FHIR base: `Patient/123`, `Patient?identifier=…`, or `` for a transaction. */
export interface FhirCall {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Below the base: `Patient/<id>?_format=json`. */
  readonly path: string;
  /** Text or bytes of JSON, or a parsed value. */
  readonly body?: unknown;
  /** The service's base URL, for what must be absolute in an answer; without it links are relative to the base. */
  readonly base?: string;
  /** Media type of the body: tells a JSON Patch from a FHIRPath Patch. */
  readonly contentType?: string;
  readonly ifMatch?: string;
  readonly ifNoneMatch?: string;
  readonly ifModifiedSince?: string;
  readonly ifNoneExist?: string;
  /** `return=minimal`, `return=representation`, `return=OperationOutcome`, `handling=strict|lenient`. */
  readonly prefer?: string;
}
export interface FhirAnswer {
  readonly status: number;
  readonly body?: unknown;
  /** The body as UTF-8 JSON that need not be made again; then `body` is absent. */
  readonly json?: Uint8Array;
  /** `Type/id/_history/version`, below the base. */
  readonly location?: string;
  /** `W/"3"`. */
  readonly etag?: string;
  /** ISO 8601 instant. */
  readonly lastModified?: string;
}

/** `POST /door/emit`. The node builds the event; references are resolved to an opaque token and a link. */
export interface EmitCall {
  readonly type: string;
  /** `Patient/<id>`; becomes the event's opaque subject. */
  readonly subject?: string;
  /** `DiagnosticReport/<id>`; becomes `data.link`. */
  readonly resource?: string;
}

/** `POST /door/secret`. */
export interface SecretCall {
  readonly name: string;
}
export interface SecretAnswer {
  readonly value: string;
}

/** `POST /door/log`. `fields` are numbers and booleans only: free text may be PHI. */
export interface LogCall {
  readonly event: string;
  readonly fields: Readonly<Record<string, number | boolean>>;
}
