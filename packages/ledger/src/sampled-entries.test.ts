import assert from "node:assert/strict";
import { test } from "node:test";
import type { AuditEntry } from "@ward/core";
import { makeEntry } from "./fixtures.ts";
import { sampleEntries } from "./sampled-entries.ts";

function setUp(fails = false) {
  const written: AuditEntry[] = [];
  let now = 0;
  const record = async (entries: readonly AuditEntry[]): Promise<void> => {
    if (fails) throw new Error("the ledger is away");
    written.push(...entries);
  };
  const sampled = sampleEntries({ record }, { now: () => new Date(now) });
  return { written, sampled, pass: (ms: number) => (now += ms) };
}

const CHECK = makeEntry(1, { action: "health.check" });

test("of many health checks in a minute, one of each outcome leaves an entry", async () => {
  const { written, sampled, pass } = setUp();
  for (let at = 0; at < 100; at += 1) sampled.note(CHECK);
  sampled.note({ ...CHECK, outcome: "failure" });
  await sampled.settled();
  assert.deepEqual(
    written.map(({ outcome }) => outcome),
    ["success", "failure"],
  );
  pass(60_000);
  sampled.note(CHECK);
  await sampled.settled();
  assert.equal(written.length, 3);
});

test("an entry that cannot be written is dropped, and nobody hears of it", async () => {
  const { sampled, written } = setUp(true);
  sampled.note(CHECK);
  await sampled.settled();
  assert.equal(written.length, 0);
});

test("an act of the required class is not taken", () => {
  const { sampled } = setUp();
  assert.throws(() => sampled.note(makeEntry(1)), /never sampled/);
});
