export { detectConfinement, openWorkerdHost, type WorkerdHostOptions } from "./workerd-host.ts";
