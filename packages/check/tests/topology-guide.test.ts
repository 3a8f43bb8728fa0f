import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { GUIDE, picture, PICTURE_FILE, printed } from "../scripts/write-topology.ts";

describe("docs/guide/see-the-topology.md", () => {
  it("shows the picture that its command draws (else: node packages/check/scripts/write-topology.ts)", async () => {
    assert.equal(readFileSync(PICTURE_FILE, "utf8"), await picture());
    assert.match(GUIDE, /!\[[^\]]+\]\(topology\/clinic\.svg\)/);
  });

  it("gives commands that run", async () => {
    const commands = [...GUIDE.matchAll(/npx ward check ([^\n`]*--graph[^\n`]*)/g)].map(([, argv = ""]) => argv);
    assert.ok(commands.length >= 3);
    for (const argv of commands) {
      const { exitCode, text } = await printed(argv.replace(/^\. /, "clinic.yaml "));
      assert.ok([0, 1].includes(exitCode), argv);
      assert.match(text, /^(<svg|<!doctype html>|\{|flowchart LR)/);
    }
  });
});
