/** Every case of conformance/check/phi-flow: code and stack, and what must be found of them. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { describe, it } from "node:test";
import { casesIn } from "./testing/flow-cases.ts";
import { runCase } from "./testing/run-case.ts";

const folder = new URL("../../../../../conformance/check/phi-flow/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".md") && name !== "README.md");
const all = files.flatMap((name) =>
  casesIn(readFileSync(new URL(name, folder), "utf8")).map((one) => ({ ...one, theme: basename(name, ".md") })),
);

describe("where PHI goes", () => {
  it("is shown by at least forty leaks and forty clean pairs", () => {
    assert.ok(all.filter(({ verdict }) => verdict === "leak").length >= 40);
    assert.ok(all.filter(({ verdict }) => verdict === "clean").length >= 40);
  });

  for (const { theme, verdict, title, files: contents, expected, way } of all) {
    it(`${theme}: ${verdict}: ${title}`, async () => {
      const { findings, problems } = await runCase(contents);
      assert.deepEqual(problems, []);
      const found = findings.filter(({ kind }) => kind !== "pass");
      const shown = found.map(
        (one) => `${one.kind} ${one.rule.id} ${one.resource.name} ${one.position.file}:${one.position.line}`,
      );
      const wanted =
        verdict === "clean" ? [] : expected.map((line) => `${verdict === "leak" ? "fail" : "unknown"} ${line}`);
      assert.deepEqual(shown, wanted, found.map(({ because }) => because).join("\n"));
      if (verdict !== "clean") assert.ok(expected.length > 0, "a case that expects nothing cannot fail");
      const texts = found.flatMap(({ steps = [] }) => steps.map(({ text }) => text));
      let from = 0;
      for (const part of way) {
        const at = texts.findIndex((text, index) => index >= from && text.includes(part));
        assert.ok(at !== -1, `"${part}" is not on the way: ${texts.join(" → ")}`);
        from = at;
      }
    });
  }
});
