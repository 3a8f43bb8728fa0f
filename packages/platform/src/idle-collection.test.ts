import assert from "node:assert/strict";
import { test } from "node:test";
import { createIdleCollection } from "./idle-collection.ts";

test("collects once after each busy time, and neither during one nor while nothing happens", () => {
  let cpuMs = 0;
  let collections = 0;
  const look = createIdleCollection({ cpuMs: () => cpuMs, collect: () => (collections += 1) });
  const counts = [10, 4_000, 9_000, 20, 20, 20, 700, 499, 0].map((spent) => {
    cpuMs += spent;
    look();
    return collections;
  });
  assert.deepEqual(counts, [0, 0, 0, 1, 1, 1, 1, 2, 2]);
});

test("what a collection itself costs is no busy time", () => {
  let cpuMs = 0;
  let collections = 0;
  const collect = (): void => {
    cpuMs += 2_000;
    collections += 1;
  };
  const look = createIdleCollection({ cpuMs: () => cpuMs, collect });
  cpuMs += 1_000;
  for (let count = 0; count < 5; count += 1) look();
  assert.equal(collections, 1);
});
