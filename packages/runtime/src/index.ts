export type {
  App,
  Confinement,
  CronItem,
  DisclosurePort,
  Events,
  FhirPort,
  FunctionFaultLine,
  FunctionLogLine,
  FunctionRelease,
  Functions,
  FunctionStatus,
  HttpCaller,
  InboundMessage,
  Instance,
  InstanceHost,
  JobRequest,
  JobsPort,
  MessageVerdict,
  OutboundHandler,
  ReplayOutcome,
  Runtime,
  RuntimeOptions,
  RuntimeTask,
  WaitingEvent,
} from "./contract.ts";
export { loadApp, type LoadOptions } from "./release/load-app.ts";
export { locateFault } from "./release/locate-fault.ts";
export { bundleDigest, releaseDigest } from "./release/release-digest.ts";
export {
  findRelease,
  PostgresEvaluationStorage,
  storeReleases,
  type EvaluationStorage,
} from "./release/release-storage.ts";
export { watchApp, type AppWatch } from "./release/watch-app.ts";
export { createRuntime } from "./runtime.ts";
export { listWaiting } from "./waiting-events.ts";
