/**
 * Equality of answers: random populations and searches, answered by the store over ciphertext and by looking at every
 * resource in memory. The same records in the same order over all pages, with the same includes and totals; where blind
 * indexes collide too; and while others write, for all that they leave alone (docs/decisions/0033-paging.md).
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { WardError } from "@ward/core";
import fc from "fast-check";
import type { JsonObject } from "../json.ts";
import { naiveIncludes, naiveSearch, referenceOf, type World } from "./testing/naive-search.ts";
import { randomSearch, randomWorld, urlOf, type RandomSearch } from "./testing/random-world.ts";
import { idsOf, startSearchFixture, type SearchFixture } from "./testing/search-fixture.ts";

const WORLDS = 10;
const SEARCHES_PER_WORLD = 40;
const SORTS = ["", "&_sort=date", "&_sort=-date,code", "&_sort=_lastUpdated", "&_sort=-_id"];
const seed = Number(process.env["WARD_SEED"] ?? Date.now() & 0x7fffffff);

for (const [name, cut] of [
  ["", undefined],
  [", with blind indexes of three bits", 7n],
] as const) {
  describe(`Searches over ciphertext${name} (seed ${seed})`, () => {
    let f: SearchFixture;
    before(async () => {
      f = await startSearchFixture((vault) =>
        cut === undefined
          ? vault
          : {
              ...vault,
              blindIndex: (domain, value) => vault.blindIndex(domain, value) & cut,
            },
      );
    });
    after(async () => await f.close());

    it("answer what looking at every resource answers", async () => {
      // No shrinking: a smaller world would have to be stored for every step.
      for (const world of fc.sample(randomWorld, { seed, numRuns: WORLDS })) {
        await fill(f, world);
        for (const search of fc.sample(randomSearch, { seed: seed + world.length, numRuns: SEARCHES_PER_WORLD })) {
          await compare(f, world, search);
        }
      }
    });
  });
}

describe(`Pages during concurrent writes (seed ${seed})`, () => {
  let f: SearchFixture;
  before(async () => (f = await startSearchFixture()));
  after(async () => await f.close());

  it("show every record that is left alone once, in order", async () => {
    const still = Array.from({ length: 25 }, (_, n) => observation(`still${n}`, n));
    const moving = Array.from({ length: 10 }, (_, n) => observation(`moving${n}`, n));
    const world =
      fc.sample(fc.shuffledSubarray([...still, ...moving], { minLength: 35 }), { seed, numRuns: 1 })[0] ?? [];
    await f.store(...world);
    const { entry: stored = [] } = await f.search("Observation?_count=100");
    // Those of one millisecond fall to their sequence, the newest first, as they come here.
    const byTime = stored
      .map(({ resource }) => resource)
      .filter((each) => referenceOf(each).includes("still"))
      .sort((a, b) => (timeOf(a) < timeOf(b) ? -1 : timeOf(a) > timeOf(b) ? 1 : 0))
      .map(referenceOf);
    let isPaging = true;
    const writing = writeOn(f, () => isPaging);
    try {
      // By resources, and by cards alone.
      for (const [criterion, sort] of ["code=glu", "subject=Patient/x"].flatMap((each) =>
        SORTS.map((sort) => [each, sort] as const),
      )) {
        const { matches, pages } = await f.pages(`Observation?${criterion}${sort}&_count=3`);
        const keys = sort === "" ? [] : sort.replace("&_sort=", "").split(",");
        const expected =
          keys[0] === "_lastUpdated"
            ? byTime
            : naiveSearch(world, "Observation", [], keys).filter((each) => each.includes("still"));
        assert.deepEqual(
          matches.filter((each) => each.includes("still")),
          expected,
          sort,
        );
        assert.ok(pages.length > 8, "there were many pages to write between");
        if (sort === "")
          assert.equal(new Set(matches).size, matches.length, "nothing is repeated in the default order");
      }
    } finally {
      isPaging = false;
      assert.ok((await writing) > 20, "there were writes between the pages");
    }
  });
});

/** Updates, deletes and creates until told to stop; answers how often. */
async function writeOn(f: SearchFixture, isWanted: () => boolean): Promise<number> {
  let writes = 0;
  while (isWanted()) {
    const id = `moving${writes % 10}`;
    if (writes % 7 === 3) await f.write({ kind: "delete", type: "Observation", id });
    else await f.store(observation(id, writes * 13));
    if (writes % 5 === 0) await f.store(observation(`new${writes}`, writes * 7));
    writes++;
  }
  return writes;
}

function observation(id: string, n: number): JsonObject {
  return {
    resourceType: "Observation",
    id,
    status: "final",
    subject: { reference: "Patient/x" },
    code: { coding: [{ code: "glu" }, { code: `other${n % 4}` }] },
    effectiveDateTime: `2024-01-${String((n % 9) + 10)}`,
  };
}

function timeOf(resource: JsonObject): string {
  return (resource["meta"] as JsonObject)["lastUpdated"] as string;
}

async function fill(f: SearchFixture, world: World): Promise<void> {
  await f.db.database.query("delete from fhir.history");
  await f.db.database.query("delete from fhir.record");
  // What is written twice keeps the place of its first version.
  await f.store(...world.map((each) => ({ ...each, language: "en" })), ...world.slice(0, 3));
  // Some versions were written before there were cards.
  await f.db.database.query("update fhir.record set card = null where hashtext(id::text) % 4 = 0");
}

async function compare(f: SearchFixture, world: World, search: RandomSearch): Promise<void> {
  const url = urlOf(search);
  const expected = naiveSearch(world, search.type, search.criteria, search.sort);
  const { matches, pages } = await f.pages(url);
  await compareBounded(f, search, expected);
  assert.deepEqual(matches, expected, url);
  for (const page of pages) {
    const shown = idsOf(page, "match");
    assert.deepEqual(idsOf(page, "include").sort(), naiveIncludes(world, shown, search.includes), url);
    assert.ok(page.total === undefined || page.total === expected.length, url);
  }
}

/** Chains that match too much are asked from the other side, or refused: never answered otherwise. */
async function compareBounded(f: SearchFixture, search: RandomSearch, expected: readonly string[]): Promise<void> {
  const url = urlOf({ ...search, includes: [], count: 1_000 });
  try {
    const bundle = await f.search(url, undefined, { innerMatchesMax: 2 });
    assert.deepEqual(idsOf(bundle, "match"), expected, url);
  } catch (thrown) {
    if (!(thrown instanceof WardError) || thrown.code !== "too-large") throw thrown;
  }
}
