/** Any list of grants, written in any way: what is taken out goes, everything else stays, and the rest is still a list. */
import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { parseSync } from "oxc-parser";
import { SourceText } from "../../source/source-text.ts";
import { patched } from "../patch.ts";
import { narrowingEdits } from "./narrow.ts";

/** What may stand around an item; comments are counted, since only those on an item's own line may go with it. */
const blank = fc.constantFrom(
  "",
  " ",
  "\n",
  "\n    ",
  "\r\n  ",
  "\n  // about the next\n  ",
  "\n  /* block */\n",
  " /* in line */ ",
);
const after = fc.constantFrom("", " ", " // at its end\n", "\n", " /* at its end */\n");

const written = fc.record({
  items: fc.array(fc.record({ before: blank, after, isGone: fc.boolean() }), { minLength: 1, maxLength: 7 }),
  hasTrailingComma: fc.boolean(),
  end: blank,
});

it("keeps the items that stay, in their order, and every comment that stands on a line of its own", () => {
  fc.assert(
    fc.property(written, ({ items, hasTrailingComma, end }) => {
      const offsets = new Set<number>();
      let text = "export default defineFunction({ grants: { fhir: [";
      for (const [index, { before, after: tail, isGone }] of items.entries()) {
        text += before;
        if (isGone) offsets.add(text.length);
        text += `"T${index}.read"`;
        if (index < items.length - 1 || hasTrailingComma) text += ",";
        text += tail;
      }
      text += `${end}], secrets: ["kept"] }, limits: {} });\n`;
      const source = new SourceText("functions/a.ts", text);
      const { edits, left } = narrowingEdits(source, offsets);
      assert.deepEqual([...left], []);
      const narrowed = patched({ source, edits });
      const { program, errors } = parseSync("a.ts", narrowed);
      assert.deepEqual(errors, [], narrowed);
      assert.equal(program.body.length, 1);
      const kept = items.flatMap(({ isGone }, index) => (isGone ? [] : [`T${index}.read`]));
      assert.deepEqual(
        [...narrowed.matchAll(/"(T\d\.read)"/g)].map(([, name]) => name),
        kept,
        narrowed,
      );
      assert.ok(narrowed.includes('secrets: ["kept"] }, limits: {} });'), narrowed);
      // A list that is left empty goes with all that it holds.
      if (kept.length === 0) return assert.ok(!narrowed.includes("fhir"), narrowed);
      const own = (one: string) => one.match(/\/\/ about|\/\* block/g)?.length ?? 0;
      assert.equal(own(narrowed), own(text), narrowed);
    }),
    { numRuns: 400 },
  );
});
