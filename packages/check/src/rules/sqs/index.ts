export { queueHasDeadLetters } from "./queue-has-dead-letters.ts";
export { queueIsEncrypted } from "./queue-is-encrypted.ts";
export { queuePolicyAllowsNoNotAction } from "./queue-policy-allows-no-not-action.ts";
export { queuePolicyAllowsNoNotPrincipal } from "./queue-policy-allows-no-not-principal.ts";
export { queuePolicyNamesActions } from "./queue-policy-names-actions.ts";
export { queuePolicyNamesPrincipals } from "./queue-policy-names-principals.ts";
export { queueRefusesPlainHttp } from "./queue-refuses-plain-http.ts";
export { queueUsesCustomerKey } from "./queue-uses-customer-key.ts";
