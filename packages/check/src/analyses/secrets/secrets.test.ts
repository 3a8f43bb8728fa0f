import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { FORMATS } from "../../report/formats.ts";
import { runCheck, type RunOptions, type RunOutcome } from "../../run-check.ts";
import { BASE64, made, pem, UPPER, withChecksum } from "./testing/made-secrets.ts";

const folder = mkdtempSync(join(tmpdir(), "ward-secrets-"));
after(() => rmSync(folder, { recursive: true }));

const TEMPLATE = "Resources:\n  Q: { Type: AWS::SQS::Queue }\n";
const TOKEN = withChecksum("ghp_");
const PASSWORD = "kT9-wq4.Zr7";
const SSN = ["536", "22", "8147"].join("-");

type Files = Readonly<Record<string, string | Buffer>>;

function write(files: Files, at = mkdtempSync(join(folder, "case-"))): string {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(at, name, ".."), { recursive: true });
    writeFileSync(join(at, name), content);
  }
  return at;
}

async function run(files: Files | string, options: Partial<RunOptions> = {}): Promise<RunOutcome> {
  return await runCheck({
    targets: ["."],
    cwd: typeof files === "string" ? files : write({ "template.yaml": TEMPLATE, ...files }),
    format: "json",
    failOn: "low",
    strict: false,
    frameworks: ["hipaa-security"],
    now: new Date("2027-01-31T12:00:00Z"),
    text: { paint: (_, text) => text, width: 100, verbose: true },
    ...options,
  });
}

/** `rule file:line state` of what fails of secrets. */
function found({ report }: RunOutcome): readonly string[] {
  return report.units.flatMap(({ resources }) =>
    resources.flatMap(({ findings }) =>
      findings
        .filter(({ rule, kind }) => rule.startsWith("secret-") && kind === "fail")
        .map(({ rule, file, line, state }) => `${rule} ${file}:${line} ${state}`),
    ),
  );
}

describe("secrets in files", () => {
  const secrets = [TOKEN, PASSWORD, SSN, made(40, BASE64, "aws secret 4"), `AKIA${made(16, UPPER, "id")}`];
  const files = {
    "src/all.ts": [
      `const a = "${TOKEN}";`,
      `const url = "postgres://ward:${PASSWORD}@db.clinic.org/fhir";`,
      `const ssn = "${SSN}";`,
      `const aws = ["${secrets[4] ?? ""}", "${secrets[3] ?? ""}"];`,
      `const key = \`${pem("PRIVATE KEY")}\`;`,
    ].join("\n"),
  };

  it("are found with file and line, the gravest kind each", async () => {
    assert.deepEqual(found(await run(files)), [
      "secret-token-is-not-in-files src/all.ts:1 open",
      "secret-password-is-not-in-an-address src/all.ts:2 open",
      "secret-patient-is-not-in-files src/all.ts:3 open",
      "secret-token-is-not-in-files src/all.ts:4 open",
      "secret-private-key-is-not-in-files src/all.ts:5 open",
    ]);
  });

  for (const format of FORMATS) {
    it(`are in no report as ${format}, nor in a baseline, not even in part`, async () => {
      const { output, baseline, report } = await run(files, { format });
      const all = output + baseline + JSON.stringify(report);
      const body = pem("PRIVATE KEY").split("\n")[2] ?? "";
      for (const secret of [...secrets, body]) {
        assert.ok(secret.length >= 11);
        assert.ok(!all.includes(secret), format);
        assert.ok(!all.includes(secret.slice(0, 8)), `${format}: its first characters`);
        assert.ok(!all.includes(secret.slice(-7)), `${format}: its last characters`);
      }
      assert.ok(all.includes("src/all.ts"), "the report is about them");
    });
  }

  it("read well: what it is, where, why, what to do", async () => {
    const { output } = await run({ "src/a.ts": `\nconst a = "${TOKEN}";` }, { format: "text" });
    assert.match(output, /GitHub token \(ghp_…\) {2}secret, line 2/);
    assert.match(output, /critical {2}Does not hold: no key or token of a service stands in a file/);
    assert.match(output, /Seen {2}a GitHub token, ghp_…, fingerprint [0-9a-f]{8}, stands here/);
    assert.match(output, /Mend {2}Take it out of use first/);
  });

  it("are waived by a comment above or behind them, with reason, owner and day, and nothing beside them", async () => {
    const allow = `ward:allow secret-token-is-not-in-files reason="revoked" owner=dana expires=2027-06-30`;
    const other = withChecksum("ghp_", "other");
    for (const text of [
      `// ${allow}\nconst a = "${TOKEN}";\nconst b = "${other}";`,
      `const a = "${TOKEN}"; // ${allow}\n\nconst b = "${other}";`,
      `/* ${allow} */\nconst a = "${TOKEN}";\nconst b = "${other}";`,
      `# ${allow}\na = "${TOKEN}"\nb = "${other}"`,
    ]) {
      const states = found(await run({ "src/a.ts": text })).map((one) => one.split(" ").at(-1));
      assert.deepEqual(states, ["waived", "open"], text);
    }
    const nothing = await run({ "src/a.ts": `// ${allow}\n\n\nconst a = "${TOKEN}";` });
    assert.match(found(nothing)[0] ?? "", /open$/);
  });

  it("are waived in compliance/waivers.yaml by file and name", async () => {
    const register =
      'waivers: [{ rule: secret-token-is-not-in-files, file: src/a.ts, resource: "github-token-*", reason: r, owner: o, expires: 2027-06-30 }]\n';
    const outcome = await run({ "src/a.ts": `x = "${TOKEN}"`, "compliance/waivers.yaml": register });
    assert.match(found(outcome)[0] ?? "", /waived$/);
  });

  it("are new to a baseline where another one is in the same file", async () => {
    const before = await run({ "src/a.ts": `x = "${TOKEN}"` });
    const after_ = await run(
      { "src/a.ts": `x = "${TOKEN}"\ny = "${withChecksum("ghp_", "new")}"`, "base.json": before.baseline },
      { baselineFile: "base.json" },
    );
    assert.deepEqual(
      found(after_).map((one) => one.split(" ").at(-1)),
      ["known", "open"],
    );
  });

  it("are not looked for in what Git ignores, in binary files and in huge ones, and that is said", async () => {
    const at = write({
      "template.yaml": TEMPLATE,
      ".gitignore": "local/\n",
      "local/key.ts": `x = "${TOKEN}"`,
      "app/.gitignore": "*.env\n",
      "app/dev.env": `TOKEN=${TOKEN}`,
      "picture.png": `${TOKEN}`,
      "data.raw": Buffer.from(`\u0000\u0001 ${TOKEN}`),
      "huge.txt": `${"x".repeat(5 * 2 ** 20)} ${TOKEN}`,
    });
    const { report, ...outcome } = await run(at, { targets: [at] });
    assert.deepEqual(found({ report, ...outcome }), []);
    const all = report.units.flatMap(({ resources }) => resources.flatMap(({ findings }) => findings));
    const passed = all.find(({ rule, kind }) => rule === "secret-token-is-not-in-files" && kind === "pass");
    assert.match(passed?.because ?? "", /not 2 binary ones and 2 that Git ignores/);
    const huge = all.find(({ rule, kind }) => rule === "secret-token-is-not-in-files" && kind === "unknown");
    assert.equal(huge?.file, "huge.txt");
  });

  it("are looked for in an app that lies in a folder of tests as in any other", async () => {
    const at = write({ "tests/app/template.yaml": TEMPLATE, "tests/app/src/a.ts": `const password = "${PASSWORD}";` });
    assert.deepEqual(found(await run(at, { targets: ["."] })), []);
    for (const target of ["tests/app", "./tests/app/", join(at, "tests/app")]) {
      const [one = ""] = found(await run(at, { targets: [target] }));
      assert.match(one, /^secret-value-is-not-in-files .*src\/a\.ts:1/, target);
    }
  });

  it("may be in stores of keys, which are named by their names", async () => {
    const outcome = await run({ "deploy/server.p12": Buffer.from([0x30, 0x82]) });
    assert.deepEqual(found(outcome), ["secret-value-is-not-in-files deploy/server.p12:1 open"]);
  });

  it("of patients are let be where the README beside says that nobody in them exists", async () => {
    const data = { "fixtures/p.json": `{ "ssn": "${SSN}" }` };
    assert.equal(found(await run(data)).length, 1);
    assert.deepEqual(found(await run({ ...data, "fixtures/README.md": "All patients are invented.\n" })), []);
    const token = { "fixtures/a.ts": `x = "${TOKEN}"`, "fixtures/README.md": "All patients are invented.\n" };
    assert.equal(found(await run(token)).length, 1, "a token is none the less one");
  });
});

describe("secrets in the Git history", () => {
  const git = (cwd: string, ...args: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t.example", ...args], { cwd, encoding: "utf8" });

  function repository(...commits: readonly Files[]): string {
    const at = write({ "template.yaml": TEMPLATE });
    git(at, "init", "-q");
    for (const [index, files] of commits.entries()) {
      write(files, at);
      git(at, "add", "-A");
      git(at, "commit", "-qm", `commit ${index}`);
    }
    return at;
  }

  const history = { analysis: { history: true } };

  it("are found after they were removed, with commit, path and line", async () => {
    const at = repository({ "src/a.ts": `one\ntwo\nx = "${TOKEN}"\n` }, { "src/a.ts": "one\ntwo\n" });
    const commit = git(at, "rev-parse", "HEAD~1").trim();
    const { report, output } = await run(at, history);
    const [finding] = report.units
      .flatMap(({ resources }) => resources.flatMap((one) => one.findings))
      .filter(({ rule, kind }) => rule === "secret-is-not-in-the-history" && kind === "fail");
    assert.deepEqual([finding?.file, finding?.line], ["src/a.ts", 3]);
    assert.ok(finding?.because.includes(commit));
    assert.ok(!output.includes(TOKEN));
  });

  it("are not told twice: what the files still hold was told there", async () => {
    const at = repository({ "a.ts": `x = "${TOKEN}"` }, { "b.ts": `y = "${TOKEN}"` });
    assert.deepEqual(
      found(await run(at, history)).map((one) => one.split(" ")[0]),
      ["secret-token-is-not-in-files", "secret-token-is-not-in-files"],
    );
  });

  it("are found on other branches, in keys of many lines, and in files with odd names", async () => {
    const at = repository({ "a.ts": "x\n" });
    git(at, "checkout", "-qb", "side");
    write({ 'odd "name" ä.pem.txt': `${pem("PRIVATE KEY")}\n` }, at);
    git(at, "add", "-A");
    git(at, "commit", "-qm", "side");
    git(at, "checkout", "-q", "-");
    const [one = ""] = found(await run(at, history));
    assert.match(one, /^secret-is-not-in-the-history odd "name" ä\.pem\.txt:1/);
  });

  it("are found where a branch had added and removed them before it was merged, and where only the merge added them", async () => {
    const at = repository({ "a.ts": "x\n" });
    git(at, "checkout", "-qb", "side");
    for (const text of [`x = "${TOKEN}"`, "x"]) {
      write({ "b.ts": text }, at);
      git(at, "add", "-A");
      git(at, "commit", "-qm", "side");
    }
    git(at, "checkout", "-q", "-");
    git(at, "merge", "-q", "--no-ff", "--no-commit", "side");
    write({ "c.ts": `y = "${withChecksum("ghp_", "merge")}"` }, at);
    git(at, "add", "-A");
    git(at, "commit", "-qm", "merge");
    git(at, "branch", "-qD", "side");
    write({ "c.ts": "" }, at);
    git(at, "commit", "-qam", "mend");
    const told = found(await run(at, history)).map((one) => one.split(" ")[1]);
    assert.deepEqual(
      told.toSorted((one = "", other = "") => one.localeCompare(other)),
      ["b.ts:1", "c.ts:1"],
    );
  });

  it("are found beside a line of megabytes, which is read in part", async () => {
    const at = repository({ "a.ts": `${"x".repeat(5_000_000)}\ny = "${TOKEN}"\r\n` }, { "a.ts": "" });
    assert.match(found(await run(at, history))[0] ?? "", /^secret-is-not-in-the-history a\.ts:2/);
  });

  it("are none where lines only look like a patch", async () => {
    const at = repository({ "a.txt": `+++ b/x\n@@ -0,0 +1 @@\n-- \n` }, { "a.txt": "\n" });
    const { report } = await run(at, history);
    assert.deepEqual(report.problems, []);
    const passed = report.units.flatMap(({ resources }) => resources.flatMap(({ findings }) => findings));
    const told = passed.find(({ rule }) => rule === "secret-is-not-in-the-history");
    assert.deepEqual([told?.kind, told?.because], ["pass", "2 commits were read"]);
  });

  it("run nothing that the repository configures", async () => {
    const at = repository({ "a.ts": `x = "${TOKEN}"`, ".gitattributes": "*.ts diff=evil\n" }, { "a.ts": "" });
    const trap = join(at, "ran");
    for (const key of ["diff.evil.textconv", "diff.external", "core.pager", "core.fsmonitor"])
      git(at, "config", key, `touch ${trap}; cat`);
    const outcome = await run(at, history);
    assert.match(found(outcome)[0] ?? "", /^secret-is-not-in-the-history a\.ts:1/);
    assert.throws(() => execFileSync("ls", [trap], { stdio: "pipe" }), "nothing was run");
  });

  it("can't be looked for where there is no repository or no git, and that is said", async () => {
    const outside = await run({ "a.ts": "x" }, history);
    assert.match(outside.report.problems[0]?.message ?? "", /not in a Git repository/);
    const path = process.env["PATH"];
    try {
      process.env["PATH"] = folder;
      const without = await run({ "a.ts": "x" }, history);
      assert.match(without.report.problems[0]?.message ?? "", /git is not installed/);
    } finally {
      process.env["PATH"] = path;
    }
  });
});
