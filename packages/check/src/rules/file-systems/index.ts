export { accessPointHasARootOfItsOwn } from "./access-point-has-a-root-of-its-own.ts";
export { accessPointNamesItsUser } from "./access-point-names-its-user.ts";
export { fileSystemIsBackedUp } from "./file-system-is-backed-up.ts";
export { fileSystemIsEncrypted } from "./file-system-is-encrypted.ts";
export { fileSystemUsesCustomerKey } from "./file-system-uses-customer-key.ts";
export { sharedFileSystemIsBackedUp } from "./shared-file-system-is-backed-up.ts";
export { sharedFileSystemUsesCustomerKey } from "./shared-file-system-uses-customer-key.ts";
