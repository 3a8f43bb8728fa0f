import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, it } from "node:test";
import { examplesIn, runExample, withAnswer } from "./testing/examples.ts";

/** `npm run conformance -- check-privilege` runs these too; with `--write` what is found is put where it was expected. */
const HOME = new URL("../../../../../conformance/check/privilege/", import.meta.url);
const writes = process.argv.includes("--write");

for (const file of readdirSync(HOME).filter((name) => name.endsWith(".md") && name !== "README.md")) {
  describe(`least privilege, ${file}`, () => {
    for (const example of examplesIn(readFileSync(new URL(file, HOME), "utf8"))) {
      it(example.title, async () => {
        const { found, fixed } = await runExample(example);
        const answers = [
          ["expected", example.expected, found] as const,
          ...Object.entries(example.fixed).map(([name, text]) => [`fixed ${name}`, text, fixed[name] ?? ""] as const),
        ];
        for (const [label, expected, now] of answers) {
          if (!writes) assert.equal(now, expected);
          else if (now !== expected) {
            const text = readFileSync(new URL(file, HOME), "utf8");
            writeFileSync(new URL(file, HOME), withAnswer(text, example.title, label, now));
          }
        }
      });
    }
  });
}
