export { agentHasAGuardrail } from "./agent-has-a-guardrail.ts";
export { agentUsesCustomerKey } from "./agent-uses-customer-key.ts";
export { endpointUsesCustomerKey } from "./endpoint-uses-customer-key.ts";
export { indexUsesCustomerKey } from "./index-uses-customer-key.ts";
export { modelRunsIsolated } from "./model-runs-isolated.ts";
export { notebookHasNoDirectInternet } from "./notebook-has-no-direct-internet.ts";
export { notebookUsesCustomerKey } from "./notebook-uses-customer-key.ts";
