import assert from "node:assert/strict";
import { createHmac, createSecretKey, randomBytes } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { encodeFields } from "./canonical-fields.ts";
import { createMac } from "./mac.ts";

test("a MAC over fields is HMAC-SHA256 over their encoding, whatever their length", () => {
  const field = fc.string({ unit: "grapheme", maxLength: 300 });
  const long = fc.tuple(field, fc.nat(3_000)).map(([text, length]) => text.padEnd(length, "é"));
  fc.assert(
    fc.property(
      fc.array(fc.oneof(field, long), { maxLength: 4 }),
      fc.uint8Array({ maxLength: 64 }),
      (fields, bytes) => {
        const expected = createHmac("sha256", bytes)
          .update(encodeFields(...fields))
          .digest("hex");
        assert.equal(createMac(bytes).hex(...fields), expected);
      },
    ),
  );
  const key = randomBytes(32);
  assert.equal(createMac(createSecretKey(key)).hex("a", "b"), createMac(key).hex("a", "b"));
});

test("one MAC leaves nothing behind for the next", () => {
  const [one, two] = [createMac(randomBytes(32)), createMac(randomBytes(32))];
  const first = one.hex("short");
  two.hex("x".repeat(10_000));
  two.hex("longer than the other one");
  assert.equal(one.hex("short"), first);
  assert.throws(() => one.hex("lone \ud800"), { code: "invalid-request" });
  assert.equal(one.hex("short"), first);
});
