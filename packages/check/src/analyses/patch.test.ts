import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { applyPatch } from "diff";
import { SourceText } from "../source/source-text.ts";
import { mergePatches, patched, unifiedDiff } from "./patch.ts";

const source = new SourceText("functions/a.ts", "one\ntwo\n--- three ---\nfour\nfive");

describe("a patch", () => {
  it("changes what its edits name and nothing else", () => {
    const patch = {
      source,
      edits: [
        { start: 22, end: 26, text: "4" },
        { start: 4, end: 8, text: "" },
      ],
    };
    assert.equal(patched(patch), "one\n--- three ---\n4\nfive");
  });

  it("is a unified diff that applies to the file, also where a line looks like a header and no newline ends it", () => {
    const patch = {
      source,
      edits: [
        { start: 4, end: 21, text: "--- 3 ---" },
        { start: 31, end: 31, text: "!" },
      ],
    };
    const diff = unifiedDiff(patch);
    assert.match(diff, /^--- a\/functions\/a\.ts\n\+\+\+ b\/functions\/a\.ts\n@@ /);
    assert.equal(applyPatch(source.text, diff), patched(patch));
  });

  it("is one a file, in the order of names, without edits that overlap earlier ones or change nothing", () => {
    const other = new SourceText("a.ts", "x");
    const merged = mergePatches([
      { source, edits: [{ start: 0, end: 3, text: "1" }] },
      { source: other, edits: [{ start: 0, end: 1, text: "y" }] },
      {
        source,
        edits: [
          { start: 2, end: 5, text: "" },
          { start: 4, end: 7, text: "2" },
        ],
      },
      { source: new SourceText("b.ts", "x"), edits: [{ start: 0, end: 1, text: "x" }] },
    ]);
    assert.deepEqual(
      merged.map((patch) => patched(patch)),
      ["y", "1\n2\n--- three ---\nfour\nfive"],
    );
  });
});
