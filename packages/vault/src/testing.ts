/** What other rooms' tests need of the vault: a real one over a real database, its root key fixed and public. */
import { systemClock, type Clock, type Database } from "@ward/core";
import type { Vault } from "./contract.ts";
import { memoryCustody } from "./memory-custody.ts";
import { openVault } from "./vault.ts";

export const TEST_TENANT = "test.example";

/** Opens again on the same database with the same keys. */
export function openTestVault(database: Database, clock: Clock = systemClock): Promise<Vault> {
  return openVault({ database, custody: memoryCustody(new Uint8Array(32).fill(7)), tenant: TEST_TENANT, clock });
}
export { memoryCustody };
