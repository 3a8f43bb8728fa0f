export { certificateNamesItsHosts } from "./certificate-names-its-hosts.ts";
export { certificateRenewsItself } from "./certificate-renews-itself.ts";
export { healthCheckSpeaksTls } from "./health-check-speaks-tls.ts";
export { zoneLogsQueries } from "./zone-logs-queries.ts";
