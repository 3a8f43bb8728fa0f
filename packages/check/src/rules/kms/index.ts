export { keyOutlivesItsStack } from "./key-outlives-its-stack.ts";
export { keyPolicyNamesPrincipals } from "./key-policy-names-principals.ts";
export { keyRotates } from "./key-rotates.ts";
export { keyWaitsBeforeDeletion } from "./key-waits-before-deletion.ts";
