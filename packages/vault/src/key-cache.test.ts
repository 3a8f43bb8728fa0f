import assert from "node:assert/strict";
import { createSecretKey, randomBytes } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { DataKey } from "./data-key.ts";
import { KeyCache } from "./key-cache.ts";

const tenant = "ward.example";
const compartments = Array.from({ length: 40 }, (_, at) => `Patient/${at}` as const);
const keyOf = (compartment: `Patient/${string}`, count = 0) =>
  new DataKey(tenant, compartment, createSecretKey(randomBytes(32)), count);
const secretOf = (key: DataKey | undefined) => key?.dek.export().toString("hex");

test("a key that is known is the one that was set last, whether it stands ready or was put by", () => {
  const step = fc.record({
    what: fc.constantFrom("get", "get", "set", "delete", "drop"),
    compartment: fc.constantFrom(...compartments),
    count: fc.nat(5),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const cache = new KeyCache({ tenant, keysMax: 24, readyMax: 6 });
      const set = new Map<string, DataKey>();
      for (const { what, compartment, count } of steps) {
        if (what === "set") {
          set.set(compartment, keyOf(compartment, count));
          cache.set(set.get(compartment) as DataKey);
        } else if (what === "delete") {
          set.delete(compartment);
          cache.delete(compartment);
        } else if (what === "drop") {
          for (const [name, key] of set) if (key.count < count) set.delete(name);
          cache.dropBefore(count);
        }
        const found = cache.get(compartment);
        if (found === undefined) continue;
        const expected = set.get(compartment);
        assert.equal(secretOf(found), secretOf(expected));
        assert.deepEqual([found.compartment, found.count], [compartment, expected?.count]);
        assert.equal(found.tags.subject, expected?.tags.subject);
      }
    }),
  );
});

test("keys that were used last are known, and no more than so many", () => {
  const cache = new KeyCache({ tenant, keysMax: 20, readyMax: 4 });
  const [first, ...others] = compartments as [`Patient/0`, ...`Patient/${number}`[]];
  const key = keyOf(first);
  cache.set(key);
  for (const other of others.slice(0, 9)) cache.set(keyOf(other));
  assert.notEqual(cache.get(first), key, "no longer ready");
  assert.equal(secretOf(cache.get(first)), secretOf(key), "but known");
  for (const other of others) cache.set(keyOf(other));
  assert.equal(cache.get(first), undefined);
  const known = compartments.filter((compartment) => cache.get(compartment) !== undefined);
  assert.deepEqual(known, compartments.slice(-known.length));
  assert.ok(known.length >= 10 && known.length <= 20, String(known.length));
});

test("a key that is used again and again stays while others come and go", () => {
  const cache = new KeyCache({ tenant, keysMax: 20, readyMax: 4 });
  const [first, ...others] = compartments as [`Patient/0`, ...`Patient/${number}`[]];
  const key = keyOf(first);
  cache.set(key);
  for (let round = 0; round < 5; round++) {
    for (const other of others) {
      cache.set(keyOf(other));
      assert.equal(secretOf(cache.get(first)), secretOf(key));
    }
  }
});

test("what was read before a destruction is not known after it, and what was read since is", () => {
  const cache = new KeyCache({ tenant, keysMax: 40, readyMax: 4 });
  compartments.slice(0, 12).forEach((compartment, at) => cache.set(keyOf(compartment, at % 2)));
  cache.dropBefore(1);
  const known = compartments.slice(0, 12).map((compartment) => cache.get(compartment)?.count);
  assert.deepEqual(
    known,
    Array.from({ length: 12 }, (_, at) => (at % 2 === 1 ? 1 : undefined)),
  );
});
