export { busPolicyNamesPrincipals } from "./bus-policy-names-principals.ts";
export { busUsesCustomerKey } from "./bus-uses-customer-key.ts";
export { pipeLogs } from "./pipe-logs.ts";
export { ruleKeepsUndeliveredEvents } from "./rule-keeps-undelivered-events.ts";
export { scheduleKeepsUndeliveredEvents } from "./schedule-keeps-undelivered-events.ts";
export { scheduleUsesCustomerKey } from "./schedule-uses-customer-key.ts";
