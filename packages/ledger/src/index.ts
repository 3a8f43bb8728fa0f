export type { CheckpointSigner, Ledger } from "./contract.ts";
export {
  createLedger,
  type AuditLog,
  type EntryFilter,
  type LedgerOptions,
  type PlacedEntry,
  type ProvenEntry,
} from "./ledger.ts";
export type { Checkpoint } from "./note.ts";
export { sampleEntries, type SampledEntries } from "./sampled-entries.ts";
export type { Sequencer, SequencerOptions } from "./sequencer.ts";
export { verifyLedger as verify, type LedgerProblem, type LedgerVerdict, type VerifyOptions } from "./verify-ledger.ts";
