export { stateMachineIsTraced } from "./state-machine-is-traced.ts";
export { stateMachineLogHoldsNoData } from "./state-machine-log-holds-no-data.ts";
export { stateMachineLogs } from "./state-machine-logs.ts";
export { stateMachineUsesCustomerKey } from "./state-machine-uses-customer-key.ts";
