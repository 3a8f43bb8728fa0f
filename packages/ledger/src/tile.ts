/**
 * The tree as tiles (C2SP tlog-tiles): a tile of level L holds up to 256 hashes of complete subtrees over 256^L leaves.
 * A full tile never changes again. `GrowingTree` keeps the one partial tile of each level, which is all that is needed
 * to add leaves and to know the root.
 */
import { assert } from "@ward/core";
import { EMPTY_ROOT, hashNode, type SubtreeSource } from "./tree.ts";

export const TILE_WIDTH = 256;
export const HASH_BYTES = 32;
const TILE_HEIGHT = 8;

export interface Tile {
  readonly level: number;
  readonly index: number;
  readonly hashes: readonly Uint8Array[];
}

/** INVARIANT: after n leaves, level L holds the last floor(n / 256^L) mod 256 hashes of that level. */
export class GrowingTree {
  readonly #partial: Uint8Array[][] = [];
  readonly #full: number[] = [];
  #size = 0;

  /** Takes up a tree of `size` leaves from its partial tiles. Throws where they don't fit the size. */
  static resume(size: number, partial: readonly Tile[]): GrowingTree {
    const tree = new GrowingTree();
    tree.#size = size;
    for (let level = 0, count = size; count > 0; level += 1, count = Math.floor(count / TILE_WIDTH)) {
      const width = count % TILE_WIDTH;
      const index = Math.floor(count / TILE_WIDTH);
      const tile = partial.find((candidate) => candidate.level === level && candidate.index === index);
      const hashes = tile?.hashes.slice(0, width) ?? [];
      assert(hashes.length === width, "a tree's partial tiles hold what its size says");
      tree.#partial[level] = hashes;
      tree.#full[level] = index;
    }
    return tree;
  }

  get size(): number {
    return this.#size;
  }

  /** Adds one leaf; answers the tiles that became full by it. */
  add(leaf: Uint8Array): readonly Tile[] {
    this.#size += 1;
    const filled: Tile[] = [];
    let hash: Uint8Array = leaf;
    for (let level = 0; ; level += 1) {
      const hashes = (this.#partial[level] ??= []);
      hashes.push(hash);
      if (hashes.length < TILE_WIDTH) return filled;
      const index = this.#full[level] ?? 0;
      filled.push({ level, index, hashes });
      this.#full[level] = index + 1;
      this.#partial[level] = [];
      hash = foldComplete(hashes);
    }
  }

  partialTiles(): readonly Tile[] {
    return this.#partial.flatMap((hashes, level) =>
      hashes.length === 0 ? [] : [{ level, index: this.#full[level] ?? 0, hashes: [...hashes] }],
    );
  }

  root(): Uint8Array {
    // From the highest level down, each partial tile falls into complete subtrees, the largest first.
    const subtrees: Uint8Array[] = [];
    for (const hashes of this.#partial.toReversed()) {
      let start = 0;
      for (let width = TILE_WIDTH / 2; width >= 1; width /= 2) {
        if (hashes.length - start < width) continue;
        subtrees.push(foldComplete(hashes.slice(start, start + width)));
        start += width;
      }
    }
    return (
      subtrees.reduceRight<Uint8Array | undefined>(
        (right, left) => (right === undefined ? left : hashNode(left, right)),
        undefined,
      ) ?? EMPTY_ROOT
    );
  }
}

/** Complete subtrees out of tiles. `load` answers a tile's hashes, or undefined where there is no such tile. */
export function subtreesOf(
  load: (level: number, index: number) => Promise<readonly Uint8Array[] | undefined>,
): SubtreeSource {
  return async (level, index) => {
    const width = 2 ** (level % TILE_HEIGHT);
    const first = index * width;
    const hashes = await load(Math.floor(level / TILE_HEIGHT), Math.floor(first / TILE_WIDTH));
    const within = hashes?.slice(first % TILE_WIDTH, (first % TILE_WIDTH) + width) ?? [];
    assert(within.length === width, "a proof is asked only of what the tree holds");
    return foldComplete(within);
  };
}

export function splitHashes(bytes: Uint8Array): readonly Uint8Array[] {
  return Array.from({ length: Math.floor(bytes.length / HASH_BYTES) }, (_, at) =>
    bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  );
}

function foldComplete(hashes: readonly Uint8Array[]): Uint8Array {
  let level = hashes;
  while (level.length > 1) {
    const next: Uint8Array[] = [];
    for (let at = 0; at + 1 < level.length; at += 2) {
      next.push(hashNode(level[at] ?? EMPTY_ROOT, level[at + 1] ?? EMPTY_ROOT));
    }
    level = next;
  }
  return level[0] ?? EMPTY_ROOT;
}
