export type {
  Act,
  ActOutcome,
  Acts,
  Door,
  EntryFacts,
  RecordReader,
  RecordWriter,
  SeenRecord,
  Touched,
} from "./contract.ts";
export { createDoor, type DoorOptions } from "./door.ts";
export {
  createTokenIssuer,
  type Identity,
  type TokenIssuer,
  type TokenIssuerOptions,
  type TokenPrincipal,
  type TokenRequest,
} from "./identity/bearer-token.ts";
export { loadTokenKey } from "./identity/token-key.ts";
export type { BuiltinPower } from "./policies/generated-policies.ts";
export type { Decision } from "./policies/decision-memory.ts";
export { compilePolicies, type PolicyEngine, type PolicySources } from "./policies/policy-engine.ts";
