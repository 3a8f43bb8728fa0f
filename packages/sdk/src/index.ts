export type {
  BaseContext,
  Context,
  EgressAccess,
  EgressRequest,
  EgressResponse,
  Emit,
  FhirAccess,
  FhirCreate,
  FhirDelete,
  FhirHistory,
  FhirPatch,
  FhirRead,
  FhirSearch,
  FhirTransactions,
  FhirUpdate,
  FhirVread,
  GrantRequest,
  JsonPatchOperation,
  SearchParameters,
  SecretAccess,
  Stored,
} from "./context.ts";
export { defineConfig } from "./define-config.ts";
export { defineFunction, type AnyFunctionDefinition, type FunctionDefinition } from "./define-function.ts";
export type { BodyOf, BodySchema } from "./json-schema-types.ts";
export { Reject } from "./reject.ts";
export {
  on,
  type EventTrigger,
  type FunctionTrigger,
  type Hl7Trigger,
  type HttpOptions,
  type HttpRequest,
  type HttpTrigger,
  type InputOf,
  type ResultOf,
  type ScheduleTick,
  type ScheduleTrigger,
} from "./triggers.ts";
export type { AppConfig, CloudEvent, HttpTriggerResponse, PurposeOfUse, RejectReason } from "@ward/core";
export type { Hl7Message } from "@ward/core/hl7";
