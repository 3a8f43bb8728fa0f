export type { CheckpointSigner, Ledger } from "./contract.ts";
