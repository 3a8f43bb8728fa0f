import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { GrowingTree, type Tile } from "./tile.ts";
import { hashLeaf, isEqual } from "./tree.ts";

test("a tree taken up again from its partial tiles grows as one that was never put down", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 5 }), (batches) => {
      const whole = new GrowingTree();
      let partial: readonly Tile[] = [];
      let size = 0;
      for (const batch of batches) {
        const resumed = GrowingTree.resume(size, partial);
        for (let at = 0; at < batch; at += 1) {
          const leaf = hashLeaf(Buffer.from(String(size + at)));
          assert.deepEqual(resumed.add(leaf), whole.add(leaf));
        }
        size += batch;
        partial = resumed.partialTiles();
        assert.deepEqual(partial, whole.partialTiles());
        assert.ok(isEqual(resumed.root(), whole.root()));
      }
    }),
    { numRuns: 40 },
  );
});

test("refuses partial tiles that do not fit the size", () => {
  const tree = new GrowingTree();
  for (let at = 0; at < 300; at += 1) tree.add(hashLeaf(Buffer.from(String(at))));
  assert.throws(() => GrowingTree.resume(301, tree.partialTiles()));
  assert.throws(() => GrowingTree.resume(300, tree.partialTiles().slice(1)));
});
