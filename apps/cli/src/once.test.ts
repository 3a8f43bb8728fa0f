import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { CHECKPOINT, fakePlatform, ward, type FakeSettings } from "./testing/fake-platform.ts";

const dir = mkdtempSync(join(tmpdir(), "ward-cli-once-"));
before(() => {
  const none = { Patient: 0, DiagnosticReport: 0 };
  writeFileSync(join(dir, "02-refused.hl7"), "MSH|");
  writeFileSync(join(dir, "01-panel.hl7"), "MSH|");
  writeFileSync(
    join(dir, "expected.json"),
    JSON.stringify({
      "01-panel.hl7": { ack: "AA", resources: { Patient: 1, DiagnosticReport: 1 }, notifications: 1 },
      "02-refused.hl7": { ack: "AR", condition: "200", resources: none, notifications: 0 },
    }),
  );
});
after(() => rmSync(dir, { recursive: true }));

const FILED = { code: "AA", sends: 1, filed: { Patient: 1, DiagnosticReport: 1 } };
const REFUSED = { code: "AR", condition: "200", reason: "Unsupported message type." };

async function once(settings: FakeSettings, ...more: string[]) {
  const platform = fakePlatform(settings);
  const ran = await ward(["start", "--once", "--messages", dir, ...more], { platform, cwd: dir });
  return { ...ran, platform };
}

describe("ward start --once", () => {
  it("prints message, acknowledgement, resources and ledger entries in the order of the files, then the checkpoint", async () => {
    const { exitCode, stdout, platform } = await once({ verdicts: [FILED, REFUSED] });
    assert.equal(exitCode, 0, stdout);
    assert.match(stdout, /^Message +ACK +Resources +Notified +Ledger$/m);
    assert.match(stdout, /^01-panel\.hl7 +AA +1 Patient, 1 DiagnosticReport +1 +7$/m);
    assert.match(stdout, /^02-refused\.hl7 +AR 200 +none: Unsupported message type\. +0 +7$/m);
    assert.match(stdout, /2 messages: 1 accepted, 0 in error, 1 refused\. 2 resources written/);
    assert.match(stdout, /size +42\n +root hash CsUYapGG/);
    assert.match(stdout, /verified: all 42 entries/);
    assert.deepEqual([platform.options[0]!.httpsPort, platform.options[0]!.mllpPort], [0, 0]);
    assert.deepEqual(platform.asked, ["settled", "node closed"]);
  });

  it("shows a message of an earlier run as already filed, and is content", async () => {
    const { exitCode, stdout } = await once({ verdicts: [{ code: "AA", duplicate: true }, REFUSED] });
    assert.equal(exitCode, 0, stdout);
    assert.match(stdout, /^01-panel\.hl7 +AA +already filed/m);
  });

  it("fails on another acknowledgement, condition or number of resources, and names it", async () => {
    const { exitCode, stdout } = await once({
      verdicts: [
        { code: "AE", condition: "207" },
        { code: "AR", condition: "101" },
      ],
    });
    assert.equal(exitCode, 1);
    for (const named of [
      "01-panel.hl7: acknowledgement AE, expected AA",
      "01-panel.hl7: condition 207, expected none",
      "01-panel.hl7: Patient 0, expected 1",
      "01-panel.hl7: notifications 0, expected 1",
      "02-refused.hl7: condition 101, expected 200",
    ]) {
      assert.ok(stdout.includes(named), `${named} in\n${stdout}`);
    }
  });

  it("fails on resources that nobody expected", async () => {
    const filed = { ...FILED.filed, Observation: 3 };
    const { exitCode, stdout } = await once({ verdicts: [{ ...FILED, filed }, REFUSED] });
    assert.equal(exitCode, 1);
    assert.match(stdout, /01-panel\.hl7: Observation 3, expected 0/);
  });

  it("fails where the ledger does not verify, and names the entry", async () => {
    const report = { ok: false, entries: 42, problem: "the leaf hash differs", index: 17 } as const;
    const { exitCode, stdout } = await once({ verdicts: [FILED, REFUSED], report });
    assert.equal(exitCode, 1);
    assert.match(stdout, /NOT verified at entry 17: the leaf hash differs/);
  });

  it("prints one JSON document with --json", async () => {
    const { exitCode, stdout } = await once({ verdicts: [FILED, REFUSED] }, "--json");
    assert.equal(exitCode, 0);
    const told = JSON.parse(stdout) as { messages: { file: string; entries: number }[]; ledger: object; ok: boolean };
    assert.deepEqual(
      told.messages.map(({ file, entries }) => [file, entries]),
      [
        ["01-panel.hl7", 7],
        ["02-refused.hl7", 7],
      ],
    );
    assert.deepEqual(told.ledger, {
      ok: true,
      entries: 42,
      checkpoint: CHECKPOINT,
      origin: "ward.local",
      size: 42,
      rootHash: "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
    });
    assert.equal(told.ok, true);
  });

  it("starts nothing where the folder holds no message", async () => {
    const platform = fakePlatform();
    const { exitCode, stderr } = await ward(["start", "--once", "--messages", "nothing-here"], { platform, cwd: dir });
    assert.equal(exitCode, 2);
    assert.match(stderr, /^ward: There is no folder .*nothing-here\. Pass --messages/);
    assert.deepEqual(platform.options, []);
  });
});
