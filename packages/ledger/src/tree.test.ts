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

/** The tree of RFC 6962 section 2.1 by its definition, D[start:end] at a time; what was hashed once is remembered. */
class NaiveTree {
  readonly #leaves: readonly Uint8Array[];
  readonly #hashes = new Map<number, Uint8Array>();

  constructor(leaves: readonly Uint8Array[]) {
    this.#leaves = leaves;
  }

  /** MTH(D[start:end]), section 2.1. */
  hash(start: number, end: number): Uint8Array {
    if (start === end) return EMPTY_ROOT;
    if (end - start === 1) return this.#leaves[start] ?? EMPTY_ROOT;
    const key = start * 1_000_000 + end;
    const middle = start + naiveSplit(end - start);
    const hash = this.#hashes.get(key) ?? hashNode(this.hash(start, middle), this.hash(middle, end));
    this.#hashes.set(key, hash);
    return hash;
  }

  /** PATH(m, D[start:end]), section 2.1.1; `index` counts from the tree's beginning. */
  path(index: number, start: number, end: number): readonly Uint8Array[] {
    if (end - start === 1) return [];
    const middle = start + naiveSplit(end - start);
    return index < middle
      ? [...this.path(index, start, middle), this.hash(middle, end)]
      : [...this.path(index, middle, end), this.hash(start, middle)];
  }

  /** SUBPROOF(m, D[start:end], b), section 2.1.2. */
  subproof(from: number, start: number, end: number, known: boolean): readonly Uint8Array[] {
    if (from === end) return known ? [] : [this.hash(start, end)];
    const middle = start + naiveSplit(end - start);
    return from <= middle
      ? [...this.subproof(from, start, middle, known), this.hash(middle, end)]
      : [...this.subproof(from, middle, end, false), this.hash(start, middle)];
  }
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

/** A proof's hashes as one buffer, which compares at once. */
function joined(hashes: readonly Uint8Array[]): Buffer {
  return Buffer.concat(hashes);
}

test("agrees with the RFC's recursive definition for every pair of sizes up to 300", async () => {
  const leaves = makeLeaves(300);
  const naive = new NaiveTree(leaves);
  const { source } = growTree(leaves);
  const folded = new Map<string, Uint8Array>();
  const remembering: SubtreeSource = async (level, index) => {
    const key = `${level}/${index}`;
    const hash = folded.get(key) ?? (await source(level, index));
    folded.set(key, hash);
    return hash;
  };
  const tree = new GrowingTree();
  for (let size = 1; size <= 300; size += 1) {
    tree.add(leaves[size - 1] ?? EMPTY_ROOT);
    const [root, wrongRoot] = [naive.hash(0, size), naive.hash(0, size - 1)];
    assert.ok(isEqual(tree.root(), root));
    for (let index = 0; index < size; index += 1) {
      const leaf = leaves[index] ?? EMPTY_ROOT;
      const proof = await proveInclusionFrom(remembering, index, size);
      assert.ok(joined(proof.hashes).equals(joined(naive.path(index, 0, size))), `entry ${index} of ${size}`);
      assert.ok(verifyInclusion(proof, leaf, root));
      assert.ok(!verifyInclusion(proof, leaf, wrongRoot));
      assert.ok(!verifyInclusion({ ...proof, index: (index + 1) % (size + 1) }, leaf, root));
    }
    for (let from = 1; from <= size; from += 1) {
      const proof = await proveConsistencyFrom(remembering, from, size);
      assert.ok(joined(proof.hashes).equals(joined(naive.subproof(from, 0, size, true))), `${from} to ${size}`);
      assert.ok(verifyConsistency(proof, naive.hash(0, from), root));
      assert.ok(!verifyConsistency(proof, naive.hash(0, from - 1), root));
      if (from < size) assert.ok(!verifyConsistency(proof, naive.hash(0, from), wrongRoot));
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
  const old = new NaiveTree(leaves).hash(0, 3);
  assert.ok(verifyConsistency(consistency, old, tree.root()));
  assert.ok(!verifyConsistency({ ...consistency, hashes: consistency.hashes.slice(0, -1) }, old, tree.root()));
  assert.ok(!verifyConsistency({ ...consistency, hashes: [...consistency.hashes, EMPTY_ROOT] }, old, tree.root()));
  assert.ok(!verifyConsistency({ from: 7, to: 3, hashes: [] }, tree.root(), old));
});
