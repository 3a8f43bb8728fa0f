export { certificateRenewsItself } from "./certificate-renews-itself.ts";
export { healthCheckSpeaksTls } from "./health-check-speaks-tls.ts";
