import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
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

test("the young generation stays small, however much is made and kept for a while", async () => {
  const program = `
    import { getHeapSpaceStatistics } from "node:v8";
    import { collectWhenIdle } from "${new URL("idle-collection.ts", import.meta.url).href}";
    const end = collectWhenIdle();
    let kept = [];
    for (let turn = 0; turn < 300; turn += 1) {
      for (let count = 0; count < 20_000; count += 1) kept.push({ turn, count: [count] });
      if (turn % 8 === 7) kept = [];
      await new Promise((wake) => setImmediate(wake));
    }
    console.log(getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space").space_size);
    end();`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program]);
  const megabytes = Number(stdout) / (1024 * 1024);
  // V8 by itself lets it grow to 128 MB here.
  assert.ok(megabytes >= 8 && megabytes <= 64, `${megabytes} MB`);
});
