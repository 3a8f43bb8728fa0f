import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fakePlatform, ward } from "./testing/fake-platform.ts";

describe("ward ledger witness", () => {
  it("says where it listens and by which key, and ends when it is interrupted", async () => {
    const platform = fakePlatform();
    const { exitCode, stdout } = await ward(["ledger", "witness", "--name", "w.example/1", "--log", "a+b+c", "d+e+f"], {
      platform,
      onListening: (interrupt) => setImmediate(() => interrupt()),
    });
    assert.equal(exitCode, 0);
    assert.equal(stdout, "Listening   http://127.0.0.1:8095/\nKey         w.example/1+12345678+BA==\n");
    assert.deepEqual(platform.asked, ["witness w.example/1 of a+b+c d+e+f", "witness closed"]);
  });

  it("starts for nobody in particular in no case", async () => {
    const { exitCode, stderr } = await ward(["ledger", "witness", "--name", "w.example/1"]);
    assert.equal(exitCode, 2);
    assert.match(stderr, /--log/);
  });
});
