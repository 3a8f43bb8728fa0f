export { queueIsEncrypted } from "./queue-is-encrypted.ts";
export { queueUsesCustomerKey } from "./queue-uses-customer-key.ts";
