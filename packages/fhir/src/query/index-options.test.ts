/** What a deployment indexes beside the usual, or not: the answers are the same, what is looked at is not. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { JsonObject } from "../json.ts";
import type { IndexOptions } from "../search/tokens/index-options.ts";
import { idsOf, startSearchFixture, type SearchFixture } from "./testing/search-fixture.ts";

const FEW = { candidatesMax: 3 };
const YEARS = [1, 2, 3, 4, 5, 6].map((n) => `202${n}`);

function observation(year: string): JsonObject {
  const code = { coding: [{ system: "http://loinc.org", code: "29463-7" }] };
  return { resourceType: "Observation", id: year, status: "final", code, effectiveDateTime: `${year}-03-01` };
}

function person(family: string, id: string): JsonObject {
  return { resourceType: "Patient", id, name: [{ family }] };
}

async function started(index: IndexOptions): Promise<SearchFixture> {
  const fixture = await startSearchFixture(undefined, index);
  await fixture.store(...YEARS.map(observation), person("Okafor", "p1"), person("Meyer", "p2"));
  return fixture;
}

describe("options of the index", () => {
  let usual: SearchFixture;
  let other: SearchFixture;
  before(async () => {
    usual = await started({});
    other = await started({ rangeIndexes: ["Observation.date"], unindexed: ["Patient.name"] });
  });
  after(async () => {
    await usual.close();
    await other.close();
  });

  it("find a range of dates across patients where they are indexed so, and are refused where not", async () => {
    const query = "Observation?date=ge2022-02&date=lt2024&_sort=date";
    assert.deepEqual(idsOf(await other.search(query, undefined, FEW), "match"), [
      "Observation/2022",
      "Observation/2023",
    ]);
    await assert.rejects(usual.search(query, undefined, FEW), { code: "too-large" });
    assert.deepEqual(idsOf(await usual.search(query), "match"), ["Observation/2022", "Observation/2023"]);
  });

  it("find names with tokens and without", async () => {
    for (const fixture of [usual, other]) {
      assert.deepEqual(idsOf(await fixture.search("Patient?name=oka"), "match"), ["Patient/p1"]);
      assert.deepEqual(idsOf(await fixture.search("Patient?family:exact=Meyer"), "match"), ["Patient/p2"]);
    }
  });
});
