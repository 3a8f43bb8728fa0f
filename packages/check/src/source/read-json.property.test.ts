import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { rawToPlain } from "./raw-node.ts";
import { readJson } from "./read-json.ts";
import { SourceText } from "./source-text.ts";

/** Integers that a double does not hold keep their digits. */
function inexactAsText(_: string, value: unknown): unknown {
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? String(value) : value;
}

describe("readJson", () => {
  it("reads what JSON.parse reads, and nothing else", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value, undefined, 1);
        const { root, problems } = readJson(new SourceText("a.json", text));
        assert.deepEqual(problems, []);
        assert.ok(root);
        assert.equal(JSON.stringify(rawToPlain(root)), JSON.stringify(JSON.parse(text), inexactAsText));
      }),
    );
  });

  it("answers any damage with one problem inside the text", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), fc.string({ maxLength: 3 }), (value, at, put) => {
        const text = JSON.stringify(value);
        const damaged = text.slice(0, at % (text.length + 1)) + put;
        let valid = true;
        try {
          JSON.parse(damaged);
        } catch {
          valid = false;
        }
        const { root, problems } = readJson(new SourceText("a.json", damaged));
        assert.equal(root !== undefined, valid, damaged);
        for (const { spot } of problems) assert.ok(spot.offset >= 0 && spot.offset <= damaged.length);
      }),
    );
  });
});
