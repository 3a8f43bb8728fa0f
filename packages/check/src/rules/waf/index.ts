export { firewallBlocksByDefault } from "./firewall-blocks-by-default.ts";
export { firewallHasRules } from "./firewall-has-rules.ts";
export { firewallLogs } from "./firewall-logs.ts";
export { firewallStopsKnownBadInputs } from "./firewall-stops-known-bad-inputs.ts";
