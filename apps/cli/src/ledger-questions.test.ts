import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import type { AuditEntry } from "@ward/core";
import { fakePlatform, VERIFIER_KEY, ward } from "./testing/fake-platform.ts";

const TIME = "2026-03-01T12:00:00.000Z";
const ENTRY: AuditEntry = {
  time: TIME,
  principal: "function:notify",
  onBehalfOf: "person:dr-okafor",
  action: "egress.send",
  host: "sms.example.org",
  purpose: "TREAT",
  decision: "deny",
  policies: ["grant:notify:egress.send:sms.example.org"],
  outcome: "refused",
  reason: "phi-detected",
  trace: "ab".repeat(16),
};
const dir = mkdtempSync(join(tmpdir(), "ward-questions-"));
after(() => rmSync(dir, { recursive: true }));

const lines = [{ index: 7, entry: ENTRY }];

describe("ward ledger who-touched", () => {
  it("shows who, for whom and the paths, and asks about the time that was meant", async () => {
    const platform = fakePlatform({
      answer: {
        entries: lines,
        touches: [
          {
            principal: "function:notify",
            onBehalfOf: ["function:lab-result", "service:mllp"],
            actions: ["egress.send"],
            what: ["sms.example.org"],
            purposes: ["TREAT"],
            entries: 1,
            refused: 1,
            first: TIME,
            last: TIME,
          },
        ],
        paths: [
          {
            trace: ENTRY.trace,
            time: TIME,
            steps: [
              {
                kind: "egress",
                text: "notify: egress.send sms.example.org",
                count: 2,
                indexes: [7, 8],
                outcome: "refused",
              },
            ],
          },
        ],
      },
    });
    const { exitCode, stdout } = await ward(["ledger", "who-touched", "4711", "--since", "30d"], { platform });
    assert.equal(exitCode, 0);
    assert.match(stdout, /function:notify +function:lab-result for service:mllp +egress\.send +sms\.example\.org/);
    assert.match(stdout, /notify: egress\.send sms\.example\.org \(2\) \[refused\]/);
    const asked = JSON.parse(platform.asked[1] ?? "{}") as Record<string, string>;
    assert.deepEqual(asked, { kind: "who-touched", patient: "4711", since: "2026-01-31T12:00:00.000Z" });
  });

  it("takes the patient from stdin, so that an MRN need not stand on the command line", async () => {
    const platform = fakePlatform();
    await ward(["ledger", "who-touched", "-"], { platform, stdin: "4711\n" });
    assert.match(platform.asked[1] ?? "", /"patient":"4711"/);
    assert.equal((await ward(["ledger", "who-touched", "-"], { stdin: " " })).exitCode, 2);
  });

  it("writes the proven answer for its owner's eyes, and says how to check it", async () => {
    const out = join(dir, "answer.json");
    const { stderr } = await ward(["ledger", "who-touched", "4711", "--out", out]);
    assert.equal(readFileSync(out, "utf8"), "the proven answer");
    assert.equal(statSync(out).mode & 0o777, 0o600);
    assert.ok(stderr.includes(`check-proof ${out} --key ${VERIFIER_KEY}`));
  });
});

describe("ward ledger accounting", () => {
  const disclosure = {
    first: TIME,
    last: TIME,
    count: 1,
    recipient: "registry.example.org",
    description: "Condition (code)",
    purpose: "PUBHLTH",
    purposeText: "public health",
    indexes: [7],
  } as const;
  const exempt = { ...disclosure, recipient: "lab.example.org", exemption: "treatment, 164.528(a)(1)(i)" };
  const answer = { question: { kind: "accounting", subject: "tag" }, disclosures: [disclosure, exempt] } as const;

  it("prints six years of what must be accounted for, and counts the rest", async () => {
    const platform = fakePlatform({ answer });
    const { stdout } = await ward(["ledger", "accounting", "4711"], { platform });
    assert.match(stdout, /Recipient +registry\.example\.org/);
    assert.doesNotMatch(stdout, /lab\.example\.org/);
    assert.match(stdout, /Not listed: 1 for treatment/);
    assert.match(platform.asked[1] ?? "", /"since":"2020-03-02T12:00:00.000Z","until":"2026-03-02T12:00:00.000Z"/);
  });

  it("lists all when asked, and writes a page to print", async () => {
    const html = join(dir, "page.html");
    const platform = fakePlatform({ answer });
    await ward(["ledger", "accounting", "4711", "--all", "--html", html], { platform });
    assert.match(readFileSync(html, "utf8"), /lab\.example\.org.*exempt: treatment/s);
  });
});

describe("ward ledger what-did, why, refused, changes", () => {
  it("shows entries with the reason of a refusal", async () => {
    const platform = fakePlatform({ answer: { entries: lines } });
    for (const argv of [["what-did", "function:notify"], ["refused"], ["why", "7"]]) {
      const { exitCode, stdout } = await ward(["ledger", ...argv], { platform });
      assert.equal(exitCode, 0);
      assert.match(stdout, /7 .*egress\.send +sms\.example\.org +TREAT +refused: phi-detected/);
    }
    const { stdout } = await ward(["ledger", "why", "7"], { platform });
    assert.match(stdout, /^policies +grant:notify:egress\.send:sms\.example\.org$/m);
    assert.match(stdout, /> 7/);
  });

  it("shows changes with name and digest", async () => {
    const entry: AuditEntry = {
      ...ENTRY,
      action: "config.policy",
      item: "policies/a.cedar",
      digest: `sha256:${"1f".repeat(32)}`,
    };
    const { digest: _, ...removed } = entry;
    const platform = fakePlatform({
      answer: {
        entries: [
          { index: 1, entry },
          { index: 2, entry: removed },
        ],
      },
    });
    const { stdout } = await ward(["ledger", "changes"], { platform });
    assert.match(stdout, /1 .*config\.policy +policies\/a\.cedar +1f1f1f1f1f1f +function:notify/);
    assert.match(stdout, /2 .*policies\/a\.cedar +removed/);
  });

  it("gives everything as JSON", async () => {
    const { stdout } = await ward(["ledger", "refused", "--json"], {
      platform: fakePlatform({ answer: { entries: lines } }),
    });
    assert.deepEqual((JSON.parse(stdout) as { entries: unknown }).entries, lines);
  });

  it("refuses a principal without its kind, an index that is none, a time that is none", async () => {
    for (const argv of [
      ["what-did", "dr-okafor"],
      ["why", "seven"],
      ["refused", "--since", "yesterday"],
      ["refused", "--since", "2026-13-01"],
      ["export", "--format", "xml"],
    ]) {
      const { exitCode, stdout } = await ward(["ledger", ...argv]);
      assert.equal(exitCode, 2, argv.join(" "));
      assert.equal(stdout, "");
    }
  });
});

describe("ward ledger export", () => {
  it("writes lines to stdout or a file, and says where to go on", async () => {
    const platform = fakePlatform({ exported: ['{"a":1}', '{"a":2}'] });
    const { stdout, stderr } = await ward(["ledger", "export", "--format", "jsonl", "--from", "0"], { platform });
    assert.equal(stdout, '{"a":1}\n{"a":2}\n');
    assert.match(stderr, /2 entries\. Go on with --from 2/);
    const out = join(dir, "export.ndjson");
    await ward(["ledger", "export", "--format", "balp", "--since", "2026-01-01T00:00:00Z", "--out", out], { platform });
    assert.equal(readFileSync(out, "utf8"), stdout);
    assert.equal(platform.asked.at(-2), 'balp {"since":"2026-01-01T00:00:00.000Z"}');
  });
});

describe("ward ledger check-proof", () => {
  it("exits 1 for what is not proven and 2 for what can't be read, and needs no state with --key", async () => {
    const file = join(dir, "not-an-answer.json");
    writeFileSync(file, "{}");
    const platform = fakePlatform();
    const { exitCode, stdout } = await ward(["ledger", "check-proof", file, "--key", VERIFIER_KEY], { platform });
    assert.equal(exitCode, 1);
    assert.match(stdout, /NOT proven: not-an-answer/);
    assert.deepEqual(platform.asked, []);
    assert.equal((await ward(["ledger", "check-proof", join(dir, "nothing")])).exitCode, 2);
  });
});
