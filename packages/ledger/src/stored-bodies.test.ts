import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { bodyAt, leafAt, splitBodies } from "./stored-bodies.ts";
import { hashLeaf } from "./tree.ts";

/** As `JOINED_BODIES` does it. */
function join(bodies: readonly Buffer[]): Buffer | null {
  return bodies.length === 0 ? null : Buffer.concat(bodies.flatMap((body) => [Buffer.from("\n"), body]));
}

test("gives back the bodies that were joined, and their leaves, unless one of them holds a newline", () => {
  const body = fc.uint8Array({ max: 20 }).map((bytes) => Buffer.from(bytes));
  fc.assert(
    fc.property(fc.array(body), (bodies) => {
      const run = splitBodies(join(bodies), bodies.length);
      assert.equal(
        run === undefined,
        bodies.some((bytes) => bytes.includes("\n")),
      );
      for (const [at, bytes] of run ? bodies.entries() : []) {
        assert.ok(run && bodyAt(run, at).equals(bytes));
        assert.ok(leafAt(run, at).equals(hashLeaf(bytes)));
      }
    }),
  );
});

test("takes no other number of lines for so many bodies", () => {
  const joined = join([Buffer.from("one"), Buffer.from("two")]);
  for (const entries of [0, 1, 3]) assert.equal(splitBodies(joined, entries), undefined, String(entries));
  assert.equal(splitBodies(null, 1), undefined);
});
