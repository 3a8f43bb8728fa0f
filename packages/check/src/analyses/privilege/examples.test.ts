import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { examplesIn, runExample } from "./testing/examples.ts";

const HOME = new URL("../../../../../conformance/check/privilege/", import.meta.url);

for (const file of readdirSync(HOME)
  .filter((name) => name.endsWith(".md") && name !== "README.md")
  .toSorted()) {
  describe(`least privilege, ${file}`, () => {
    for (const example of examplesIn(readFileSync(new URL(file, HOME), "utf8"))) {
      it(example.title, async () => {
        const { found, fixed } = await runExample(example);
        assert.equal(found, example.expected);
        for (const [name, text] of Object.entries(example.fixed)) assert.equal(fixed[name], text);
      });
    }
  });
}
