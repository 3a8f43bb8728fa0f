import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, it } from "node:test";
import { ward } from "./testing/fake-platform.ts";

const GUIDE = readFileSync(new URL("../../../docs/guide/check.md", import.meta.url), "utf8");
const cwd = mkdtempSync(join(tmpdir(), "ward-guide-"));
after(() => rmSync(cwd, { recursive: true }));

/** In the order of the page: what is written, and what is run with what it prints. */
const blocks = [...GUIDE.matchAll(/```(yaml|ts|console)\n([\s\S]*?)```/g)].map(([, kind, text = ""]) => ({
  kind,
  text,
}));

describe("docs/guide/check.md", () => {
  it("prints what the guide shows, step by step; `…` stands for any lines", async () => {
    let ran = 0;
    for (const { kind, text } of blocks) {
      if (kind !== "console") write(text);
      else {
        for (const [, command = "", shown = ""] of text.matchAll(/^\$ npx ward (.*)\n((?:(?!\$ ).*\n)*)/gm)) {
          const { stdout, exitCode } = await ward(command.split(" "), { cwd, columns: 80 });
          assert.notEqual(exitCode, 2, command);
          assert.match(stdout, patternOf(shown), command);
          ran++;
        }
      }
    }
    assert.ok(ran >= 5, "the guide's commands were found");
  });

  it("gives CI systems commands that run", async () => {
    write(blocks[0]?.text ?? "");
    const commands = blocks.flatMap(({ kind, text }) =>
      kind === "yaml" ? [...text.matchAll(/npx ward (check[^\n]*)/g)].map(([, command = ""]) => command) : [],
    );
    assert.equal(commands.length, 2);
    for (const command of commands) {
      const { exitCode, stderr } = await ward(command.split(" "), { cwd });
      assert.equal(exitCode, 0, stderr);
    }
  });
});

/** A block that names its file becomes that file; the one with a waiver's comment goes into the template. */
function write(text: string): void {
  const [, file] = /^(?:#|\/\/) ([\w./-]+)\n/.exec(text) ?? [];
  const [comment] = /^ +# ward:allow .*\n/m.exec(text) ?? [];
  const template = join(cwd, "template.yaml");
  if (file !== undefined) {
    mkdirSync(dirname(join(cwd, file)), { recursive: true });
    writeFileSync(join(cwd, file), text);
  } else if (comment !== undefined) {
    writeFileSync(template, readFileSync(template, "utf8").replace("  Key:\n", `  Key:\n  ${comment}`));
  }
}

function patternOf(shown: string): RegExp {
  const lines = shown
    .split("\n")
    .map((line) => (line === "…" ? "[^]*?" : `${line.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}\n`));
  return new RegExp(`^${lines.join("").replace(/\n$/, "")}$`);
}
