export type { Authenticate, FhirPort, Identity, RequestLine } from "./contract.ts";
export {
  DEFAULT_HTTP_LIMITS,
  startHttpGateway,
  type HttpGateway,
  type HttpGatewayOptions,
  type HttpLimits,
} from "./http-gateway.ts";
export { createLocalCa, type LocalCa, type LocalCaOptions, type TlsMaterial } from "./local-ca.ts";
export type { MessageLine, RefusedMessage } from "./mllp-answer.ts";
export { DEFAULT_MLLP_LIMITS, startMllp, type MllpLimits, type MllpOptions, type MllpServer } from "./mllp-server.ts";
