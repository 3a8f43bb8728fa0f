export type {
  EventLine,
  Finding,
  FunctionLine,
  LedgerReport,
  NodeEvent,
  NodeOptions,
  WardNode,
  WardState,
} from "./contract.ts";
export { diagnose, type DiagnoseOptions } from "./diagnose.ts";
export { startNode } from "./node.ts";
export { openState } from "./state.ts";
export type { FoundationOptions } from "./foundation.ts";
export { watchApp } from "@ward/runtime";
export { sendMllp } from "@ward/gateway/mllp-client";
