import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { ward } from "./testing/fake-platform.ts";

const GUIDE = readFileSync(new URL("../../../docs/guide/check-dependencies-and-secrets.md", import.meta.url), "utf8");
const cwd = mkdtempSync(join(tmpdir(), "ward-guide-"));
after(() => rmSync(cwd, { recursive: true }));

describe("docs/guide/check-dependencies-and-secrets.md", () => {
  it("prints what the guide shows, step by step; `…` stands for any lines", async () => {
    const commands: string[] = [];
    for (const [, file, kind, text = ""] of GUIDE.matchAll(/(?:`([\w./-]+)`:\n\n)?```(\w+)\n([\s\S]*?)```/g)) {
      if (file !== undefined) {
        mkdirSync(dirname(join(cwd, file)), { recursive: true });
        writeFileSync(join(cwd, file), text);
      }
      if (kind !== "console") continue;
      for (const [, command = "", shown = ""] of text.matchAll(/^\$ npx ward (.*)\n((?:(?!\$ ).*\n)*)/gm)) {
        commands.push(command);
        const { stdout, stderr, exitCode } = await ward(command.split(" "), { cwd, columns: 80 });
        // What was brought by hand is not part of the guide.
        if (command.includes("--offline")) assert.match(stderr, /There is no .*all\.zip/);
        else {
          assert.notEqual(exitCode, 2, `${command}\n${stderr}${stdout}`);
          assert.match(stdout, patternOf(shown), command);
        }
      }
    }
    assert.equal(commands.length, 5);
    const bom = JSON.parse(readFileSync(join(cwd, "results.cdx.json"), "utf8")) as { readonly specVersion: string };
    assert.equal(bom.specVersion, "1.6");
  });
});

/** A line may end in `…` for whatever follows in it. */
function patternOf(shown: string): RegExp {
  const lines = shown.split("\n").map((line) => {
    if (line === "…") return "[^]*?";
    const plain = line.replace(/…$/, "").replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return line.endsWith("…") ? `${plain}[^\n]*\n[^]*?` : `${plain}\n`;
  });
  return new RegExp(`^${lines.join("").replace(/\n$/, "")}$`);
}
