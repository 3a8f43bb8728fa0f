import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { covers, overlaps } from "./symbol.ts";

const piece = fc.constantFrom("a", "b", "/", "*", "?", "${Table}", "${?Stage}", "reports");
const names = fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join(""));
const arns = names.map((name) => `arn:aws:s3:::${name}`);
/** What a request can be about: `?` and open parts are of policies and templates. */
const definite = fc
  .array(fc.constantFrom("a", "b", "/", "${Table}", "reports"), { minLength: 1, maxLength: 8 })
  .map((pieces) => `arn:aws:s3:::${pieces.join("")}`);

describe("symbols, whatever they are", () => {
  it("cover what they are, and everything is covered by everything", () => {
    fc.assert(
      fc.property(arns, (arn) => {
        assert.equal(covers(arn, arn), "yes");
        assert.equal(covers("*", arn), "yes");
        assert.equal(covers("arn:aws:s3:::*", arn), "yes");
      }),
    );
  });

  it("overlap both ways round, and wherever one may cover the other", () => {
    fc.assert(
      fc.property(arns, arns, (one, other) => {
        assert.equal(overlaps(one, other), overlaps(other, one));
        if (covers(one, other) !== "no") assert.ok(overlaps(one, other));
      }),
    );
  });

  it("are covered by a pattern that covers what covers them", () => {
    fc.assert(
      fc.property(arns, arns, definite, (wide, middle, narrow) => {
        const isChain = covers(wide, middle) === "yes" && covers(middle, narrow) === "yes";
        if (isChain && !middle.includes("?")) assert.notEqual(covers(wide, narrow), "no");
      }),
    );
  });
});
