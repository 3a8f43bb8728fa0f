import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { ward } from "./testing/fake-platform.ts";

const root = mkdtempSync(join(tmpdir(), "ward-check-"));
after(() => rmSync(root, { recursive: true }));

/** A queue with failures of every severity below critical, and one more where `KeyArn` is left open. */
const TEMPLATE = `Parameters:
  KeyArn: { Type: String }
Resources:
  Inbox:
    Type: AWS::SQS::Queue
  Results:
    Type: AWS::SQS::Queue
    Properties: { KmsMasterKeyId: !Ref KeyArn }
`;
const ENCRYPTED = "queue-is-encrypted";
const WAIVER = `reason="holds no PHI" owner=dana@clinic.example expires=`;

let made = 0;
/** A repository with these files. */
function repository(files: Readonly<Record<string, string>>): string {
  const cwd = join(root, String(made++));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, file)), { recursive: true });
    writeFileSync(join(cwd, file), text);
  }
  return cwd;
}

/** Runs in a repository on 2026-03-02. */
async function check(files: Readonly<Record<string, string>>, ...argv: readonly string[]) {
  return await ward(["check", ...argv], { cwd: repository(files) });
}

interface Line {
  readonly rule: string;
  readonly resource: string;
  readonly kind: string;
  readonly state: string;
}

async function findings(files: Readonly<Record<string, string>>, ...argv: readonly string[]) {
  const { stdout, exitCode } = await check(files, ...argv, "--json");
  const report = JSON.parse(stdout) as {
    readonly units: readonly { readonly resources: readonly { name: string; findings: readonly Line[] }[] }[];
    readonly waivers: readonly { readonly rule: string; readonly state: string; readonly source: string }[];
    readonly outcome: { readonly reasons: readonly string[] };
    readonly frameworks: readonly { readonly id: string }[];
  };
  const all = report.units.flatMap(({ resources }) =>
    resources.flatMap(({ name, findings: own }) => own.map((one) => ({ ...one, resource: name }))),
  );
  const of = (rule: string, resource: string) => all.find((one) => one.rule === rule && one.resource === resource);
  return { report, of, exitCode };
}

describe("ward check", () => {
  it("ends with 1 on a finding at or above --fail-on, with 0 on none, and says which", async () => {
    for (const [failOn, exitCode] of [
      ["low", 1],
      ["medium", 1],
      ["high", 1],
      ["critical", 0],
      ["never", 0],
    ] as const) {
      const { exitCode: ended, stdout } = await check({ "template.yaml": TEMPLATE }, "--fail-on", failOn);
      assert.equal(ended, exitCode, failOn);
      assert.match(stdout, exitCode === 1 ? new RegExp(`Fails: \\d+ findings? at or above ${failOn}`) : /\nPasses/);
    }
    assert.equal((await check({ "template.yaml": TEMPLATE })).exitCode, 1, "medium where nothing is said");
  });

  it("fails on what is undecided with --strict alone", async () => {
    const decided = {
      "template.yaml":
        "Parameters: { Days: { Type: Number } }\nResources:\n  Logs: { Type: AWS::Logs::LogGroup, Properties: { RetentionInDays: !Ref Days, KmsKeyId: !Ref Days } }\n",
    };
    assert.equal((await check(decided, "--fail-on", "critical")).exitCode, 0);
    const { exitCode, stdout } = await check(decided, "--fail-on", "critical", "--strict");
    assert.equal(exitCode, 1, stdout);
    assert.match(stdout, /undecided, with --strict/);
  });

  it("ends with 2 where it could not run, in one line that says what to do", async () => {
    for (const [argv, said] of [
      [["."], /^ward: Nothing to check in \.: no CloudFormation/],
      [["nowhere"], /^ward: There is no file or folder .*nowhere/],
      [["--format", "pdf"], /Use one of text, json, sarif, junit, html, oscal/],
      [["--fail-on", "big"], /Use one of critical, high, medium, low, never/],
      [["--framwork", "gdpr"], /Did you mean --framework\?/],
      [["--framework", "pci"], /^ward: There is no framework pci\. Use one of hipaa-security/],
      [["--baseline", "none.json"], /^ward: The baseline none\.json can't be read\. Write one with --write-baseline/],
      [["--parameters", "none.json"], /^ward: --parameters takes Name=value or a JSON file/],
    ] as const) {
      const files = argv[0] === "." ? { "notes.yaml": "a: 1\n" } : { "template.yaml": TEMPLATE };
      const { exitCode, stdout, stderr } = await check(files, ...argv);
      assert.deepEqual({ exitCode, stdout, lines: stderr.split("\n").length }, { exitCode: 2, stdout: "", lines: 2 });
      assert.match(stderr, said);
    }
    const files = { "template.yaml": TEMPLATE };
    const waivers = await check(files, "--waivers", "none.yaml");
    assert.match(waivers.stderr, /^ward: The waivers none\.yaml can't be read\.\n$/);
    const out = await check(files, "--out", "no/such/folder/report.html", "--format", "html");
    assert.deepEqual([out.exitCode, out.stderr], [2, "ward: no/such/folder/report.html can't be written (ENOENT).\n"]);
  });

  it("checks the rest of an input that is broken, names file and line, and ends with 2", async () => {
    const { exitCode, stdout } = await check(
      { "template.yaml": TEMPLATE, "broken.yaml": "Resources:\n  A: { Type: AWS::SQS::Queue\n  B: [\n" },
      "--fail-on",
      "critical",
    );
    assert.equal(exitCode, 2);
    assert.match(stdout, /broken\.yaml:\d+:\d+\n/);
    assert.match(stdout, /Inbox {2}AWS::SQS::Queue, line 4/);
    assert.match(stdout, /Not whole: \d places? could not be read/);
  });

  it("takes parameters by name and from files of both forms, and is narrowed by them", async () => {
    const key = "arn:aws:kms:eu-central-1:111122223333:key/1";
    const files = {
      "template.yaml": TEMPLATE,
      "plain.json": JSON.stringify({ KeyArn: key }),
      "aws.json": JSON.stringify([{ ParameterKey: "KeyArn", ParameterValue: key }]),
    };
    const rule = "queue-uses-customer-key";
    assert.equal((await findings(files)).of(rule, "Results")?.kind, "unknown");
    for (const given of [`KeyArn=${key}`, "plain.json", "aws.json"]) {
      assert.equal((await findings(files, "--parameters", given)).of(rule, "Results")?.kind, "pass", given);
    }
    assert.equal((await findings(files, "--parameters", "KeyArn=alias/aws/sqs")).of(rule, "Results")?.kind, "fail");
  });

  it("sums up by the frameworks that are named, and by HIPAA where none is", async () => {
    const ids = async (...argv: string[]) =>
      (await findings({ "template.yaml": TEMPLATE }, ...argv)).report.frameworks.map(({ id }) => id);
    assert.deepEqual(await ids(), ["hipaa-security"]);
    assert.deepEqual(await ids("--framework", "gdpr", "--framework", "soc2"), ["gdpr", "soc2"]);
  });

  it("writes every format to stdout and to a file, and to a file without colours", async () => {
    const begins = {
      text: /^template\.yaml/,
      json: /^\{/,
      sarif: /^\{/,
      junit: /^<\?xml/,
      html: /^<!doctype html>/,
      oscal: /^\{/,
    };
    for (const [format, begin] of Object.entries(begins)) {
      const { stdout } = await check({ "template.yaml": TEMPLATE }, "--format", format);
      assert.match(stdout, begin);
      const cwd = repository({ "template.yaml": TEMPLATE });
      const toFile = await ward(["check", "--format", format, "--out", "report"], { cwd, isTTY: true, columns: 80 });
      assert.equal(toFile.stdout, "");
      assert.match(toFile.stderr, /do not hold, .*: report/);
      const text = readFileSync(join(cwd, "report"), "utf8");
      assert.match(text, begin);
      assert.ok(!text.includes("\x1b["), format);
    }
  });

  it("knows the failures of a baseline, and fails on any beside them", async () => {
    const cwd = repository({ "template.yaml": TEMPLATE });
    const written = await ward(["check", "--write-baseline", "baseline.json"], { cwd });
    assert.equal(written.exitCode, 0);
    assert.match(written.stderr, /known from here on: baseline\.json/);
    const known = await ward(["check", "--baseline", "baseline.json"], { cwd });
    assert.equal(known.exitCode, 0);
    assert.match(known.stdout, /^Nothing fails; .*\d+ known from the baseline/m);
    // Lines move, names stay.
    writeFileSync(join(cwd, "template.yaml"), `# moved\n\n${TEMPLATE}  Second:\n    Type: AWS::SQS::Queue\n`);
    const more = await ward(["check", "--baseline", "baseline.json"], { cwd });
    assert.equal(more.exitCode, 1);
    assert.match(more.stdout, /Second {2}AWS::SQS::Queue/);
    assert.doesNotMatch(more.stdout, /Inbox {2}AWS::SQS::Queue/);
  });

  it("suggests the rules nearest to one that is none, and explains one that is", async () => {
    const wrong = await ward(["check", "explain", "bucket-tls"]);
    assert.equal(wrong.exitCode, 2);
    assert.match(wrong.stderr, /There is no rule bucket-tls\. Did you mean bucket-denies-plain-http or /);
    const { exitCode, stdout } = await ward(["check", "explain", "bucket-denies-plain-http"], { columns: 80 });
    assert.equal(exitCode, 0);
    for (const part of ["refuses requests without TLS", "aws:SecureTransport", "164.312(e)(1)", "Art. 32(1)(a)"]) {
      assert.ok(stdout.includes(part), part);
    }
    const json = await ward(["check", "explain", ENCRYPTED, "--json"]);
    assert.equal((JSON.parse(json.stdout) as { id: string }).id, ENCRYPTED);
  });

  it("lists the rules, and by a framework's requirements", async () => {
    assert.match((await ward(["check", "rules"])).stdout, /^queue-is-encrypted +high +The queue encrypts/m);
    const { stdout } = await ward(["check", "rules", "--framework", "hipaa-security"]);
    assert.match(
      stdout,
      /^164\.312\(a\)\(2\)\(iv\) Encryption and decryption \(addressable\)\n(  [a-z0-9-]+\n)*  queue-is-encrypted\n/m,
    );
    const wrong = await ward(["check", "rules", "--framework", "pci"]);
    assert.deepEqual([wrong.exitCode, wrong.stdout], [2, ""]);
    const json = await ward(["check", "rules", "--framework", "gdpr", "--json"]);
    const [first] = JSON.parse(json.stdout) as readonly { id: string; rules: readonly string[] }[];
    assert.equal(first?.id, "Art. 5(1)(a)");
  });

  it("checks again when a file changes, until it is interrupted", async () => {
    const cwd = repository({ "template.yaml": TEMPLATE });
    const [before, afterwards] = TEMPLATE.split("  Results:");
    const mended = `${before}    Properties: { KmsMasterKeyId: alias/phi }\n  Results:${afterwards}`;
    let press = (): void => {};
    // Written until it is seen, as nothing says when watching has begun.
    let writing: NodeJS.Timeout | undefined;
    const { exitCode, stdout } = await ward(["check", "--watch", "--fail-on", "high"], {
      cwd,
      onListening: (pressing) => (press = pressing),
      onStdout(text) {
        writing ??= setInterval(() => writeFileSync(join(cwd, "template.yaml"), mended), 400);
        if (text.includes("Passes")) press();
      },
    }).finally(() => clearInterval(writing));
    assert.equal(exitCode, 0);
    assert.match(stdout, /Fails: [\s\S]*Passes: nothing at or above high/);
  });
});

describe("a waiver", () => {
  const register = (expires: string, rule = ENCRYPTED) =>
    `waivers:\n  - rule: ${rule}\n    resource: Inbox\n    reason: holds no PHI\n    owner: dana@clinic.example\n    expires: ${expires}\n`;

  it("silences its failure from the register, from a comment and from metadata, and is listed", async () => {
    const inFile = TEMPLATE.replace("  Inbox:", `  # ward:allow ${ENCRYPTED} ${WAIVER}2026-03-02\n  Inbox:`);
    const allow = `{ rule: ${ENCRYPTED}, reason: holds no PHI, owner: dana@clinic.example, expires: 2026-03-02 }`;
    const metadata = TEMPLATE.replace("  Results:", `    Metadata: { ward: { allow: [${allow}] } }\n  Results:`);
    for (const [files, source] of [
      [{ "template.yaml": TEMPLATE, "compliance/waivers.yaml": register("2026-03-02") }, "compliance/waivers.yaml:2"],
      [{ "template.yaml": inFile }, "template.yaml:4"],
      [{ "template.yaml": metadata }, "template.yaml:6"],
    ] as const) {
      const { of, report, exitCode } = await findings(files, "--fail-on", "high");
      assert.equal(of(ENCRYPTED, "Inbox")?.state, "waived", source);
      assert.equal(exitCode, 0);
      assert.deepEqual(
        report.waivers.map(({ state, source: from }) => [state, from]),
        [["holds", source]],
      );
      const { stdout } = await check(files, "--fail-on", "high");
      assert.match(
        stdout,
        /Waivers\n {2}holds {4}queue-is-encrypted on Inbox\n.*dana@clinic\.example, until 2026-03-02: holds no PHI/,
      );
    }
  });

  it("fails the run when it has expired, whatever else holds", async () => {
    const files = { "template.yaml": TEMPLATE, "compliance/waivers.yaml": register("2026-03-01") };
    const { of, report, exitCode } = await findings(files, "--fail-on", "critical");
    assert.equal(of(ENCRYPTED, "Inbox")?.state, "open");
    assert.equal(report.waivers[0]?.state, "expired");
    assert.deepEqual([exitCode, report.outcome.reasons], [1, ["1 waiver expired"]]);
  });

  it("is said to be of no use where nothing fails by it", async () => {
    const files = {
      "template.yaml": TEMPLATE,
      "compliance/waivers.yaml": register("2027-01-01", "bucket-is-versioned"),
    };
    const { report } = await findings(files);
    assert.equal(report.waivers[0]?.state, "unused");
  });

  it("is named with its line where there is no such rule", async () => {
    const files = { "template.yaml": TEMPLATE, "compliance/waivers.yaml": register("2027-01-01", "queue-is-encryptd") };
    const { exitCode, stdout } = await check(files, "--fail-on", "critical");
    assert.equal(exitCode, 2);
    assert.match(stdout, /compliance\/waivers\.yaml:2:1\n {4}there is no rule queue-is-encryptd to waive/);
  });

  it("cannot silence what may not be waived", async () => {
    const policy = `Resources:
  # ward:allow password-is-not-in-the-template ${WAIVER}2027-01-01
  Db: { Type: AWS::RDS::DBInstance, Properties: { MasterUserPassword: hunter2hunter2, StorageEncrypted: true, BackupRetentionPeriod: 7, Engine: postgres } }
`;
    const { of, report, exitCode } = await findings({ "template.yaml": policy }, "--fail-on", "critical");
    assert.equal(of("password-is-not-in-the-template", "Db")?.state, "open");
    assert.equal(report.waivers[0]?.state, "refused");
    assert.equal(exitCode, 1);
  });

  it("is none without a reason, an owner or a day: the place is named and the failure stays", async () => {
    for (const [lacking, said] of [
      ["reason", "gives no reason"],
      ["owner", "names no owner"],
      ["expires", "says no day on which it expires"],
    ] as const) {
      const text = register("2027-01-01").replace(new RegExp(` +${lacking}: .*\n`), "");
      const { stdout, exitCode } = await check({ "template.yaml": TEMPLATE, "compliance/waivers.yaml": text });
      assert.equal(exitCode, 1);
      assert.match(stdout, /compliance\/waivers\.yaml:2:\d+\n/);
      assert.ok(stdout.replaceAll(/\s+/g, " ").includes(said), stdout);
      assert.match(stdout, /Does not hold: the queue encrypts/);
    }
  });
});
