import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import fc from "fast-check";
import { SourceText, positionOf } from "../../source/source-text.ts";
import { readCedar } from "./cedar-syntax.ts";

const read = (text: string) => readCedar(new SourceText("p.cedar", text));

describe("the head of a Cedar policy", () => {
  it("says who, what, on what and under which conditions, each at its place", () => {
    const text = `// not "permit" yet
@id("read; all") @advice
permit (
  principal in Ward::Role::"cli\\"nician",
  action in [Ward::Action::"fhir.read", Ward::Action::"fhir.search"],
  resource
)
when { context.purpose == "TR}EAT" && { a: 1 }.a == 1 } // }
unless { resource has labels };
forbid(principal is Ward::Person in Ward::Role::"x", action == Ward::Action::"fhir.delete", resource is Ward::ResourceType);`;
    const { policies, problems } = read(text);
    assert.deepEqual(problems, []);
    const [first, second] = policies;
    assert.deepEqual(
      [first?.id, first?.effect, first?.principal.entities.map(({ type, id }) => [type, id])],
      ["read; all", "permit", [["Ward::Role", 'cli"nician']]],
    );
    assert.deepEqual(
      first?.action.entities.map(({ id }) => id),
      ["fhir.read", "fhir.search"],
    );
    assert.deepEqual([first?.resource.entities, first?.resource.type], [[], undefined]);
    assert.deepEqual(
      first?.conditions.map(({ kind, text: condition }) => [kind, condition]),
      [
        ["when", 'context.purpose == "TR}EAT" && { a: 1 }.a == 1'],
        ["unless", "resource has labels"],
      ],
    );
    assert.equal(first && positionOf(first.spot).line, 2);
    assert.deepEqual([second?.id, second?.effect, second?.principal.type], [undefined, "forbid", "Ward::Person"]);
    assert.deepEqual(
      second?.principal.entities.map(({ id }) => id),
      ["x"],
    );
    assert.equal(second?.resource.type, "Ward::ResourceType");
  });

  it("is read in the example's policies as Cedar reads it", () => {
    const file = new URL("../../../../../examples/hospital/policies/hospital.cedar", import.meta.url);
    const { policies, problems } = read(readFileSync(file, "utf8"));
    assert.deepEqual(problems, []);
    assert.deepEqual(
      policies.map(({ id, effect, conditions }) => [id, effect, conditions.length]),
      [
        ["clinicians-read-for-treatment", "permit", 1],
        ["registration-finds-patients", "permit", 1],
        ["security-officers-see-nothing-clinical", "forbid", 0],
        ["no-marketing-and-no-research", "forbid", 1],
      ],
    );
  });

  it("that is broken is named with what was expected, and the next is read", () => {
    const { policies, problems } = read(
      `allow (principal, action, resource);\npermit (principal action, resource);\nforbid (principal, action, resource);`,
    );
    assert.deepEqual(
      problems.map(({ spot, message }) => [positionOf(spot).line, message]),
      [
        [1, "permit or forbid was expected"],
        [2, "action was expected"],
      ],
    );
    assert.deepEqual(
      policies.map(({ effect }) => effect),
      ["forbid"],
    );
  });

  it("ends on anything", () => {
    const piece = fc.constantFrom(
      "permit",
      "forbid",
      "(",
      ")",
      "{",
      "}",
      "[",
      "]",
      ";",
      ",",
      "@id",
      '("a")',
      "principal",
      "action",
      "resource",
      "in",
      "is",
      "==",
      "Ward::Role",
      '::"x"',
      '"',
      "//",
      "when",
      "unless",
      "\n",
      " ",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const { policies, problems } = read(pieces.join(""));
        for (const { spot } of [...policies, ...problems]) assert.ok(spot.offset <= pieces.join("").length);
      }),
    );
  });
});
