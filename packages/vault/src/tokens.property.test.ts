import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startTestDatabase, type TestDatabase } from "@ward/postgres/testing";
import fc from "fast-check";
import type { Vault } from "./contract.ts";
import { openTestVault } from "./testing.ts";

let postgres: TestDatabase;
let vault: Vault;
before(async () => {
  postgres = await startTestDatabase();
  vault = await openTestVault(postgres.database);
});
after(async () => await postgres.close());

const text = fc.string({ unit: "binary", maxLength: 60 });

test("a token opens to its value in its domain, equal values give equal tokens, and it is URL-safe", () => {
  fc.assert(
    fc.property(text, text, (domain, value) => {
      const token = vault.sealToken(domain, value);
      assert.equal(vault.openToken(domain, token), value);
      assert.equal(vault.sealToken(domain, value), token);
      assert.match(token, /^[A-Za-z0-9_-]+$/);
    }),
  );
});

test("a token opens in no other domain", () => {
  fc.assert(
    fc.property(text, text, text, (domain, other, value) => {
      fc.pre(domain !== other);
      assert.equal(vault.openToken(other, vault.sealToken(domain, value)), undefined);
    }),
  );
});

test("a token with any character changed, added, or cut off is not one of ours", () => {
  fc.assert(
    fc.property(text, fc.nat(), fc.constantFrom("A", "_", "7", "=", " ", "+"), (value, position, character) => {
      const token = vault.sealToken("d", value);
      const at = position % token.length;
      const changed = token.slice(0, at) + character + token.slice(at + 1);
      fc.pre(changed !== token);
      assert.equal(vault.openToken("d", changed), undefined);
      assert.equal(vault.openToken("d", token.slice(0, at)), undefined);
      assert.equal(vault.openToken("d", token + character), undefined);
    }),
  );
});

test("anything that is not a token opens to nothing", () => {
  fc.assert(fc.property(text, (token) => assert.equal(vault.openToken("d", token), undefined)));
});

test("a blind index is a non-negative 63-bit number, stable, and apart for each domain and value", () => {
  fc.assert(
    fc.property(text, text, text, text, (domain, value, otherDomain, otherValue) => {
      const index = vault.blindIndex(domain, value);
      assert.ok(index >= 0n && index < 2n ** 63n);
      assert.equal(vault.blindIndex(domain, value), index);
      if (domain !== otherDomain || value !== otherValue) {
        assert.notEqual(vault.blindIndex(otherDomain, otherValue), index);
        assert.notEqual(vault.pseudonym(otherDomain, otherValue), vault.pseudonym(domain, value));
      }
    }),
  );
});

test("moving a character between domain and value changes index, pseudonym and token", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string(), (left, right) => {
      const moved = [left.slice(0, -1), left.slice(-1) + right] as const;
      assert.notEqual(vault.blindIndex(left, right), vault.blindIndex(...moved));
      assert.notEqual(vault.pseudonym(left, right), vault.pseudonym(...moved));
      assert.notEqual(vault.sealToken(left, right), vault.sealToken(...moved));
    }),
  );
});

test("index, pseudonym and token of one value share no bytes", () => {
  const index = Buffer.alloc(8);
  index.writeBigUInt64BE(vault.blindIndex("d", "value"));
  const pseudonym = Buffer.from(vault.pseudonym("d", "value"), "base64url");
  const token = Buffer.from(vault.sealToken("d", "value"), "base64url");
  assert.equal(pseudonym.length, 16);
  assert.equal(pseudonym.subarray(1, 8).equals(index.subarray(1)), false);
  assert.equal(token.subarray(1, 9).equals(pseudonym.subarray(0, 8)), false);
});

test("text with a lone surrogate is refused, since UTF-8 would fold it into another", () => {
  const refused = { code: "invalid-request" };
  assert.throws(() => vault.blindIndex("d", "\ud800"), refused);
  assert.throws(() => vault.sealToken("d", "\udfff"), refused);
});
