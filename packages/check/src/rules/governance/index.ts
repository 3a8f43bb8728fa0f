export { aggregatorCoversEveryRegion } from "./aggregator-covers-every-region.ts";
export { backupPlanCopiesElsewhere } from "./backup-plan-copies-elsewhere.ts";
export { backupVaultIsLocked } from "./backup-vault-is-locked.ts";
export { backupVaultUsesCustomerKey } from "./backup-vault-uses-customer-key.ts";
export { configRecordsEverything } from "./config-records-everything.ts";
export { guarddutyIsOn } from "./guardduty-is-on.ts";
export { templateHoldsNoCredentials } from "./template-holds-no-credentials.ts";
