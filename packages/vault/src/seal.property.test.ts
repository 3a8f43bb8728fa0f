import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startTestDatabase, type TestDatabase } from "@ward/postgres/testing";
import fc from "fast-check";
import type { CompartmentId, Vault } from "./contract.ts";
import { openTestVault } from "./testing.ts";

let postgres: TestDatabase;
let vault: Vault;
const compartment: CompartmentId = "Patient/property";
before(async () => {
  postgres = await startTestDatabase();
  vault = await openTestVault(postgres.database);
  await postgres.database.transaction((tx) => vault.createCompartment(tx, compartment));
});
after(async () => await postgres.close());

const text = fc.string({ unit: "binary", maxLength: 40 });
const contexts = fc.record({ use: text, type: text, id: text, version: fc.nat() });

test("any plaintext comes back under its context", async () => {
  await fc.assert(
    fc.asyncProperty(contexts, fc.uint8Array({ maxLength: 2_000 }), async (context, plaintext) => {
      const sealed = await vault.seal(postgres.database, compartment, context, plaintext);
      const opened = await vault.open(postgres.database, compartment, context, sealed);
      assert.deepEqual(new Uint8Array(opened), plaintext);
    }),
  );
});

test("no plaintext comes back under any other context, or with any bit flipped", async () => {
  await fc.assert(
    fc.asyncProperty(contexts, contexts, fc.uint8Array(), fc.nat(), async (context, other, plaintext, position) => {
      const sealed = await vault.seal(postgres.database, compartment, context, plaintext);
      if (JSON.stringify(context) !== JSON.stringify(other)) {
        await assert.rejects(vault.open(postgres.database, compartment, other, sealed), { code: "decryption-failed" });
      }
      const bit = position % (sealed.length * 8);
      const flipped = Uint8Array.from(sealed);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      await assert.rejects(vault.open(postgres.database, compartment, context, flipped), { code: "decryption-failed" });
    }),
  );
});
