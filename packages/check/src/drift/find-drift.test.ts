import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { promisify } from "node:util";
import { runCheck, type RunOptions } from "../run-check.ts";

const TEMPLATE = `Resources:
  Results:
    Type: AWS::SQS::Queue
    Properties: { QueueName: results, KmsMasterKeyId: alias/phi, VisibilityTimeout: 60 }
`;
const LIVE = JSON.stringify({
  Attributes: { QueueArn: "arn:aws:sqs:eu-central-1:111122223333:results", VisibilityTimeout: "30" },
});
const CHANGED = "deployed-resource-matches-its-template";
const made: string[] = [];
after(() => made.forEach((folder) => rmSync(folder, { recursive: true })));

function folder(files: Readonly<Record<string, string>>): string {
  const home = mkdtempSync(join(tmpdir(), "ward-drift-"));
  made.push(home);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
  }
  return home;
}

async function run(cwd: string, more: Partial<RunOptions> = {}) {
  return await runCheck({
    targets: ["template.yaml"],
    cwd,
    now: new Date("2026-03-01T00:00:00Z"),
    format: "json",
    failOn: "medium",
    strict: false,
    frameworks: [],
    text: { paint: (_, text) => text, width: 80, verbose: false },
    drift: { plans: [], snapshots: ["live"] },
    ...more,
  });
}

describe("a run of drift", () => {
  it("takes a folder of answers, and judges none of them as a template", async () => {
    const cwd = folder({ "template.yaml": TEMPLATE, "live/queue.json": LIVE, "live/notes.txt": "none" });
    const { report, exitCode } = await run(cwd, { targets: ["."] });
    assert.equal(exitCode, 1);
    assert.deepEqual(
      report.units.map(({ file }) => file),
      ["template.yaml"],
    );
    const [resource] = report.units[0]?.resources ?? [];
    const failed = resource?.findings.filter(({ kind }) => kind === "fail").map(({ rule }) => rule);
    assert.deepEqual(failed?.toSorted(), [CHANGED, CHANGED, "queue-is-encrypted", "queue-uses-customer-key"]);
  });

  it("is silenced by waivers, and does not call those of other rules unused", async () => {
    const waiver = (rule: string) =>
      `  - { rule: ${rule}, resource: Results, reason: being moved, owner: dana@clinic.example, expires: 2026-04-01 }\n`;
    const cwd = folder({
      "template.yaml": TEMPLATE,
      "live/queue.json": LIVE,
      "compliance/waivers.yaml": `waivers:\n${[CHANGED, "queue-is-encrypted", "queue-uses-customer-key", "queue-has-dead-letters"].map(waiver).join("")}`,
    });
    const { report, exitCode } = await run(cwd);
    assert.equal(exitCode, 0);
    assert.ok(report.waivers.every(({ state }) => state === "holds"));
    assert.ok(report.waivers.some(({ rule }) => rule === CHANGED));
    assert.ok(!report.waivers.some(({ rule }) => rule === "queue-has-dead-letters"));
  });

  it("knows what a baseline knows", async () => {
    const cwd = folder({ "template.yaml": TEMPLATE, "live/queue.json": LIVE });
    writeFileSync(join(cwd, "baseline.json"), (await run(cwd)).baseline);
    const { exitCode, report } = await run(cwd, { baselineFile: "baseline.json" });
    assert.deepEqual([exitCode, report.summary.fail], [0, 0]);
    assert.ok(report.summary.known >= 2);
  });

  it("ends with 2 and the place where a snapshot can't be read, and judges the rest", async () => {
    const cwd = folder({ "template.yaml": TEMPLATE, "live/cut.json": LIVE.slice(0, 40), "live/queue.json": LIVE });
    const { report } = await run(cwd);
    assert.deepEqual(
      report.problems.map(({ file, line }) => `${file}:${line}`),
      ["live/cut.json:1"],
    );
    assert.ok(report.summary.fail >= 2);
    const only = await run(folder({ "template.yaml": TEMPLATE, "live/cut.json": LIVE.slice(0, 40) }));
    assert.equal(only.exitCode, 2);
  });

  it("is the same in ward-check", async () => {
    const cwd = folder({ "template.yaml": TEMPLATE, "live/queue.json": LIVE });
    const bin = new URL("../bin/ward-check.ts", import.meta.url).pathname;
    const args = [bin, "drift", "template.yaml", "--live-snapshot", "live", "--fail-on", "critical"];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd });
    assert.match(stdout, /Does not hold: the deployed resource is as its template says/);
  });
});
