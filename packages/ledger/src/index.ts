export type { CheckpointSigner, Ledger } from "./contract.ts";
export {
  createLedger,
  type AuditLog,
  type EntryFilter,
  type LedgerOptions,
  type PlacedEntry,
  type ProvenEntry,
} from "./ledger.ts";
export {
  EXPORT_FORMATS,
  exportEntries,
  type ExportFormat,
  type ExportPage,
  type ExportRange,
} from "./export/export-entries.ts";
export { startFeed, type Feed, type FeedOptions } from "./feed/feed.ts";
export type { FeedSink, SinkOptions } from "./feed/feed-sink.ts";
export { httpsSink } from "./feed/https-sink.ts";
export { syslogSink } from "./feed/syslog-sink.ts";
export { type Checkpoint, verifierKey } from "./note.ts";
export { openDirectoryStore } from "./publication/directory-store.ts";
export type { LedgerStore } from "./publication/ledger-store.ts";
export type { Publisher, PublisherOptions } from "./publication/publisher.ts";
export { openS3Store, type S3StoreOptions } from "./publication/s3-store.ts";
export { ACCOUNTING_YEARS, accountDisclosures, type Disclosure } from "./questions/accounting.ts";
export { accountingHtml, accountingText, type AccountingPage } from "./questions/accounting-page.ts";
export { formatAnswer, tlogProofOf, verifyAnswer, type AnswerVerdict } from "./questions/answer-file.ts";
export type { Question } from "./questions/question.ts";
export {
  createQuestions,
  type Answer,
  type ProvenAnswer,
  type Questions,
  type QuestionsOptions,
} from "./questions/questions.ts";
export { summarizeTouches, type Touch } from "./questions/touch-summary.ts";
export { pathText, tracePaths, type PathStep, type StepKind, type TracePath } from "./questions/trace-path.ts";
export { type Hold, openRetention, type Pruning, type Retention, RETENTION_YEARS } from "./retention/retention.ts";
export { sampleEntries, type SampledEntries } from "./sampled-entries.ts";
export type { Sequencer, SequencerOptions } from "./sequencer.ts";
export { verifyLedger as verify, type LedgerProblem, type LedgerVerdict, type VerifyOptions } from "./verify-ledger.ts";
export { EXIT_STATUSES } from "./verification/exit-status.ts";
export { parseVerifierKey } from "./verifier-key.ts";
export { parseCosignatureVerifierKey } from "./witness/cosignature.ts";
export { cosignWith, type WitnessAddress } from "./witness/witness-client.ts";
export { startWitnessServer, type WitnessServer, type WitnessServerOptions } from "./witness/witness-server.ts";
