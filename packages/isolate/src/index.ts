export { enginePath } from "./engine.ts";
export { detectConfinement, openWorkerdHost, type WorkerdHostOptions } from "./workerd-host.ts";
