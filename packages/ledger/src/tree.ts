/**
 * The Merkle tree of RFC 6962 section 2.1, as pure functions. Proofs are checked by the algorithms of RFC 9162 sections
 * 2.1.3.2 and 2.1.4.2, and made from any source of complete subtrees, so that nothing rereads the entries.
 *
 * Sizes and indexes are numbers up to 2^53, halved by division: JavaScript's bit operators stop at 32 bits.
 */
import { hash as digest } from "node:crypto";
import { assert } from "@ward/core";

/** The hash of the complete subtree over leaves [index * 2^level, (index + 1) * 2^level). */
export type SubtreeSource = (level: number, index: number) => Promise<Uint8Array>;

export interface InclusionProof {
  readonly index: number;
  readonly size: number;
  /** From the leaf's sibling upwards. */
  readonly hashes: readonly Uint8Array[];
}

export interface ConsistencyProof {
  readonly from: number;
  readonly to: number;
  readonly hashes: readonly Uint8Array[];
}

export const EMPTY_ROOT: Buffer = digest("sha256", "", "buffer");

const LEAF = Buffer.of(0);
/** Filled anew for each node: one call of the hash function costs half of three. */
const NODE = Buffer.alloc(65, 1);

/** As text and back: Node makes a string of a hash in a quarter of the time that it makes a buffer in. */
export function sha256(bytes: Uint8Array): Buffer {
  return Buffer.from(digest("sha256", bytes, "binary"), "latin1");
}

export function hashLeaf(body: Uint8Array): Buffer {
  return sha256(Buffer.concat([LEAF, body]));
}

export function hashNode(left: Uint8Array, right: Uint8Array): Buffer {
  assert(left.length === 32 && right.length === 32, "a node is made of two hashes");
  NODE.set(left, 1);
  NODE.set(right, 33);
  return sha256(NODE);
}

export function isEqual(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}

/** Whether `leaf` is entry `index` of the tree of `size` entries whose root is `root`. */
export function verifyInclusion(proof: InclusionProof, leaf: Uint8Array, root: Uint8Array): boolean {
  const { index, size, hashes } = proof;
  if (!isCount(index) || !isCount(size) || index >= size || !areHashes([...hashes, leaf, root])) return false;
  let [node, last] = [index, size - 1];
  let hash: Uint8Array = leaf;
  for (const sibling of hashes) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      hash = hashNode(sibling, hash);
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      hash = hashNode(hash, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && isEqual(hash, root);
}

/** Whether the tree of `to` entries only adds to the tree of `from` entries. */
export function verifyConsistency(proof: ConsistencyProof, fromRoot: Uint8Array, toRoot: Uint8Array): boolean {
  const { from, to, hashes } = proof;
  if (!isCount(from) || !isCount(to) || from > to || !areHashes([...hashes, fromRoot, toRoot])) return false;
  if (from === to) return hashes.length === 0 && isEqual(fromRoot, toRoot);
  // Every tree extends the empty one.
  if (from === 0) return hashes.length === 0 && isEqual(fromRoot, EMPTY_ROOT);
  const path = isPowerOfTwo(from) ? [fromRoot, ...hashes] : hashes;
  let [node, last] = [from - 1, to - 1];
  while (isOdd(node)) [node, last] = [half(node), half(last)];
  const [first, ...rest] = path;
  if (!first) return false;
  let [older, newer] = [first, first];
  for (const hash of rest) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      older = hashNode(hash, older);
      newer = hashNode(hash, newer);
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      newer = hashNode(newer, hash);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && isEqual(older, fromRoot) && isEqual(newer, toRoot);
}

/** MTH(D[start:end]), where `start` is a multiple of the largest power of two below the range's size, as in every range of a proof. */
export async function hashRange(source: SubtreeSource, start: number, end: number): Promise<Uint8Array> {
  const size = end - start;
  if (size === 0) return EMPTY_ROOT;
  if (isPowerOfTwo(size)) return await source(Math.log2(size), start / size);
  const split = splitOf(size);
  const left = await hashRange(source, start, start + split);
  return hashNode(left, await hashRange(source, start + split, end));
}

/** PATH(index, D[size]), RFC 6962 section 2.1.1. */
export async function proveInclusionFrom(source: SubtreeSource, index: number, size: number): Promise<InclusionProof> {
  const hashes: Uint8Array[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + splitOf(end - start);
    if (index < middle) {
      hashes.unshift(await hashRange(source, middle, end));
      end = middle;
    } else {
      hashes.unshift(await hashRange(source, start, middle));
      start = middle;
    }
  }
  return { index, size, hashes };
}

/** PROOF(from, D[to]), RFC 6962 section 2.1.2. */
export async function proveConsistencyFrom(source: SubtreeSource, from: number, to: number): Promise<ConsistencyProof> {
  const hashes: Uint8Array[] = [];
  if (from === 0 || from === to) return { from, to, hashes };
  let [start, end] = [0, to];
  while (from !== end) {
    const middle = start + splitOf(end - start);
    if (from <= middle) {
      hashes.unshift(await hashRange(source, middle, end));
      end = middle;
    } else {
      hashes.unshift(await hashRange(source, start, middle));
      start = middle;
    }
  }
  // The old tree is itself a subtree of the new one where the walk never left the left edge: its root is known then.
  if (start !== 0) hashes.unshift(await hashRange(source, start, end));
  return { from, to, hashes };
}

/** The largest power of two smaller than `size`. */
function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

function isPowerOfTwo(size: number): boolean {
  return size > 0 && (size === 1 || splitOf(size) * 2 === size);
}

function isOdd(value: number): boolean {
  return value % 2 === 1;
}

function half(value: number): number {
  return Math.floor(value / 2);
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function areHashes(hashes: readonly Uint8Array[]): boolean {
  return hashes.every((hash) => hash.length === 32);
}
