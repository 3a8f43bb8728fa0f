export { deliveryStreamIsEncrypted } from "./delivery-stream-is-encrypted.ts";
export { streamIsEncrypted } from "./stream-is-encrypted.ts";
export { streamUsesCustomerKey } from "./stream-uses-customer-key.ts";
