export { clientUsesNoImplicitGrant } from "./client-uses-no-implicit-grant.ts";
export { identityPoolKnowsEveryone } from "./identity-pool-knows-everyone.ts";
export { signInTokensEndWithinTheDay } from "./sign-in-tokens-end-within-the-day.ts";
export { userPoolAsksForASecondFactor } from "./user-pool-asks-for-a-second-factor.ts";
export { userPoolAsksForLongPasswords } from "./user-pool-asks-for-long-passwords.ts";
export { userPoolIsProtectedFromDeletion } from "./user-pool-is-protected-from-deletion.ts";
export { userPoolWatchesForStolenPasswords } from "./user-pool-watches-for-stolen-passwords.ts";
