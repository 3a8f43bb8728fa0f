import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fakePlatform, VERIFIER_KEY, ward } from "./testing/fake-platform.ts";

describe("ward ledger hold", () => {
  it("is added from a time on, listed and released", async () => {
    const platform = fakePlatform();
    const added = await ward(["ledger", "hold", "add", "case-17", "--since", "2025-01-01T00:00:00Z"], { platform });
    assert.equal(added.exitCode, 0);
    assert.ok(platform.asked.includes("hold case-17 2025-01-01T00:00:00.000Z"));
    const listed = await ward(["ledger", "hold", "list"], { platform });
    assert.match(listed.stdout, /case-17 +5 /);
    const released = await ward(["ledger", "hold", "release", "case-17"], { platform });
    assert.deepEqual([released.exitCode, released.stdout.trim()], [0, "Released."]);
  });

  it("that is not there can't be released", async () => {
    const { exitCode, stderr } = await ward(["ledger", "hold", "release", "case-18"], { platform: fakePlatform() });
    assert.equal(exitCode, 2);
    assert.match(stderr, /no hold of this name/);
  });
});

describe("ward ledger prune", () => {
  it("says how many entries went, where the log begins, and what stood against more", async () => {
    const platform = fakePlatform();
    const pruned = await ward(["ledger", "prune", "--years", "8"], { platform });
    assert.equal(pruned.exitCode, 0);
    assert.match(pruned.stdout, /Pruned +512 entries\nThe log begins with entry 768; a legal hold keeps the rest/);
    assert.ok(platform.asked.includes('prune {"isTrial":false,"years":8}'));
    await ward(["ledger", "prune", "--dry-run"], { platform });
    assert.ok(platform.asked.includes('prune {"isTrial":true}'));
  });

  it("keeps no less than seven years", async () => {
    const platform = fakePlatform();
    for (const years of ["6", "0", "-1", "7.5", "x"]) {
      assert.notEqual((await ward(["ledger", "prune", "--years", years], { platform })).exitCode, 0, years);
    }
    assert.deepEqual(platform.asked, []);
  });
});

describe("ward ledger rotate-key", () => {
  it("prints the next key, and ends the former on request", async () => {
    const begun = await ward(["ledger", "rotate-key"]);
    assert.equal(begun.exitCode, 0);
    assert.ok(begun.stdout.includes(VERIFIER_KEY));
    const ended = await ward(["ledger", "rotate-key", "--finish"]);
    assert.match(ended.stdout, /destroyed/);
    const none = await ward(["ledger", "rotate-key", "--finish"], { platform: fakePlatform({ keyChange: false }) });
    assert.equal(none.exitCode, 2);
  });
});
