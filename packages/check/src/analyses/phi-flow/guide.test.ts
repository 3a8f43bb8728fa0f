/** The guide's example says what a run says. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { it } from "node:test";
import { runCase } from "./testing/run-case.ts";

const page = readFileSync(new URL("../../../../../docs/guide/check-code.md", import.meta.url), "utf8");
const part = page.split("## Where PHI goes")[1]?.split("\n## ")[0] ?? "";

it("the guide shows the way that is found in its example", async () => {
  const blocks = [...part.matchAll(/```(?:ts|yaml)\n((?:\/\/|#) (\S+)\n[\s\S]*?)```/g)];
  const files = new Map(
    blocks
      .filter(([, , path]) => path !== "compliance/phi.yaml")
      .map(([, text = "", path = ""]) => [path, text] as const),
  );
  const { findings } = await runCase(files);
  const [found, ...others] = findings.filter(({ kind }) => kind !== "pass");
  assert.equal(others.length, 0);
  const shown = part.replaceAll(/\s+/g, " ");
  assert.ok(found && shown.includes(`Seen ${found.because} (${found.position.file}:${found.position.line})`));
  for (const [index, { text, position }] of (found.steps ?? []).entries()) {
    const step = `${index + 1}. ${text} (${position.file}:${position.line})`;
    assert.ok(shown.includes(step), `the guide lacks: ${step}`);
  }
});
