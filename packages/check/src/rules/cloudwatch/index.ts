export { alarmTellsSomeone } from "./alarm-tells-someone.ts";
export { auditLogIsKeptSixYears } from "./audit-log-is-kept-six-years.ts";
export { logGroupSaysHowLong } from "./log-group-says-how-long.ts";
export { logGroupUsesCustomerKey } from "./log-group-uses-customer-key.ts";
