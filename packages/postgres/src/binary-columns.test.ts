import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startTestDatabase, type TestDatabase } from "./testing.ts";

let db: TestDatabase;
before(async () => {
  db = await startTestDatabase({ migrated: false });
});
after(async () => await db.close());

/** One expression a type, and what the other types of the suite don't show: nulls, empty ones, both ends. */
const EXPRESSIONS: readonly string[] = [
  "true",
  "false",
  "null::boolean",
  "'\\x'::bytea",
  "decode(repeat('00ff80', 3000), 'hex')",
  "9007199254740993::bigint",
  "(-9223372036854775808)::bigint",
  "(-32768)::smallint",
  "(-2147483648)::integer",
  "4294967295::oid",
  "'pg_class'::name",
  "''::text",
  "repeat('日本 é \"', 100)",
  "'x'::varchar(3)",
  `'{"a": [1, "é"]}'::json`,
  `'{"a": [1, "é"]}'::jsonb`,
  "'null'::jsonb",
  "null::jsonb",
  "0.1::float8",
  "'NaN'::float8",
  "'-Infinity'::float8",
  "0.1::real",
  "12345678901234567890.5::numeric",
  "sum(1::bigint)",
  "'2025-01-01T00:00:00.123456Z'::timestamptz",
  "'1969-12-31T23:59:59.999999Z'::timestamptz",
  "'1850-07-04T05:06:07.000001Z'::timestamptz",
  "'0001-01-01T00:00:00Z'::timestamptz",
  "'9999-12-31T23:59:59.999Z'::timestamptz",
  "'infinity'::timestamptz",
  "'-infinity'::timestamptz",
  "'2025-01-01'::date",
  "'00000000-0000-4000-8000-0000000000ff'::uuid",
  "array['a,b', null, 'c\"d', '']::text[]",
  "'{}'::text[]",
  "array[1, null, -9223372036854775808]::bigint[]",
  "'{}'::bigint[]",
  "array[1, null, -1]::integer[]",
  "array['\\x00ff', null, '\\x']::bytea[]",
  "array['00000000-0000-4000-8000-0000000000ff']::uuid[]",
  "interval '1 day'",
  "pg_notify('nobody', '')",
];

describe("a value is the same as text and in binary form", () => {
  for (const expression of EXPRESSIONS) {
    test(expression, async () => {
      // A statement has a name from the third time on, and its columns are known from the fourth.
      const text = `select ${expression} as value, $1::integer as place`;
      const answers: unknown[] = [];
      for (let round = 0; round < 6; round += 1) {
        const [row] = await db.database.read<object>(`${text} group by 2 having $1::integer = 7`, [7]);
        answers.push(row);
      }
      assert.equal((answers[0] as { place: number }).place, 7);
      for (const answer of answers) assert.deepEqual(answer, answers[0]);
    });
  }
});

test("what is kept of an answer does not change with the next one", async () => {
  const ask = async (byte: string) =>
    await db.database.read<{ bytes: Buffer }>("select decode(repeat($1, 600), 'hex') as bytes", [byte]);
  const kept: Buffer[] = [];
  for (let round = 0; round < 50; round += 1) kept.push((await ask(round % 2 === 0 ? "00" : "ff"))[0]?.bytes as Buffer);
  for (const [round, bytes] of kept.entries()) assert.ok(bytes.equals(Buffer.alloc(600, round % 2 === 0 ? 0 : 255)));
});
