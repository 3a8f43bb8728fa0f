import assert from "node:assert/strict";
import { createHmac, createSecretKey, randomBytes } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { encodeFields } from "./canonical-fields.ts";
import { createMac } from "./mac.ts";

const hexOf = (text: string): string => Buffer.from(text, "latin1").toString("hex");

test("a MAC is HMAC-SHA256 over the encoding of domain and value, whatever their length", () => {
  const field = fc.string({ unit: "grapheme", maxLength: 300 });
  const long = fc.tuple(field, fc.nat(3_000)).map(([text, length]) => text.padEnd(length, "é"));
  const text = fc.oneof(field, long);
  fc.assert(
    fc.property(text, text, fc.uint8Array({ maxLength: 64 }), (domain, value, bytes) => {
      const expected = createHmac("sha256", bytes).update(encodeFields(domain, value)).digest("hex");
      assert.equal(hexOf(createMac(bytes)(domain, value)), expected);
    }),
  );
  const key = randomBytes(32);
  assert.equal(createMac(createSecretKey(key))("a", "b"), createMac(key)("a", "b"));
});

test("one MAC leaves nothing behind for the next", () => {
  const key = randomBytes(32);
  const createMacAgain = () => createMac(key);
  const [one, two] = [createMacAgain(), createMac(randomBytes(32))];
  const first = one("d", "short");
  two("d", "x".repeat(10_000));
  two("d", "longer than the other one");
  assert.equal(one("d", "short"), first);
  assert.throws(() => one("d", "lone \ud800"), { code: "invalid-request" });
  assert.equal(one("d", "short"), first);
  assert.throws(() => one("lone \ud800", "short"), { code: "invalid-request" });
  assert.equal(one("d", "short"), first);
  assert.notEqual(one("longer", "short"), one("d", "short"));
  assert.equal(one("d".repeat(5_000), "short"), createMacAgain()("d".repeat(5_000), "short"));
  assert.equal(one("d", "short"), first);
});
