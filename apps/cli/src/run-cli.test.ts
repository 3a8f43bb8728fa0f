import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { WardError } from "@ward/core";
import { buildProgram, listCommands } from "./program.ts";
import { formatReference } from "./reference.ts";
import { fakePlatform, ward } from "./testing/fake-platform.ts";

const commands = listCommands(buildProgram("", async () => {})).map(({ name }) => name.split(" ").slice(1));

describe("ward", () => {
  it("shows its help when called with nothing", async () => {
    const { exitCode, stdout } = await ward([]);
    assert.equal(exitCode, 0);
    assert.match(stdout, /^Usage: ward/);
  });

  for (const command of commands) {
    it(`teaches \`${command.join(" ")}\`: what it does, an example, what it prints, its exit codes, --json`, async () => {
      const { exitCode, stdout, stderr } = await ward([...command, "--help"], { columns: 100 });
      assert.equal(exitCode, 0);
      assert.equal(stderr, "");
      for (const part of ["Usage: ward", "--json", "\nExample:\n", "\nPrints:\n", "\nExit codes:\n"]) {
        assert.ok(stdout.includes(part), `${part} in\n${stdout}`);
      }
      for (const line of stdout.split("\n")) assert.ok(line.length <= 118, line);
    });
  }

  it("suggests the nearest command in one line", async () => {
    for (const [argv, line] of [
      [["strat"], "ward: unknown command 'strat'. Did you mean start? See `ward --help`.\n"],
      [["ledger", "verfy"], "ward: unknown command 'verfy'. Did you mean verify? See `ward ledger --help`.\n"],
      [["start", "--prot", "1"], "ward: unknown option '--prot'. Did you mean --port? See `ward start --help`.\n"],
    ] as const) {
      assert.deepEqual(await ward(argv), { exitCode: 2, stdout: "", stderr: line });
    }
  });

  it("refuses a port that is none", async () => {
    for (const port of ["65536", "-1", "http", "1e3", ""]) {
      const { exitCode, stderr } = await ward(["start", `--port=${port}`]);
      assert.equal(exitCode, 2, port);
      assert.match(stderr, /Use a number from 0 to 65535/);
    }
  });

  it("prints an error as JSON on stderr with --json, and nothing on stdout", async () => {
    const startFails = new WardError("startup-failed", { reason: "port-in-use", port: 8443 });
    const { exitCode, stdout, stderr } = await ward(["start", "--json"], { platform: fakePlatform({ startFails }) });
    assert.equal(exitCode, 2);
    assert.equal(stdout, "");
    assert.deepEqual(JSON.parse(stderr), {
      error: { code: "startup-failed", message: "Port 8443 is taken. Stop the other program or pass --port." },
    });
  });

  it("colours on a terminal only, and not with NO_COLOR", async () => {
    const coloured = await ward(["doctor"], { isTTY: true, columns: 100 });
    assert.ok(coloured.stdout.includes("\x1b[31mmissing"));
    for (const around of [{ isTTY: true, columns: 100, env: { NO_COLOR: "1" } }, {}]) {
      assert.ok(!(await ward(["doctor"], around)).stdout.includes("\x1b["));
    }
  });
});

describe("docs/reference/cli.md", () => {
  it("is what the commands say of themselves (else: node apps/cli/src/write-reference.ts)", () => {
    const file = new URL("../../../docs/reference/cli.md", import.meta.url);
    assert.equal(readFileSync(file, "utf8"), formatReference());
  });
});
