/**
 * Token sets beside the record's own tokens (docs/decisions/0066-token-sets.md): whatever versions follow each other,
 * the sets of a record share no token, are never empty, and together hold those of its current version.
 */
import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { copyFile, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { migrate } from "@ward/postgres";
import { startTestDatabase, type TestDatabase } from "@ward/postgres/testing";
import fc from "fast-check";
import { findRows } from "./find-rows.ts";
import { valuesOf, WRITE_VERSIONS, type NextVersion } from "./write-versions.ts";

const seed = Number(process.env["WARD_SEED"] ?? Date.now() & 0x7fffffff);
const MIGRATIONS = new URL("../../../postgres/migrations/", import.meta.url);
const NO_STATISTICS = { rareOf: async (_sql: unknown, groups: readonly (readonly bigint[])[]) => groups };

/** Few tokens, so that versions share some; now and then so many that sets are written whole. */
const someTokens = fc.oneof(
  { weight: 8, arbitrary: fc.uniqueArray(fc.bigInt(1n, 20n), { maxLength: 12 }) },
  { weight: 1, arbitrary: fc.integer({ min: 250, max: 300 }).map(upTo) },
);
/** Each step writes some of five records, or deletes them. */
type Step = Readonly<Record<string, readonly bigint[] | null>>;
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.dictionary(fc.constantFrom("a", "b", "c", "d", "e"), fc.option(someTokens), { minKeys: 1 }),
  {
    minLength: 1,
    maxLength: 8,
  },
);

describe(`Token sets (seed ${seed})`, () => {
  let db: TestDatabase;
  before(async () => (db = await startTestDatabase()));
  after(async () => await db.close());

  it("hold what the current versions hold, each token once", async () => {
    const run = async (each: readonly Step[]): Promise<void> => {
      const current = new Map<string, NextVersion>();
      for (const step of each) {
        const written = Object.entries(step).flatMap(([name, tokens]): [string, NextVersion][] => {
          const before = current.get(name);
          return tokens === null && before === undefined ? [] : [[name, next(before, tokens)]];
        });
        await write(
          db,
          written.map(([, version]) => version),
        );
        for (const [name, version] of written) current.set(name, version);
        for (const version of current.values()) await compare(db, version);
      }
    };
    await fc.assert(fc.asyncProperty(steps, run), { seed, numRuns: 40 });
  });

  it("lie apart by what changes, so that the others are not written again", async () => {
    const first = next(undefined, [2001n, 2002n, 2003n, 2004n, 2005n]);
    const second = next(first, [2001n, 2002n, 2003n, 2004n, 2006n]);
    const third = next(second, [2001n, 2002n, 2003n, 2004n, 2007n]);
    await write(db, [first]);
    await write(db, [second]);
    const [kept] = await placesOf(db, [2001n, 2002n, 2003n, 2004n]);
    await write(db, [third]);
    assert.ok(kept !== undefined);
    assert.deepEqual(await placesOf(db, [2001n, 2002n, 2003n, 2004n]), [kept]);
    assert.deepEqual((await setsOf(db, third.id)).toSorted(byLength), [["2007"], ["2001", "2002", "2003", "2004"]]);
  });

  it("find a record by tokens of different sets, and by none that it lost", async () => {
    const first = next(undefined, [2101n, 2102n, 2103n]);
    const second = next(first, [2101n, 2103n, 2104n]);
    await write(db, [first, next(undefined, [2101n])]);
    await write(db, [second]);
    const found = async (...allOf: readonly (readonly bigint[])[]): Promise<readonly string[]> => {
      const query = { types: ["Observation"], allOf, order: "newest", limit: 9 } as const;
      return (await findRows(db.database, query, NO_STATISTICS)).map(({ id }) => id);
    };
    assert.deepEqual(await found([2103n], [2104n]), [first.id]);
    assert.deepEqual(await found([2104n, 9_999n], [2101n, 2102n]), [first.id]);
    assert.deepEqual(await found([2101n], [2102n]), []);
    assert.equal((await found([2101n, 2103n, 2104n])).length, 2);
  });
});

describe("The migration to token sets", () => {
  it("carries over what was written before it", async () => {
    const db = await startTestDatabase({ migrated: false });
    const folder = await mkdtemp(join(tmpdir(), "ward-migrations-"));
    try {
      for (const name of await readdir(MIGRATIONS)) {
        if (name < "0023") await copyFile(new URL(name, MIGRATIONS), join(folder, name));
      }
      await migrate(db.database, pathToFileURL(`${folder}/`));
      const [first, removed, bare] = [next(undefined, [1n, 2n]), next(undefined, [3n]), next(undefined, [])];
      await write(db, [first, removed, bare]);
      const [second, deletion] = [next(first, [1n, 4n]), next(removed, null)];
      await write(db, [second, deletion]);
      await migrate(db.database, MIGRATIONS);
      for (const version of [second, deletion, bare]) await compare(db, version);
      await write(db, [next(second, [4n, 5n])]);
      await compare(db, next(second, [4n, 5n]));
    } finally {
      await rm(folder, { recursive: true, force: true });
      await db.close();
    }
  });
});

/** `tokens` null: a tombstone. */
function next(before: NextVersion | undefined, tokens: readonly bigint[] | null): NextVersion {
  const { id, version } = before ?? { id: randomUUID(), version: 0 };
  const common = { type: "Observation", id, version: version + 1, subjectId: undefined, lastUpdated: new Date() };
  const sorted = BigInt64Array.from(tokens ?? []).sort();
  return { ...common, deleted: tokens === null, tokens: sorted, body: randomBytes(8), card: Buffer.alloc(0) };
}

function upTo(count: number): bigint[] {
  return Array.from({ length: count }, (_, at) => BigInt(at + 1));
}

async function write({ database }: TestDatabase, versions: readonly NextVersion[]): Promise<void> {
  if (versions.length > 0) await database.query(WRITE_VERSIONS.text, valuesOf(versions));
}

async function compare(db: TestDatabase, { id, tokens }: NextVersion): Promise<void> {
  const sets = await setsOf(db, id);
  assert.ok(sets.every((set) => set.length > 0));
  const wanted = Array.from(tokens, String);
  assert.deepEqual(sets.flat().toSorted(), wanted.toSorted());
  const query = "select tokens::text[] as tokens from fhir.record where id = $1";
  const [row] = await db.database.query<{ tokens: string[] }>(query, [id]);
  assert.deepEqual(row?.tokens, wanted);
}

async function setsOf({ database }: TestDatabase, id: string): Promise<readonly (readonly string[])[]> {
  const rows = await database.query<{ tokens: string[] }>(
    `select s.tokens::text[] as tokens from fhir.token_set s join fhir.record r on r.sequence = s.sequence
      where r.id = $1`,
    [id],
  );
  return rows.map(({ tokens }) => tokens.toSorted());
}

/** Where the set with these tokens lies: another place once it was written again. */
async function placesOf({ database }: TestDatabase, tokens: readonly bigint[]): Promise<readonly string[]> {
  const query =
    "select ctid::text as place from fhir.token_set where tokens @> $1::bigint[] and tokens <@ $1::bigint[]";
  return (await database.query<{ place: string }>(query, [BigInt64Array.from(tokens)])).map(({ place }) => place);
}

function byLength(one: readonly string[], other: readonly string[]): number {
  return one.length - other.length;
}
