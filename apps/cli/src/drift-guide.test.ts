import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { ward } from "./testing/fake-platform.ts";

const GUIDE = readFileSync(new URL("../../../docs/guide/find-drift.md", import.meta.url), "utf8");
const cwd = mkdtempSync(join(tmpdir(), "ward-drift-"));
after(() => rmSync(cwd, { recursive: true }));

const block = (start: RegExp): string => {
  const [, text] = new RegExp(`\`\`\`${start.source}\\n([\\s\\S]*?)\`\`\``).exec(GUIDE) ?? [];
  assert.ok(text, String(start));
  return text;
};
writeFileSync(join(cwd, "template.yaml"), block(/yaml\n# template.yaml/));
writeFileSync(join(cwd, "live.json"), block(/json live\.json/));

describe("docs/guide/find-drift.md", () => {
  it("prints what the guide shows; `…` stands for any lines", async () => {
    const [, command = "", shown = ""] = /^\$ npx ward (.*)\n([\s\S]*)/m.exec(block(/console/)) ?? [];
    const { stdout, exitCode } = await ward(command.split(" "), { cwd, columns: 80 });
    assert.equal(exitCode, 1);
    const lines = shown
      .split("\n")
      .map((line) => (line === "…" ? "[^]*?" : `${line.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}\n`));
    assert.match(stdout, new RegExp(`^${lines.join("").replace(/\n$/, "")}$`));
  });

  it("is refused without anything that runs, and where what was named is not there", async () => {
    const none = await ward(["check", "drift", "template.yaml"], { cwd });
    assert.deepEqual([none.exitCode, none.stderr.startsWith("ward: Say what runs: --live-snapshot FILE")], [2, true]);
    const missing = await ward(["check", "drift", "template.yaml", "--live-snapshot", "nowhere.json"], { cwd });
    assert.equal(missing.exitCode, 2);
    assert.match(missing.stderr, /There is no file or folder .*nowhere\.json/);
  });

  it("makes every format, and says of a plan that is none", async () => {
    for (const [format, begin] of [
      ["json", /^\{/],
      ["sarif", /^\{/],
      ["junit", /^<\?xml/],
      ["html", /^<!doctype html>/],
      ["oscal", /^\{/],
    ] as const) {
      const { stdout } = await ward(["check", "drift", ".", "--live-snapshot", "live.json", "--format", format], {
        cwd,
      });
      assert.match(stdout, begin);
    }
    writeFileSync(join(cwd, "no-plan.json"), "{}");
    const { stdout, exitCode } = await ward(["check", "drift", "--plan", "no-plan.json"], { cwd });
    assert.equal(exitCode, 2);
    assert.match(stdout, /no-plan\.json:1:1\n +it is no plan of Terraform/);
  });
});
