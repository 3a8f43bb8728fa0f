import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import fc from "fast-check";
import { startTestDatabase, type TestDatabase } from "./testing.ts";

let db: TestDatabase;
before(async () => {
  db = await startTestDatabase({ migrated: false });
});
after(async () => await db.close());

const text = fc.string({ unit: "grapheme", maxLength: 80 }).filter((given) => !given.includes("\0"));
const uuid = fc.oneof(
  fc.uuid(),
  fc.uuid().map((given) => given.toUpperCase()),
  fc.uuid().map((given) => given.replaceAll("-", "")),
  fc.constantFrom("", "00000000-0000-4000-8000-00000000000g", "00000000+0000-4000-8000-000000000000"),
);
const bytes = fc.uint8Array({ maxLength: 200 });
const integer = fc.oneof(fc.integer(), fc.double(), fc.constantFrom(-0, 2 ** 31, -(2 ** 31), 2 ** 31 - 1));
const big = fc.oneof(
  fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }),
  fc.maxSafeInteger(),
  fc.constantFrom(2n ** 63n - 1n, -(2n ** 63n), 2n ** 63n, -(2n ** 63n) - 1n, 0.5, 2 ** 53, -(2 ** 32), -1),
);
const time = fc.oneof(
  fc.date({ noInvalidDate: true }),
  fc.date({ min: new Date("1700-01-01"), max: new Date("2300-01-01"), noInvalidDate: true }),
  fc.date({ noInvalidDate: true, min: new Date(0) }).map((given) => given.toISOString()),
);

/** What is given for a parameter of a type, and what only some may hold. */
const GIVEN: readonly (readonly [type: string, given: fc.Arbitrary<unknown>])[] = [
  ["text", fc.oneof(text, fc.integer(), fc.boolean(), fc.bigInt())],
  ["varchar", text],
  ["uuid", uuid],
  ["bytea", fc.oneof(bytes, fc.constantFrom("\\x00ff", "plain"))],
  ["boolean", fc.oneof(fc.boolean(), fc.constantFrom("t", "no", 1, 7))],
  ["integer", integer],
  ["bigint", big],
  ["timestamptz", time],
  ["jsonb", fc.oneof(fc.dictionary(text, text), fc.constantFrom("[1]", "null", "{"))],
];
const ELEMENTS: readonly (readonly [type: string, given: fc.Arbitrary<unknown>])[] = [
  ["text", fc.oneof(text, fc.constantFrom("NULL", "null", "{}", '"', "\\", ",", " "))],
  ["text", fc.oneof(text, fc.integer(), fc.boolean())],
  ["varchar", text],
  ["uuid", uuid],
  ["bytea", bytes],
  ["boolean", fc.boolean()],
  ["integer", integer],
  ["bigint", big],
  ["timestamptz", time],
];

/** The answer, or the SQLSTATE of the refusal. */
async function ask(statement: string, value: unknown): Promise<unknown> {
  try {
    return (await db.database.query<{ answer: unknown }>(statement, [value]))[0]?.answer;
  } catch (error) {
    return { refused: (error as { code: string }).code };
  }
}

let texts = 0;

/** Two statements that say the same: one that was never seen goes as text, one that is prepared in binary form. */
async function inBothForms(type: string, value: unknown): Promise<[asText: unknown, inBinary: unknown]> {
  const statement = `select md5(coalesce($1::${type}::text, 'null')) as answer`;
  return [await ask(`${statement}, ${(texts += 1)} as once`, value), await ask(statement, value)];
}

/** Prepared by the third call, described by it, and in binary form from the fourth on. */
async function prepare(type: string): Promise<void> {
  for (let round = 0; round < 4; round += 1) await inBothForms(type, null);
}

describe("a parameter means the same as text and in binary form", () => {
  for (const [type, given] of GIVEN) {
    test(`${type}`, async () => {
      await prepare(type);
      await fc.assert(
        fc.asyncProperty(fc.option(given), async (value) => {
          const [asText, inBinary] = await inBothForms(type, value);
          assert.deepEqual(inBinary, asText);
        }),
        { numRuns: 60 },
      );
    });
  }
  for (const [type, given] of ELEMENTS) {
    test(`${type}[]`, async () => {
      await prepare(`${type}[]`);
      await fc.assert(
        fc.asyncProperty(fc.array(fc.option(given), { maxLength: 8 }), async (value) => {
          const [asText, inBinary] = await inBothForms(`${type}[]`, value);
          assert.deepEqual(inBinary, asText);
        }),
        { numRuns: 60 },
      );
    });
  }
  for (const [type, value] of [
    ["bigint[]", BigInt64Array.of(0n, -1n, 2n ** 62n)],
    ["bigint[]", new BigInt64Array(0)],
    ["integer[]", Int32Array.of(-5, 2 ** 31 - 1)],
    ["bigint[]", Int32Array.of(1)],
    ["integer[]", BigInt64Array.of(1n)],
    ["text", Buffer.from("bytes of a text")],
    ["bytea", Float32Array.of(1, 2)],
    ["text[]", [["nested"], ["deeper"]]],
    ["text[]", ["half\ud800"]],
    ["text", "é".repeat(50_000)],
    ["bytea", Buffer.alloc(3_000_000, 9)],
  ] as const) {
    test(`${value.constructor.name} for ${type}`, async () => {
      await prepare(type);
      const [asText, inBinary] = await inBothForms(type, value);
      assert.deepEqual(inBinary, asText);
    });
  }
});

test("what is written for a parameter is in binary form where its type is known", async () => {
  const statement = "select $1::text[] as first, $2::uuid as id, $3::timestamptz as time, $4::bytea[] as last";
  const values = [['a"\\,', null, ""], "00000000-0000-4000-8000-0000000000ff", new Date(), [Buffer.of(0, 255)]];
  for (let round = 0; round < 6; round += 1) {
    const [row] = await db.database.query<object>(statement, values);
    assert.deepEqual(row && Object.values(row), values);
  }
});
