export { graphqlCacheIsEncrypted } from "./graphql-cache-is-encrypted.ts";
export { graphqlIsBehindAFirewall } from "./graphql-is-behind-a-firewall.ts";
export { graphqlIsTraced } from "./graphql-is-traced.ts";
export { graphqlKnowsItsCallers } from "./graphql-knows-its-callers.ts";
export { graphqlLogHoldsNoBodies } from "./graphql-log-holds-no-bodies.ts";
export { graphqlLogs } from "./graphql-logs.ts";
