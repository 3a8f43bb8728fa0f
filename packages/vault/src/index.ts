export type { CompartmentId, SealContext, Vault } from "./contract.ts";
