import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const WARD = fileURLToPath(new URL("./ward.mjs", import.meta.url));
const cwd = mkdtempSync(join(tmpdir(), "ward-cli-process-"));
after(() => rmSync(cwd, { recursive: true }));

function run(...argv: readonly string[]) {
  return spawnSync(process.execPath, [WARD, ...argv], { cwd, encoding: "utf8" });
}

describe("the ward process", () => {
  it("answers --help without loading the platform", () => {
    // The hook fails the process as soon as anything below packages/platform is asked for.
    const hook = `data:text/javascript,import { registerHooks } from "node:module";
      registerHooks({ resolve(name, context, next) {
        if (/platform(?!-port)|medplum|workerd|^pg$/.test(name)) { console.error("loaded " + name); process.exit(9); }
        return next(name, context);
      } });`;
    const argv = ["--import", hook, WARD];
    const help = spawnSync(process.execPath, [...argv, "--help"], { cwd, encoding: "utf8" });
    assert.equal(help.status, 0, help.stderr);
    assert.match(help.stdout, /^Usage: ward/);
    const doctor = spawnSync(process.execPath, [...argv, "doctor"], { cwd, encoding: "utf8" });
    assert.equal(doctor.status, 9, "the hook sees the platform where it is loaded");
  });

  it("checks without loading a database, an isolate or the platform, and reaches for no network", () => {
    writeFileSync(join(cwd, "template.yaml"), "Resources: { Queue: { Type: AWS::SQS::Queue } }\n");
    const hook = `data:text/javascript,import { registerHooks } from "node:module";
      registerHooks({ load(url, context, next) {
        const [, loaded] = /(packages.\\w+|node_modules.(?:@[^/]+.)?[^/]+)(?!.*node_modules)/.exec(url) ?? [];
        if (loaded) console.error("loaded " + loaded);
        if (/^(node:)?(net|http|https|http2|tls|dns|dgram)$/.test(url)) console.error("loaded " + url);
        return next(url, context);
      } });`;
    const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", hook, WARD, "check", "."], {
      cwd,
      encoding: "utf8",
    });
    assert.equal(status, 1, stderr);
    assert.match(stdout, /Does not hold: the queue encrypts its messages at rest/);
    const loaded = new Set([...stderr.matchAll(/^loaded (.*)$/gm)].map(([, name]) => name));
    assert.deepEqual([...loaded].toSorted(byText), [
      "node_modules/commander",
      "node_modules/yaml",
      "packages/check",
      "packages/core",
    ]);
  });

  it("exits 2 on an unknown command, with one line on stderr", () => {
    const { status, stdout, stderr } = run("strat");
    assert.equal(status, 2);
    assert.equal(stdout, "");
    assert.match(stderr, /^ward: unknown command 'strat'\. Did you mean start\?[^\n]*\n$/);
  });

  it("writes an app", () => {
    const { status, stdout } = run("init", "clinic");
    assert.equal(status, 0);
    assert.match(stdout, /^clinic is in clinic:/);
  });

  it("goes on quietly when the reader of its output has gone", async () => {
    const child = spawn(process.execPath, [WARD, "--help"], { cwd, stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.destroy();
    let stderr = "";
    child.stderr.on("data", (data) => (stderr += String(data)));
    const status = await new Promise((resolve) => child.on("close", resolve));
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
  });
});

function byText(one: string | undefined, other: string | undefined): number {
  return String(one).localeCompare(String(other));
}

/** A Node that can't run TypeScript, where this machine has one. */
const older = ["/usr/bin/node", "/usr/local/bin/node"].find((path) => {
  const { stdout } = spawnSync(path, ["--version"], { encoding: "utf8" });
  return /^v2[0-3]\./.test(stdout ?? "");
});

describe("the ward process under an older Node", { skip: older ? false : "this machine has no Node 20 to 23" }, () => {
  it("runs under the Node 24 that npm brought, and passes the exit code on", () => {
    const help = spawnSync(older ?? "", [WARD, "--version"], { cwd, encoding: "utf8" });
    assert.equal(help.status, 0, help.stderr);
    assert.match(help.stdout, /^\d+\.\d+\.\d+\n$/);
    assert.equal(spawnSync(older ?? "", [WARD, "strat"], { cwd }).status, 2);
  });
});
