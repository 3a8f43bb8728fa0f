import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { GrowingTree, type Tile, subtreesOf } from "./tile.ts";
import {
  EMPTY_ROOT,
  hashLeaf,
  hashNode,
  isEqual,
  proveConsistencyFrom,
  proveInclusionFrom,
  type SubtreeSource,
  verifyConsistency,
  verifyInclusion,
} from "./tree.ts";

interface Vectors {
  readonly leaves: readonly string[];
  readonly emptyRoot: string;
  readonly roots: readonly string[];
  readonly inclusion: readonly { index: number; size: number; hashes: readonly string[] }[];
  readonly consistency: readonly { from: number; to: number; hashes: readonly string[] }[];
}

const vectors = JSON.parse(
  readFileSync(new URL("../../../conformance/ledger/merkle-tree.json", import.meta.url), "utf8"),
) as Vectors;
const hex = (text: string | undefined): Buffer => Buffer.from(text ?? "", "hex");

/** RFC 6962 section 2.1 word for word. */
function naiveRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves;
  if (only === undefined) return EMPTY_ROOT;
  if (leaves.length === 1) return only;
  const split = naiveSplit(leaves.length);
  return hashNode(naiveRoot(leaves.slice(0, split)), naiveRoot(leaves.slice(split)));
}

/** RFC 6962 section 2.1.1 word for word. */
function naivePath(index: number, leaves: readonly Uint8Array[]): readonly Uint8Array[] {
  if (leaves.length === 1) return [];
  const split = naiveSplit(leaves.length);
  return index < split
    ? [...naivePath(index, leaves.slice(0, split)), naiveRoot(leaves.slice(split))]
    : [...naivePath(index - split, leaves.slice(split)), naiveRoot(leaves.slice(0, split))];
}

/** RFC 6962 section 2.1.2 word for word. */
function naiveSubproof(from: number, leaves: readonly Uint8Array[], known: boolean): readonly Uint8Array[] {
  if (from === leaves.length) return known ? [] : [naiveRoot(leaves)];
  const split = naiveSplit(leaves.length);
  return from <= split
    ? [...naiveSubproof(from, leaves.slice(0, split), known), naiveRoot(leaves.slice(split))]
    : [...naiveSubproof(from - split, leaves.slice(split), false), naiveRoot(leaves.slice(0, split))];
}

function naiveSplit(size: number): number {
  return 2 ** Math.ceil(Math.log2(size) - 1);
}

function growTree(leaves: readonly Uint8Array[]): { tree: GrowingTree; source: SubtreeSource } {
  const tree = new GrowingTree();
  const tiles = new Map<string, Tile>();
  for (const leaf of leaves) for (const tile of tree.add(leaf)) tiles.set(`${tile.level}/${tile.index}`, tile);
  for (const tile of tree.partialTiles()) tiles.set(`${tile.level}/${tile.index}`, tile);
  return { tree, source: subtreesOf(async (level, index) => tiles.get(`${level}/${index}`)?.hashes) };
}

function makeLeaves(count: number): readonly Buffer[] {
  return Array.from({ length: count }, (_, at) => hashLeaf(Buffer.from(`leaf ${at}`)));
}

test("gives the roots of Certificate Transparency's reference trees", () => {
  assert.equal(EMPTY_ROOT.toString("hex"), vectors.emptyRoot);
  const tree = new GrowingTree();
  assert.ok(isEqual(tree.root(), EMPTY_ROOT));
  vectors.leaves.forEach((leaf, at) => {
    tree.add(hashLeaf(hex(leaf)));
    assert.equal(Buffer.from(tree.root()).toString("hex"), vectors.roots[at]);
  });
});

test("makes and accepts the reference inclusion proofs", async () => {
  const leaves = vectors.leaves.map((leaf) => hashLeaf(hex(leaf)));
  const { source } = growTree(leaves);
  for (const { index, size, hashes } of vectors.inclusion) {
    const proof = await proveInclusionFrom(source, index, size);
    assert.deepEqual(
      proof.hashes.map((hash) => Buffer.from(hash).toString("hex")),
      hashes,
    );
    assert.ok(verifyInclusion(proof, leaves[index] ?? EMPTY_ROOT, hex(vectors.roots[size - 1])));
  }
});

test("makes and accepts the reference consistency proofs", async () => {
  const { source } = growTree(vectors.leaves.map((leaf) => hashLeaf(hex(leaf))));
  for (const { from, to, hashes } of vectors.consistency) {
    const proof = await proveConsistencyFrom(source, from, to);
    assert.deepEqual(
      proof.hashes.map((hash) => Buffer.from(hash).toString("hex")),
      hashes,
    );
    assert.ok(verifyConsistency(proof, hex(vectors.roots[from - 1]), hex(vectors.roots[to - 1])));
  }
});

test("agrees with the RFC's recursive definition for every pair of sizes up to 64", async () => {
  const leaves = makeLeaves(64);
  const { source } = growTree(leaves);
  const roots = Array.from({ length: 65 }, (_, size) => naiveRoot(leaves.slice(0, size)));
  for (let size = 1; size <= 64; size += 1) {
    const root = roots[size] ?? EMPTY_ROOT;
    const wrongRoot = roots[size - 1] ?? EMPTY_ROOT;
    assert.ok(isEqual(growTree(leaves.slice(0, size)).tree.root(), root));
    for (let index = 0; index < size; index += 1) {
      const leaf = leaves[index] ?? EMPTY_ROOT;
      const proof = await proveInclusionFrom(source, index, size);
      assert.deepEqual(proof.hashes, naivePath(index, leaves.slice(0, size)));
      assert.ok(verifyInclusion(proof, leaf, root));
      assert.ok(!verifyInclusion(proof, leaf, wrongRoot));
      assert.ok(!verifyInclusion({ ...proof, index: (index + 1) % (size + 1) }, leaf, root));
    }
    for (let from = 1; from <= size; from += 1) {
      const proof = await proveConsistencyFrom(source, from, size);
      assert.deepEqual(proof.hashes, naiveSubproof(from, leaves.slice(0, size), true));
      assert.ok(verifyConsistency(proof, roots[from] ?? EMPTY_ROOT, root));
      assert.ok(!verifyConsistency(proof, roots[from - 1] ?? EMPTY_ROOT, root));
      if (from < size) assert.ok(!verifyConsistency(proof, roots[from] ?? EMPTY_ROOT, wrongRoot));
    }
  }
});

test("proves over tiles of the second level", async () => {
  const leaves = makeLeaves(66_000);
  const { tree, source } = growTree(leaves);
  const root = tree.root();
  const older = growTree(leaves.slice(0, 65_537)).tree.root();
  for (const index of [0, 255, 256, 65_535, 65_536, 65_999]) {
    const proof = await proveInclusionFrom(source, index, 66_000);
    assert.ok(verifyInclusion(proof, leaves[index] ?? EMPTY_ROOT, root));
  }
  assert.ok(verifyConsistency(await proveConsistencyFrom(source, 65_537, 66_000), older, root));
});

test("refuses proofs that are too long, too short, or of hashes that are none", async () => {
  const leaves = makeLeaves(7);
  const { tree, source } = growTree(leaves);
  const leaf = leaves[3] ?? EMPTY_ROOT;
  const proof = await proveInclusionFrom(source, 3, 7);
  assert.ok(!verifyInclusion({ ...proof, hashes: proof.hashes.slice(1) }, leaf, tree.root()));
  assert.ok(!verifyInclusion({ ...proof, hashes: [...proof.hashes, EMPTY_ROOT] }, leaf, tree.root()));
  assert.ok(!verifyInclusion({ ...proof, hashes: [Buffer.alloc(31), ...proof.hashes.slice(1)] }, leaf, tree.root()));
  assert.ok(!verifyInclusion({ ...proof, index: 3.5 }, leaf, tree.root()));
  assert.ok(!verifyInclusion({ index: 0, size: 0, hashes: [] }, leaf, EMPTY_ROOT));
  const consistency = await proveConsistencyFrom(source, 3, 7);
  const old = naiveRoot(leaves.slice(0, 3));
  assert.ok(verifyConsistency(consistency, old, tree.root()));
  assert.ok(!verifyConsistency({ ...consistency, hashes: consistency.hashes.slice(0, -1) }, old, tree.root()));
  assert.ok(!verifyConsistency({ ...consistency, hashes: [...consistency.hashes, EMPTY_ROOT] }, old, tree.root()));
  assert.ok(!verifyConsistency({ from: 7, to: 3, hashes: [] }, tree.root(), old));
});
