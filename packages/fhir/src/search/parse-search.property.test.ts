/** Whatever stands in a query: an answer or a `WardError`, soon, and never a value in the error. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { WardError } from "@ward/core";
import { resourceTypes } from "./definitions.ts";
import { parametersOf } from "./parameters.ts";
import { parseSearch } from "./parse-search.ts";
import { NOW } from "./testing.ts";

const modifiers = ["", ":missing", ":exact", ":contains", ":text", ":not", ":above", ":below", ":in", ":not-in"];
const more = [":of-type", ":identifier", ":Patient", ":iterate", ":", ":x:y", "."];
const results = ["_sort", "_count", "_include", "_revinclude", "_elements", "_summary", "_total", "_type", "_cursor"];
const pieces = [
  "a",
  "|",
  "$",
  ",",
  "\\",
  "http://a/b",
  "Patient/1",
  "2020",
  "-01",
  "T10:00",
  "gt",
  "5.4",
  "e3",
  ":",
  "*",
];
const odd = ["", " ", "\0", "\ud800", "%", "'", "é", "٣", "{}", "null", "-", "_has:Observation:patient:"];

const type = fc.constantFrom(...resourceTypes());
const value = fc.oneof(
  fc.string(),
  fc.array(fc.constantFrom(...pieces, ...odd), { maxLength: 8 }).map((all) => all.join("")),
);

function nameOf(of: string): fc.Arbitrary<string> {
  const parameter = fc.constantFrom(...parametersOf(of).map(({ name }) => name), ...results, "_has", "near", "_text");
  const modified = fc.tuple(parameter, fc.constantFrom(...modifiers, ...more)).map((parts) => parts.join(""));
  const chained = fc.array(modified, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("."));
  return fc.oneof(
    modified,
    chained,
    chained.map((each) => `_has:Observation:subject:${each}`),
    fc.string(),
  );
}

const query = type.chain((of) =>
  fc.tuple(fc.constant(of), fc.array(fc.tuple(nameOf(of), value), { minLength: 1, maxLength: 3 })),
);

describe("a query of any shape", () => {
  it("is parsed or refused, and the refusal has no value in it", () => {
    fc.assert(
      fc.property(query, fc.constantFrom("strict" as const, "lenient" as const), ([of, pairs], handling) => {
        const marked = pairs.map(([name, text]) => [name, `${text}canary`] as [string, string]);
        for (const each of [pairs, marked]) {
          try {
            const text = new URLSearchParams(
              each.map(([name, one]): [string, string] => [name.toWellFormed(), one.toWellFormed()]),
            ).toString();
            const search = parseSearch([of], text, handling, { now: NOW });
            const again = parseSearch([of], search.self, "strict", { now: NOW });
            assert.equal(again.self, search.self, "what was understood is understood again");
            assert.deepEqual(again.criteria, search.criteria);
          } catch (thrown) {
            assert.ok(thrown instanceof WardError, String(thrown));
            assert.ok(["invalid-request", "unsupported", "too-large"].includes(thrown.code), thrown.code);
            assert.ok(!JSON.stringify(thrown.detail).includes("canary"), JSON.stringify(thrown.detail));
          }
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it("is done with soon, however long, deep and nested", () => {
    const hostile = [
      `name=${"\\".repeat(100_000)}`,
      `name=${",".repeat(100_000)}`,
      `${"subject.".repeat(10_000)}name=x`,
      `${"_has:Observation:subject:".repeat(3_000)}code=x`,
      `value-quantity=${"9".repeat(100_000)}`,
      `date=${"2020-01-01T".repeat(5_000)}`,
      `combo-code-value-quantity=${"$".repeat(1_900)}`,
      `subject=${"a/".repeat(1_000)}`,
      `${"focus.".repeat(5)}nothing=x`,
      `${"derived-from.has-member.focus.subject.item".repeat(1)}.nothing=x`,
    ];
    for (const text of hostile) {
      assert.throws(() => parseSearch(["Observation"], text, "strict", { now: NOW }), WardError, text.slice(0, 30));
    }
  });
});
