import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { WardError } from "@ward/core";
import { fakePlatform, FUNCTIONS, ward } from "./testing/fake-platform.ts";

const app = mkdtempSync(join(tmpdir(), "ward-cli-"));
after(() => rmSync(app, { recursive: true }));

/** Starts, and presses Ctrl-C as soon as `when` is on the screen. */
async function untilShown(argv: readonly string[], when: RegExp, platform = fakePlatform(), env = {}) {
  let press = (_atMs?: number) => {};
  let pressed = false;
  const ran = await ward(argv, {
    platform,
    env,
    cwd: app,
    onListening: (how) => (press = how),
    onStdout(text) {
      if (pressed || !when.test(text)) return;
      pressed = true;
      press();
    },
  });
  return { ...ran, platform };
}

describe("ward start", () => {
  it("says where things are, how to ask, how to send and how to stop, and stops on Ctrl-C", async () => {
    const { exitCode, stdout, stderr, platform } = await untilShown(["start"], /Stop it/);
    assert.equal(exitCode, 0);
    for (const shown of [
      "https://localhost:8443",
      "localhost:2575",
      ".ward/tls/ca.pem",
      'curl --cacert .ward/tls/ca.pem -H "Authorization: Bearer the-token"',
      "npx ward send FILE.hl7",
      "lab-result (ORU^R01)",
      "Stopped. Nothing is left running",
    ]) {
      assert.ok(stdout.includes(shown), `${shown} in\n${stdout}`);
    }
    assert.match(stderr, /Stopping/);
    assert.deepEqual(platform.asked.at(-1), "node closed");
    const { httpsPort, mllpPort, mllpTls, development, host, stateDir } = platform.options[0]!;
    assert.deepEqual(
      { httpsPort, mllpPort, mllpTls, development, host, stateDir },
      {
        httpsPort: 8443,
        mllpPort: 2575,
        mllpTls: true,
        development: true,
        host: "localhost",
        stateDir: join(app, ".ward"),
      },
    );
  });

  it("takes its settings from the environment, and lets options win", async () => {
    const env = { WARD_STATE_DIR: "elsewhere", DATABASE_URL: "postgres://db/x", WARD_PASSPHRASE: "secret words" };
    const { platform, stdout } = await untilShown(
      ["start", "--port", "9443", "--mllp-plain"],
      /Stop it/,
      fakePlatform(),
      env,
    );
    const options = platform.options[0]!;
    assert.equal(options.stateDir, join(app, "elsewhere"));
    assert.equal(options.databaseUrl, "postgres://db/x");
    assert.equal(options.passphrase, "secret words");
    assert.equal(options.httpsPort, 9443);
    assert.equal(options.mllpTls, false);
    assert.ok(!stdout.includes("secret words"));
    const other = await untilShown(["start", "--state-dir", "here"], /Stop it/, fakePlatform(), env);
    assert.equal(other.platform.options[0]!.stateDir, join(app, "here"));
  });

  it("prints no token in production, and refuses production without a passphrase", async () => {
    const { stdout, platform } = await untilShown(["start", "--production"], /Stop it/, fakePlatform(), {
      WARD_PASSPHRASE: "x",
    });
    assert.ok(!stdout.includes("the-token"));
    assert.equal(platform.options[0]!.development, false);
    const refused = await ward(["start", "--production"], { cwd: app });
    assert.equal(refused.exitCode, 2);
    assert.match(refused.stderr, /^ward: Production needs a passphrase.*WARD_PASSPHRASE/);
  });

  it("ends at once on a second Ctrl-C, but takes two signals of one press as one", async () => {
    const codes: number[] = [];
    let press = (_atMs?: number) => {};
    await ward(["start"], {
      cwd: app,
      onListening: (how) => (press = how),
      onExitNow: (code) => codes.push(code),
      onStdout(text) {
        if (!text.endsWith("Stop it: Ctrl-C\n\n")) return;
        press();
        press(20);
        assert.deepEqual(codes, []);
        press(2_000);
      },
    });
    assert.deepEqual(codes, [130]);
  });

  it("prints JSON lines with --json, times in UTC", async () => {
    const { stdout } = await untilShown(["start", "--json"], /started/);
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(
      lines.map(({ kind }) => kind),
      ["started", "stopped"],
    );
    assert.equal(lines[0]?.["token"], "the-token");
    assert.equal(lines[0]?.["at"], "2026-03-02T12:00:00.000Z");
  });

  it("closes the app's SMS sink where the node doesn't start", async () => {
    const dir = join(app, "with-sink");
    mkdirSync(join(dir, "sms-sink"), { recursive: true });
    const mark = join(dir, "closed");
    writeFileSync(
      join(dir, "sms-sink", "main.ts"),
      `import { writeFileSync } from "node:fs";
       export async function startSmsSink() {
         return { port: 8090, messages: [], close: async () => writeFileSync(${JSON.stringify(mark)}, "") };
       }`,
    );
    const startFails = new WardError("startup-failed", { reason: "port-in-use", port: 8443, host: "localhost" });
    const { exitCode, stderr } = await ward(["start", "--app", "with-sink"], {
      cwd: app,
      platform: fakePlatform({ startFails }),
    });
    assert.equal(exitCode, 2);
    assert.equal(stderr, "ward: Port 8443 is taken. Stop the other program or pass --port.\n");
    rmSync(mark);
    const { stdout } = await untilShown(["start", "--app", "with-sink"], /Stop it/);
    assert.match(stdout, /SMS sink +http:\/\/localhost:8090/);
    rmSync(mark);
  });

  it("closes a node that lost its database for good, and says why", async () => {
    const lost = new WardError("database-unavailable", { reason: "the embedded PostgreSQL keeps dying" });
    const platform = fakePlatform({ lost });
    const { exitCode, stderr } = await ward(["start"], { cwd: app, platform });
    assert.equal(exitCode, 2);
    assert.equal(stderr, "ward: The embedded PostgreSQL keeps dying.\n");
    assert.equal(platform.asked.at(-1), "node closed");
  });
});

describe("ward dev", () => {
  it("names the functions that a change touched, keeps running on an error, and stops watching at the end", async () => {
    const problems = ["functions/notify.ts:3:9: Expected ; but found }"];
    const platform = fakePlatform({
      reloads: [
        [
          { ...FUNCTIONS[0]!, release: "sha256:cccc" },
          { ...FUNCTIONS[1]!, name: "remind" },
        ],
        new WardError("bundle-failed", { file: "functions/notify.ts", line: 3, problems }),
      ],
    });
    let press = (_atMs?: number) => {};
    let step = 0;
    const { stdout, exitCode } = await ward(["dev"], {
      platform,
      cwd: app,
      onListening: (how) => (press = how),
      onStdout(text) {
        if (step === 0 && text.includes("Stop it")) setImmediate(() => platform.change(["functions/lab-result.ts"]));
        else if (step === 1 && text.includes("reloaded")) platform.change(["functions/notify.ts"]);
        else if (step === 2 && text.includes("keeps running")) press();
        else return;
        step += 1;
      },
    });
    assert.equal(exitCode, 0);
    assert.match(stdout, /reloaded in \d+ ms: lab-result changed, remind added, notify removed/);
    assert.match(
      stdout,
      /could not be bundled:\n {2}functions\/notify\.ts:3:9: Expected ; but found }\n {2}The release before keeps running/,
    );
    assert.deepEqual(platform.asked.slice(-2), ["watch closed", "node closed"]);
  });
});
