export { checkAnswer, EXPORT_FORMATS } from "./audit-desk.ts";
export { ACCOUNTING_YEARS, accountingHtml, accountingText, pathText } from "@ward/ledger";
export type {
  AnswerVerdict,
  Disclosure,
  EventLine,
  ExportFormat,
  Finding,
  FunctionLine,
  Inquiry,
  InquiryAnswer,
  LedgerReport,
  NodeEvent,
  NodeOptions,
  WardNode,
  WardState,
} from "./contract.ts";
export { diagnose, type DiagnoseOptions } from "./diagnose.ts";
export { startNode } from "./node.ts";
export { openState } from "./state.ts";
export { startWitness } from "./witness.ts";
export type { LedgerStoreSettings } from "./ledger-store.ts";
export type { FoundationOptions } from "./foundation.ts";
export { watchApp } from "@ward/runtime";
export { sendMllp } from "@ward/gateway/mllp-client";
