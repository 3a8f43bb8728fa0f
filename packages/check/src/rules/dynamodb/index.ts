export { daxEncryptsConnections } from "./dax-encrypts-connections.ts";
export { daxIsEncrypted } from "./dax-is-encrypted.ts";
export { tableHasPointInTimeRecovery } from "./table-has-point-in-time-recovery.ts";
export { tableIsProtectedFromDeletion } from "./table-is-protected-from-deletion.ts";
export { tableStatesItsBillingMode } from "./table-states-its-billing-mode.ts";
export { tableUsesCustomerKey } from "./table-uses-customer-key.ts";
export { tableUsesKms } from "./table-uses-kms.ts";
