/** An app that somebody is in the middle of writing, or that is meant to do harm: read, judged and narrowed without a throw. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { it } from "node:test";
import fc from "fast-check";
import { analysis } from "../../analyses/grants/grants.ts";
import { mergePatches, patched } from "../../analyses/patch.ts";
import { checkFiles } from "../../check.ts";
import { MemoryFiles } from "../../testing/sample-app.ts";

const template = new URL("../../../../../apps/cli/templates/app/", import.meta.url);
const NAMES = [
  "ward.config.ts",
  "functions/register-patient.ts",
  "functions/patient-registered.ts",
  "policies/clinicians.cedar",
];
const APP = new Map(NAMES.map((name) => [name, readFileSync(new URL(name, template), "utf8")]));

/** A place in a file where something is put in instead of what stands there. */
const damage = fc.record({
  file: fc.constantFrom(...NAMES),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 0, max: 60 }),
  put: fc.constantFrom(
    "",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    '"',
    "`",
    "...",
    ",",
    ": ",
    "ctx.fhir",
    "grants: grants,",
    "on.http(",
    "\0",
    "é",
    "/*",
  ),
});

it("is judged whatever is broken in it, with every finding at a place that exists", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 3 }), async (damages) => {
      const texts = new Map(APP);
      for (const { file, at, length, put } of damages) {
        const text = texts.get(file) ?? "";
        const from = Math.floor(at * text.length);
        texts.set(file, text.slice(0, from) + put + text.slice(from + length));
      }
      const files = new MemoryFiles(texts);
      const paths = [...texts.keys()];
      const { units, problems } = await checkFiles(paths, files);
      const options = { now: new Date(0), wantsPatches: true };
      const given = units.map(({ unit }) => unit);
      const result = await analysis.run({ cwd: ".", root: ".", files, paths, units: given, options });
      const findings = [...units, ...result.units].flatMap((unit) => unit.findings);
      for (const { kind, because } of findings) assert.notEqual(kind, "error", because);
      for (const position of [...problems, ...findings].map((one) => one.position)) {
        const text = texts.get(position.file);
        assert.ok(text !== undefined && position.line <= text.split("\n").length, position.file);
      }
      for (const patch of mergePatches(result.patches ?? []))
        assert.ok(patched(patch).length < patch.source.text.length);
    }),
    { numRuns: 150 },
  );
});
