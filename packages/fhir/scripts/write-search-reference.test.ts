import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import type { JsonObject } from "../src/json.ts";
import type { FlatCriterion } from "../src/search/contract.ts";
import { indexOf } from "../src/search/index-of.ts";
import { searchedOf } from "../src/extraction/searched.ts";
import { judgeOf } from "../src/search/meets.ts";
import { plan } from "../src/search/plan.ts";
import { readableIndex } from "../src/search/testing.ts";
import { SEARCH_CASES } from "./search-cases.ts";
import { criteriaOf, SEARCH_PAGE, searchPage } from "./write-search-reference.ts";

function isCandidate(resource: JsonObject, criteria: readonly FlatCriterion[]): boolean {
  const { blindIndex } = readableIndex();
  const tokens = new Set(indexOf(resource, blindIndex).tokens);
  const { allOf } = plan([resource["resourceType"] as string], criteria, blindIndex);
  return allOf.every((group) => group.some((token) => tokens.has(token)));
}

describe("the reference of the search", () => {
  for (const each of SEARCH_CASES) {
    it(`tells the truth of ${each.query}`, async () => {
      const criteria = await criteriaOf(each);
      assert.ok(judgeOf(criteria)(searchedOf(each.found)), "finds what it should");
      assert.ok(isCandidate(each.found, criteria), "its tokens find it too");
      assert.ok(!judgeOf(criteria)(searchedOf(each.other)), "finds nothing else");
    });
  }

  it("is what the code does", async () => {
    const page = readFileSync(SEARCH_PAGE, "utf8");
    assert.equal(page, await searchPage(page), "run node packages/fhir/scripts/write-search-reference.ts");
  });
});
