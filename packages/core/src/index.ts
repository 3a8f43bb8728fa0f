export {
  ASSURANCE_LEVELS,
  AUDIT_ACTIONS,
  auditClassOf,
  BREAK_GLASS_REASONS,
  CHANGE_ACTIONS,
  EGRESS_REASONS,
  type AssuranceLevel,
  type AuditAction,
  type AuditClass,
  type AuditEntry,
  type BreakGlassReason,
  type EgressReason,
} from "./audit-entry.ts";
export { systemClock, type Clock } from "./clock.ts";
export type { CloudEvent } from "./cloud-event.ts";
export { DATA_CLASSES, type DataClass } from "./data-class.ts";
export {
  assert,
  asWardError,
  ERROR_KINDS,
  WardError,
  type ErrorCode,
  type ErrorDetail,
  type ErrorKind,
} from "./errors.ts";
export {
  DEFAULT_LIMITS,
  FHIR_INTERACTIONS,
  type AppConfig,
  type AuditFeed,
  type EgressGrant,
  type FhirGrant,
  type FhirInteraction,
  type FunctionManifest,
  type Grants,
  type HttpMethod,
  type JsonSchema,
  type Limits,
  type Trigger,
} from "./manifest.ts";
export {
  elementIssue,
  outcomeOf,
  successOutcome,
  type OperationOutcome,
  type OutcomeIssue,
} from "./operation-outcome.ts";
export { parseAppConfig, parseManifest } from "./parse-manifest.ts";
export { principalName, type Caller, type PersonSession, type Principal } from "./principal.ts";
export { isPurposeOfUse, PURPOSES_OF_USE, purposeText, type PurposeOfUse } from "./purpose-of-use.ts";
export { isR4ResourceType, R4_RESOURCE_TYPES, type R4ResourceType } from "./r4-resource-types.ts";
export type { Database, InsertAtCommit, Sql, Transaction, TransactionHandle } from "./sql.ts";
export { newTraceId } from "./trace-id.ts";
export {
  INVOCATION_HEADER,
  REJECT_REASONS,
  type EmitCall,
  type FhirAnswer,
  type FhirCall,
  type FunctionFault,
  type HttpTriggerRequest,
  type HttpTriggerResponse,
  type InvokeRequest,
  type InvokeResponse,
  type LogCall,
  type RejectReason,
  type SecretAnswer,
  type SecretCall,
  type TriggerPayload,
  type WireError,
} from "./wire.ts";
