/** What lies in databases and ledgers: each value was made once and must be found, or open, for ever. */
import assert from "node:assert/strict";
import { createSecretKey, type KeyObject } from "node:crypto";
import { test } from "node:test";
import { encodeFields } from "./canonical-fields.ts";
import { DataKey } from "./data-key.ts";
import { openEnvelope } from "./envelope.ts";
import { createMac } from "./mac.ts";
import { RecordBinding } from "./record-binding.ts";
import { openShortTexts } from "./short-texts.ts";
import type { TenantKeys } from "./tenant-keys.ts";
import { blindIndexOf, openTokenOf, pseudonymOf, sealTokenOf } from "./tokens.ts";

const keyOf = (byte: number): KeyObject => createSecretKey(Buffer.alloc(32, byte));
const keys = {
  blindIndex: createMac(keyOf(1)),
  pseudonym: createMac(keyOf(2)),
  tokenMac: createMac(keyOf(3)),
  tokenCipher: keyOf(4),
} as TenantKeys;
const dataKey = new DataKey("test.example", "Patient/1", keyOf(5), 0);

test("blind indexes, pseudonyms and tokens are what they were", () => {
  for (const [domain, value, index, pseudonym, token] of [
    [
      "Patient.identifier",
      "urn:mrn|4711",
      3558630990690867753n,
      "2L0K7BzQnEr5ihCAXKUksw",
      "AYjkZGRrSqUW8VTgh9wzs1o3b0t53Od2NZJpST8",
    ],
    ["d", "", 1887978463280821813n, "P8upabZD_FjfyetwYe6-tA", "AWQaeKHxjwkifACJknu0iZE"],
    [
      "Patient.name",
      "muñoz 山田 🩺",
      5830272266491456848n,
      "MOy4kjMAr-g8mbZRYETAFQ",
      "AdelqoM8KWribH0xEa0zCjzX3O3Tyce92NG--ReUt5d8suc",
    ],
  ] as const) {
    assert.equal(blindIndexOf(keys, domain, value), index);
    assert.equal(pseudonymOf(keys, domain, value), pseudonym);
    assert.equal(sealTokenOf(keys, domain, value), token);
    assert.equal(openTokenOf(keys, domain, token), value);
  }
  assert.equal(blindIndexOf(keys, "x", "long ".repeat(1_000)), 3481150413059640167n);
});

test("a patient's tags are what they were", () => {
  assert.equal(dataKey.tags.subject, "UGyqQ4ZuwBHOKnZB2LLUUQ");
  assert.equal(dataKey.tags.record("Observation/1"), "xePhpVu8jNgY_DHz7UysAw");
});

test("a sealed record opens under its binding", () => {
  const sealed = Buffer.from(
    "015e3347a975db091217c6b746d0abe346b6aebe2d91e14eed01bb8a5a1d7ffdce8c753c65591b2c157e7fd41d4d",
    "hex",
  );
  const binding = new RecordBinding("test.example");
  const bound = binding.of("Patient/1", { use: "fhir", type: "Observation", id: "1", version: 1 });
  assert.equal(openEnvelope(dataKey.dek, bound, sealed)?.toString(), "Sealed before ✓");
});

test("a short text opens under the key that is drawn for it", () => {
  const sealed = "0297c21d9746b310a5bfa12b6d068b8153df43705178c2e3864811bf26824345ee40d60f52bbee9515594b7b35";
  const bytes = Buffer.from(Buffer.from("bound").toString("hex") + sealed, "hex");
  const place = { boundAt: 0, boundBytes: 5, sealedAt: 5, sealedBytes: bytes.length - 5 };
  for (const count of [1, 20]) {
    const places = Array.from({ length: count }, () => place);
    const opened = openShortTexts(dataKey.shortTexts, { bytes, boundEnd: Buffer.alloc(0), places });
    assert.deepEqual(new Set(opened), new Set(["A short text ✓"]));
  }
});

test("what a record is bound to is the encoding of its names, in whatever order records come and however long they are", () => {
  const binding = new RecordBinding("test.example");
  const texts = ["Observation", "é".repeat(200), "x".repeat(1_000), "y".repeat(3_000)];
  for (let turn = 0; turn < 200; turn++) {
    const pick = (at: number): string => texts[(turn * 7 + at * (turn % 5)) % texts.length] as string;
    const [compartment, context] = [
      `Patient/${pick(1)}` as const,
      { use: pick(2), type: pick(3), id: pick(4), version: turn },
    ];
    const { use, type, id } = context;
    const expected = encodeFields("record", "test.example", compartment, use, type, id, String(turn));
    for (const again of [binding.of(compartment, context), binding.of(compartment, context)]) {
      assert.ok(again.equals(expected));
    }
  }
  assert.throws(() => binding.of("Patient/1", { use: "u", type: "t", id: "\ud800", version: 1 }), {
    code: "invalid-request",
  });
});
