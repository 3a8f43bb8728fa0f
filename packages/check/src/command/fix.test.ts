import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { applyPatch, parsePatch } from "diff";
import { sampleApp } from "../testing/sample-app.ts";
import { checkCommand } from "./check-command.ts";
import type { CheckTerminal } from "./terminal.ts";

const root = mkdtempSync(join(tmpdir(), "ward-fix-"));
after(() => rmSync(root, { recursive: true }));

const FUNCTION = `{
  trigger: on.hl7("ADT^A01"),
  purpose: "TREAT",
  grants: {
    fhir: [
      "Patient.search", // who it is
      "Patient.delete",
    ],
    secrets: ["pager"],
  },
  limits: { timeoutMs: 1_000, memoryMb: 64 },
  async handle(message, ctx) {
    await ctx.fhir.search("Patient", { active: "true" });
  },
}`;

let made = 0;
function app(files: Readonly<Record<string, string>> = {}): string {
  const cwd = join(root, String(made++));
  for (const [file, text] of sampleApp({ "functions/admit.ts": FUNCTION, ...files })) {
    mkdirSync(dirname(join(cwd, file)), { recursive: true });
    writeFileSync(join(cwd, file), text);
  }
  return cwd;
}

async function run(cwd: string, flags: Readonly<Record<string, unknown>>) {
  const printed: string[] = [];
  const remarks: string[] = [];
  const cli: CheckTerminal = {
    cwd,
    json: flags["json"] === true,
    paint: (_, text) => text,
    stdout: { columns: 100 },
    now: () => new Date("2026-03-02T12:00:00Z"),
    print: (text) => void printed.push(text),
    remark: (text) => void remarks.push(text),
    onInterrupt: () => () => undefined,
  };
  const given = { format: "text", failOn: "medium", ...flags };
  const exitCode = await checkCommand(cli, given, ["ward.config.ts"]);
  return {
    exitCode,
    printed: printed.join("\n"),
    remarks,
    read: (file: string) => readFileSync(join(cwd, file), "utf8"),
  };
}

describe("check --fix", () => {
  it("prints a diff that takes away what no code uses, and changes nothing", async () => {
    const { exitCode, printed, remarks, read } = await run(app(), { fix: true });
    assert.equal(exitCode, 1);
    assert.deepEqual(remarks, ["1 file would change; --write changes them."]);
    const [patch] = parsePatch(printed);
    assert.deepEqual([patch?.oldFileName, patch?.newFileName], ["a/functions/admit.ts", "b/functions/admit.ts"]);
    const fixed = applyPatch(read("functions/admit.ts"), printed);
    assert.ok(
      fixed !== false && fixed.includes('      "Patient.search", // who it is\n    ],\n  },\n  limits'),
      String(fixed),
    );
  });

  it("writes it with --write and reports on what is left", async () => {
    const cwd = app();
    const { exitCode, printed, remarks, read } = await run(cwd, { fix: true, write: true });
    assert.deepEqual([exitCode, remarks], [0, ["Changed functions/admit.ts."]]);
    assert.match(printed, /\nPasses: nothing at or above medium\./);
    assert.ok(!read("functions/admit.ts").includes("Patient.delete"));
    assert.deepEqual((await run(cwd, { fix: true })).remarks, ["Nothing to change."]);
  });

  it("leaves alone what a waiver keeps", async () => {
    const waivers = `waivers:
  - rule: function-grants-only-what-code-uses
    resource: admit
    reason: the next release uses them
    owner: dana@clinic.example
    expires: 2026-06-30
`;
    const { exitCode, remarks } = await run(app({ "compliance/waivers.yaml": waivers }), { fix: true });
    assert.deepEqual([exitCode, remarks], [0, ["Nothing to change."]]);
  });

  it("is asked for with --write", async () => {
    await assert.rejects(run(app(), { write: true }), /--write goes with --fix/);
  });

  it("is JSON where that is asked for", async () => {
    const { printed } = await run(app(), { fix: true, json: true });
    const [first] = JSON.parse(printed) as readonly { readonly file: string; readonly diff: string }[];
    assert.equal(first?.file, "functions/admit.ts");
    assert.match(first.diff, /^-.*"Patient\.delete"/m);
  });
});
