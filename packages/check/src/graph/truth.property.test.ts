import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { all, any, not, oneOf, truth, type Outcome, type Truth } from "./truth.ts";

const RANK: Readonly<Record<Outcome, number>> = { fail: 0, unknown: 1, pass: 2 };
const truths = fc.constantFrom<Outcome>("pass", "fail", "unknown").map((outcome): Truth => truth(outcome, outcome));
const many = fc.array(truths, { minLength: 1, maxLength: 6 });

describe("three-valued answers", () => {
  it("take the least of all and the most of any, as Kleene's logic does", () => {
    fc.assert(
      fc.property(many, (answers) => {
        const ranks = answers.map(({ outcome }) => RANK[outcome]);
        assert.equal(RANK[all(...answers).outcome], Math.min(...ranks));
        assert.equal(RANK[any(...answers).outcome], Math.max(...ranks));
      }),
    );
  });

  it("obey De Morgan", () => {
    fc.assert(
      fc.property(many, (answers) => {
        assert.equal(not(all(...answers)).outcome, any(...answers.map(not)).outcome);
      }),
    );
  });

  it("know a choice only where all its options agree", () => {
    fc.assert(
      fc.property(many, (answers) => {
        const outcomes = new Set(answers.map(({ outcome }) => outcome));
        assert.equal(oneOf("it depends", answers).outcome, outcomes.size === 1 ? answers[0]?.outcome : "unknown");
      }),
    );
  });
});
