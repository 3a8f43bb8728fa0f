import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { EventLine } from "@ward/platform";
import { fakePlatform, ward } from "./testing/fake-platform.ts";

const EVENTS: readonly EventLine[] = [
  event({ id: "ev-2", since: "2026-03-02T12:00:00Z" }),
  event({ id: "ev-1", since: "2026-03-01T12:00:00Z", kind: "delivery", state: "failed" }),
  event({ id: "ev-0", since: "2026-02-01T12:00:00Z", state: "resolved" }),
];

function event(some: Partial<EventLine>): EventLine {
  const since = "2026-03-02T12:00:00Z";
  return {
    id: "ev",
    kind: "message",
    function: "lab-result",
    reason: "101",
    since,
    attempts: 1,
    state: "quarantined",
    ...some,
  };
}

describe("ward ledger verify", () => {
  it("prints the checkpoint and exits 0 when all is well", async () => {
    const { exitCode, stdout, stderr } = await ward(["ledger", "verify"]);
    assert.equal(exitCode, 0);
    assert.match(stdout, /Entries +42\nCheckpoint +ward\.local\n +size +42\n +root hash CsUY[^\n]*\nverified\n$/);
    assert.equal(stderr, "");
  });

  it("names the first wrong entry and exits 1", async () => {
    const report = { ok: false, entries: 9, problem: "the hash of an entry differs", index: 3 } as const;
    const { exitCode, stdout } = await ward(["ledger", "verify"], { platform: fakePlatform({ report }) });
    assert.equal(exitCode, 1);
    assert.match(stdout, /NOT verified: the hash of an entry differs\. The first wrong entry is 3\./);
  });

  it("tells scripts apart by the exit status what is wrong, and says which published object", async () => {
    const report = {
      ok: false,
      entries: 9,
      problem: "published-altered",
      index: 3,
      path: "tile/0/000",
      exitStatus: 17,
    } as const;
    const { exitCode, stdout } = await ward(["ledger", "verify"], { platform: fakePlatform({ report }) });
    assert.equal(exitCode, 17);
    assert.match(stdout, /Look at tile\/0\/000 in the place it was published to\./);
  });

  it("shows a bar on a terminal only, and clears it", async () => {
    const { stderr } = await ward(["ledger", "verify"], { isTTY: true, columns: 80 });
    assert.match(stderr, /Verifying \[#{15}\.{15}\] 50 % of 42/);
    assert.ok(stderr.endsWith("\r\x1b[K"));
  });

  it("closes the state and exits 2 where it could not run", async () => {
    const platform = fakePlatform();
    const failing = {
      ...platform,
      openState: async () => Promise.reject(Object.assign(new Error("x"), { code: "ENOSPC" })),
    };
    const { exitCode, stderr } = await ward(["ledger", "verify"], { platform: failing });
    assert.equal(exitCode, 2);
    assert.match(stderr, /^ward: The disk is full\. Free some space/);
  });
});

describe("ward events", () => {
  it("lists what waits with local times, and exact ones in JSON", async () => {
    const platform = fakePlatform({ events: EVENTS });
    const { stdout } = await ward(["events", "list"], { platform });
    assert.match(stdout, /^Id +Kind +Function +State +Tries +Since +Reason$/m);
    assert.match(stdout, /^ev-1 +delivery +lab-result +failed +1 +2026-0\d-\d\d \d\d:\d\d:00 [+-]\d\d:\d\d +101$/m);
    const { stdout: json } = await ward(["events", "list", "--json"], { platform });
    assert.deepEqual(JSON.parse(json), EVENTS);
  });

  it("replays all that waits, oldest first, and goes on after a failure", async () => {
    const platform = fakePlatform({ events: EVENTS, replayFails: ["ev-1"] });
    const { exitCode } = await ward(["events", "replay", "--all"], { platform });
    assert.equal(exitCode, 1);
    assert.deepEqual(platform.asked.slice(1), ["replay ev-1", "replay ev-2", "state closed"]);
  });

  it("wants either an id or --all", async () => {
    for (const argv of [
      ["events", "replay"],
      ["events", "replay", "ev-1", "--all"],
    ]) {
      const { exitCode, stderr } = await ward(argv);
      assert.equal(exitCode, 2);
      assert.match(stderr, /Name one event, or pass --all/);
    }
  });
});

describe("ward functions list", () => {
  it("shows each function with a short release", async () => {
    const { stdout } = await ward(["functions", "list"]);
    assert.match(stdout, /^lab-result +ORU\^R01 +aaaaaaaaaaaa +1 +12 +0$/m);
  });
});

describe("ward token", () => {
  it("prints the token alone on stdout", async () => {
    const platform = fakePlatform();
    const argv = ["token", "--person", "dr-okafor", "--role", "clinician", "--role", "auditor", "--purpose", "ETREAT"];
    const { stdout, stderr } = await ward(argv, { platform });
    assert.equal(stdout, "the-token\n");
    assert.match(stderr, /^For person:dr-okafor, purpose ETREAT, until 2026-/);
    assert.equal(
      platform.asked[1],
      'token {"kind":"person","id":"dr-okafor","roles":["clinician","auditor"]} ETREAT 60',
    );
  });

  it("refuses what makes no principal", async () => {
    for (const argv of [
      ["token"],
      ["token", "--person", "a"],
      ["token", "--person", "a", "--service", "b", "--role", "c"],
      ["token", "--service", "b", "--role", "c"],
      ["token", "--service", "b", "--purpose", "FUN"],
      ["token", "--service", "b", "--minutes", "1441"],
    ]) {
      const { exitCode, stdout, stderr } = await ward(argv);
      assert.equal(exitCode, 2, argv.join(" "));
      assert.equal(stdout, "");
      assert.equal(stderr.trim().split("\n").length, 1);
    }
  });
});

describe("ward secrets put", () => {
  it("takes the value from stdin and shows it nowhere", async () => {
    const platform = fakePlatform();
    const { exitCode, stdout, stderr } = await ward(["secrets", "put", "sms-key"], { platform, stdin: "hunter2\n" });
    assert.equal(exitCode, 0);
    assert.ok(!`${stdout}${stderr}`.includes("hunter2"));
    assert.deepEqual(platform.asked.slice(1), ["secret sms-key", "state closed"]);
    assert.equal((await ward(["secrets", "put", "sms-key"])).exitCode, 2);
  });
});

describe("ward doctor", () => {
  it("exits 1 where something is missing, and says what to do", async () => {
    const { exitCode, stdout } = await ward(["doctor"]);
    assert.equal(exitCode, 1);
    assert.match(stdout, /^confinement +missing +no user namespaces: allow them$/m);
    assert.match(stdout, /1 missing: a node can't start here/);
  });
});
