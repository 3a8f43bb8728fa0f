export { cacheEncryptsConnections } from "./cache-encrypts-connections.ts";
export { cacheFailsOver } from "./cache-fails-over.ts";
export { cacheIsEncrypted } from "./cache-is-encrypted.ts";
export { cacheKeepsBackups } from "./cache-keeps-backups.ts";
export { cacheUsesCustomerKey } from "./cache-uses-customer-key.ts";
