import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const BIN = fileURLToPath(new URL("./ward-check.ts", import.meta.url));
const LAUNCHER = fileURLToPath(new URL("./ward-check.mjs", import.meta.url));
const cwd = mkdtempSync(join(tmpdir(), "ward-check-bin-"));
after(() => rmSync(cwd, { recursive: true }));

function run(...argv: readonly string[]) {
  return spawnSync(process.execPath, [LAUNCHER, ...argv], { cwd, encoding: "utf8" });
}

/** Statements, and calls that stand in code: samples and comments hold words of the same form. */
const IMPORTS = /^(?:import|export)\s(?:[^;"'`]*?\bfrom )?"([^"\n]+)"|(?:await|=>|return|=) import\("([^"\n]+)"\)/gm;

/** Every module that a file can come to load, lazily or not: files of the package, and the names of all others. */
function modulesFrom(entry: string): { readonly files: ReadonlySet<string>; readonly others: ReadonlySet<string> } {
  const files = new Set<string>();
  const others = new Set<string>();
  const waiting = [entry];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files.has(file) || !existsSync(file)) continue;
    files.add(file);
    for (const [, still, lazily] of readFileSync(file, "utf8").matchAll(IMPORTS)) {
      const name = still ?? lazily ?? "";
      if (name.startsWith(".")) waiting.push(join(dirname(file), name));
      else others.add(name);
    }
  }
  return { files, others };
}

describe("ward-check", () => {
  it("loads nothing but its own files, Node's modules and its package's dependencies, of Ward core alone", () => {
    const { files, others } = modulesFrom(BIN);
    assert.ok(files.size > 300, `the whole graph was walked: ${files.size}`);
    const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
    const { dependencies } = JSON.parse(manifest) as { readonly dependencies: Readonly<Record<string, string>> };
    const foreign = [...others]
      .filter((name) => !name.startsWith("node:"))
      .map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
    assert.deepEqual(
      [...new Set(foreign)].filter((name) => !Object.hasOwn(dependencies, name)),
      [],
    );
    const heavy = Object.keys(dependencies).filter((name) =>
      /^@ward\/(?!core$)|postgres|^pg$|workerd|sqlite/.test(name),
    );
    assert.deepEqual(heavy, [], "no database, no workerd, no platform");
    assert.ok(foreign.includes("yaml"));
  });

  it("checks a folder with the options and exit codes of `ward check`", () => {
    writeFileSync(join(cwd, "template.yaml"), "Resources: { Inbox: { Type: AWS::SQS::Queue } }\n");
    const failing = run(".");
    assert.equal(failing.status, 1, failing.stderr);
    assert.match(failing.stdout, /Inbox {2}AWS::SQS::Queue/);
    assert.equal(run(".", "--fail-on", "critical").status, 0);
    assert.equal(JSON.parse(run("--json", ".").stdout).outcome.exitCode, 1);
  });

  it("says in one line why it could not run", () => {
    for (const argv of [["nowhere"], ["--format", "pdf"], ["--frmat", "text"]]) {
      const { status, stdout, stderr } = run(...argv);
      assert.deepEqual([status, stdout, stderr.split("\n").length], [2, "", 2], stderr);
    }
    assert.match(run("--help").stdout, /--fail-on <severity>/);
  });

  it("explains a rule and lists all of them as `ward check` does", () => {
    assert.match(run("explain", "queue-is-encrypted").stdout, /^The queue encrypts its messages at rest\n/);
    assert.match(run("rules").stdout, /^Rule +Severity +Fact\n(.*\n)*queue-is-encrypted +high +The queue encrypts/);
    assert.match(run("rules", "--framework", "gdpr").stdout, /^Art\. 5\(1\)\(a\) /m);
    const wrong = run("explain", "queue-encryption");
    assert.deepEqual([wrong.status, wrong.stdout], [2, ""]);
    assert.match(wrong.stderr, /^ward-check: There is no rule queue-encryption\. Did you mean queue-/);
  });
});
