export type {
  App,
  Confinement,
  FunctionRelease,
  Functions,
  FunctionStatus,
  HttpCaller,
  InboundMessage,
  Instance,
  InstanceHost,
  MessageVerdict,
  OutboundHandler,
} from "./contract.ts";
