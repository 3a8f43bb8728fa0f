import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import fc from "fast-check";
import { examplesIn, runExample } from "./testing/examples.ts";

const HOME = new URL("../../../../../conformance/check/privilege/", import.meta.url);
const EXAMPLES = readdirSync(HOME)
  .filter((name) => name.endsWith(".md") && name !== "README.md")
  .flatMap((name) => examplesIn(readFileSync(new URL(name, HOME), "utf8")));

describe("least privilege on input that is broken", () => {
  it("ends with findings, whatever was cut out of the files or put into them", async () => {
    const cut = fc.record({
      example: fc.nat(EXAMPLES.length - 1),
      file: fc.nat(3),
      from: fc.double({ min: 0, max: 1, noNaN: true }),
      length: fc.nat(60),
      instead: fc.constantFrom("", "*", "{}", "[]", "null", "${", "!Ref X", "\n- a: 1", '"', "arn:aws:s3:::"),
    });
    await fc.assert(
      fc.asyncProperty(cut, async ({ example, file, from, length, instead }) => {
        const chosen = EXAMPLES[example];
        assert.ok(chosen);
        const names = Object.keys(chosen.files);
        const name = names[file % names.length] ?? "";
        const text = chosen.files[name] ?? "";
        const at = Math.floor(from * text.length);
        const broken = text.slice(0, at) + instead + text.slice(at + length);
        await runExample({ ...chosen, files: { ...chosen.files, [name]: broken } });
      }),
      { numRuns: 150 },
    );
  });
});
