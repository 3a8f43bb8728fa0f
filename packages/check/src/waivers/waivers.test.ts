import assert from "node:assert/strict";
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { CheckUsageError, runCheck, type RunOptions, type RunOutcome } from "../run-check.ts";

const folder = mkdtempSync(join(tmpdir(), "ward-check-"));
after(() => rmSync(folder, { recursive: true }));

const BUCKET = "Resources:\n  Uploads:\n    Type: AWS::S3::Bucket\n";
const DENIES = "bucket-denies-plain-http";

async function run(files: Readonly<Record<string, string>>, options: Partial<RunOptions> = {}): Promise<RunOutcome> {
  const cwd = mkdtempSync(join(folder, "case-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(cwd, name, ".."), { recursive: true });
    writeFileSync(join(cwd, name), text);
  }
  return await runCheck({
    targets: ["."],
    cwd,
    format: "json",
    failOn: "low",
    strict: false,
    frameworks: ["hipaa-security"],
    now: new Date("2026-06-01T12:00:00Z"),
    text: { paint: (_, text) => text, width: 100, verbose: false },
    ...options,
  });
}

function stateOf({ report }: RunOutcome, rule: string): string | undefined {
  const findings = report.units.flatMap(({ resources }) => resources.flatMap((resource) => resource.findings));
  return findings.find((finding) => finding.rule === rule && finding.kind === "fail")?.state;
}

function register(more: string): string {
  return `waivers:\n  - { rule: ${DENIES}, resource: Up*, reason: internal only, owner: dana, ${more} }\n`;
}

describe("waivers", () => {
  it("silence what they name until their last day, and not a day longer", async () => {
    const held = await run({ "t.yaml": BUCKET, "compliance/waivers.yaml": register("expires: 2026-06-01") });
    assert.equal(stateOf(held, DENIES), "waived");
    const spent = await run(
      { "t.yaml": BUCKET, "compliance/waivers.yaml": register("expires: 2026-05-31") },
      { failOn: "critical" },
    );
    assert.equal(stateOf(spent, DENIES), "open");
    assert.equal(spent.report.waivers[0]?.state, "expired");
    assert.equal(spent.exitCode, 1);
  });

  it("are none without reason, owner and day, and that is said", async () => {
    for (const [missing, text] of [
      ["reason", `waivers: [{ rule: ${DENIES}, owner: dana, expires: 2027-01-01 }]`],
      ["owner", `waivers: [{ rule: ${DENIES}, reason: r, expires: 2027-01-01 }]`],
      ["expires", `waivers: [{ rule: ${DENIES}, reason: r, owner: dana, expires: never }]`],
    ] as const) {
      const outcome = await run({ "t.yaml": BUCKET, "compliance/waivers.yaml": text });
      assert.equal(stateOf(outcome, DENIES), "open", missing);
      assert.match(outcome.report.problems[0]?.message ?? "", new RegExp(missing));
      assert.match(outcome.report.problems[0]?.file ?? "", /waivers\.yaml/);
    }
  });

  it("stand in comments above a resource, in it, and in its metadata", async () => {
    const written = `ward:allow ${DENIES} reason="copies only" owner=dana expires=2027-01-01`;
    const inputs = [
      `Resources:\n  # ${written}\n  Uploads:\n    Type: AWS::S3::Bucket\n`,
      `Resources:\n  Uploads:\n    # ${written}\n    Type: AWS::S3::Bucket\n`,
      `Resources:\n  Uploads:\n    Type: AWS::S3::Bucket\n    Metadata: { ward: { allow: [{ rule: ${DENIES}, reason: r, owner: dana, expires: "2027-01-01" }] } }\n`,
    ];
    for (const text of inputs) assert.equal(stateOf(await run({ "t.yaml": text }), DENIES), "waived", text);
    const other = `${inputs[0] ?? ""}  Other:\n    Type: AWS::S3::Bucket\n`;
    const { report } = await run({ "t.yaml": other });
    assert.equal(report.summary.waived, 1);
  });

  it("silence nothing that can't be waived", async () => {
    const text = `Resources:\n  # ward:allow bucket-acl-is-not-public reason=r owner=dana expires=2027-01-01\n  Uploads:\n    Type: AWS::S3::Bucket\n    Properties: { AccessControl: PublicRead }\n`;
    const outcome = await run({ "t.yaml": text }, { failOn: "critical" });
    assert.equal(stateOf(outcome, "bucket-acl-is-not-public"), "open");
    assert.equal(outcome.report.waivers[0]?.state, "refused");
  });
});

describe("a baseline", () => {
  it("knows what was there, whatever line it moved to, and nothing beside", async () => {
    const before = await run({ "t.yaml": BUCKET });
    assert.equal(before.exitCode, 1);
    const files = { "base.json": before.baseline, "t.yaml": `# moved\n\n${BUCKET}` };
    const adopted = await run(files, { baselineFile: "base.json" });
    assert.equal(adopted.exitCode, 0);
    assert.equal(stateOf(adopted, DENIES), "known");
    const added = await run(
      { ...files, "t.yaml": `${BUCKET}  Added:\n    Type: AWS::S3::Bucket\n` },
      { baselineFile: "base.json" },
    );
    assert.equal(added.exitCode, 1);
  });
});

describe("a run", () => {
  it("ends with 0, 1 or 2 as what it found demands", async () => {
    assert.equal((await run({ "t.yaml": BUCKET }, { failOn: "never" })).exitCode, 0);
    assert.equal((await run({ "t.yaml": BUCKET }, { failOn: "critical" })).exitCode, 0);
    assert.equal((await run({ "t.yaml": BUCKET }, { failOn: "high" })).exitCode, 1);
    const broken = await run(
      { "t.yaml": BUCKET, "u.yaml": "Resources:\n  A: {Type: AWS::S3::Bucket\n" },
      { failOn: "never" },
    );
    assert.equal(broken.exitCode, 2);
    assert.equal(broken.report.problems[0]?.file, "u.yaml");
    assert.ok(broken.report.units.length > 0);
    await assert.rejects(run({ "a.txt": "x" }), CheckUsageError);
  });

  it("fails on what is undecided where it is told to", async () => {
    const text =
      "Parameters: { Key: { Type: String } }\nResources:\n  Q: { Type: AWS::SQS::Queue, Properties: { KmsMasterKeyId: !Ref Key } }\n";
    assert.equal((await run({ "t.yaml": text }, { failOn: "critical" })).exitCode, 0);
    assert.equal((await run({ "t.yaml": text }, { failOn: "critical", strict: true })).exitCode, 1);
  });

  it("reads nothing outside of what it was given", async () => {
    writeFileSync(join(folder, "outside.yaml"), "Resources: { Secret: { Type: AWS::S3::Bucket } }\n");
    const text =
      "Resources:\n  Child: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: ../outside.yaml } }\n";
    const { report } = await run({ "t.yaml": text }, { failOn: "never" });
    assert.equal(
      report.units.flatMap(({ resources }) => resources).some(({ id }) => id.includes("Secret")),
      false,
    );
    assert.match(report.problems[0]?.message ?? "", /can't be read/);
  });
});
