import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { it } from "node:test";
import { codeProjectOf } from "../../code/code-project.ts";
import { memoryFiles } from "../../code/testing/memory-files.ts";
import { readUnits } from "../../readers/read-unit.ts";
import { unifiedDiff } from "../patch.ts";
import { judgeUnit } from "./privilege.ts";

const GUIDE = new URL("../../../../../docs/guide/check-code.md", import.meta.url);

it("the guide's example of least privilege is mended as the guide shows", async () => {
  const text = readFileSync(GUIDE, "utf8");
  const section = text.slice(text.indexOf("## Least privilege"));
  const block = (start: string): string => {
    const found = new RegExp(`\`\`\`\\w+\\n${start}\\n([\\s\\S]*?)\`\`\``).exec(section)?.[1];
    assert.ok(found !== undefined, start);
    return found;
  };
  const files = memoryFiles({ "template.yaml": block("# template.yaml"), "src/save.ts": block("// src/save.ts") });
  const [unit] = await readUnits(["template.yaml"], { parameters: {}, files });
  assert.ok(unit);
  const options = { now: new Date(0), wantsPatches: true };
  const [patch] = judgeUnit(unit, { files, options }, await codeProjectOf(files)).patches;
  assert.ok(patch);
  assert.equal(
    block("\\$ npx ward check \\. --fix")
      .trim()
      .replace(/@@.*@@/, ""),
    unifiedDiff(patch)
      .trim()
      .replace(/@@.*@@/, ""),
  );
});
