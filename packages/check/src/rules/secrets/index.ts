export { databaseUserIsNotInTheTemplate } from "./database-user-is-not-in-the-template.ts";
export { environmentHoldsNoSecrets } from "./environment-holds-no-secrets.ts";
export { parameterIsASecureString } from "./parameter-is-a-secure-string.ts";
export { passwordComesFromASecretStore } from "./password-comes-from-a-secret-store.ts";
export { passwordIsNotInTheTemplate } from "./password-is-not-in-the-template.ts";
export { secretRotates } from "./secret-rotates.ts";
export { secretUsesCustomerKey } from "./secret-uses-customer-key.ts";
export { splunkTokenIsNotInTheTemplate } from "./splunk-token-is-not-in-the-template.ts";
