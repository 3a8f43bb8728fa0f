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

/** One level's partial tile. */
interface Edge {
  /** How many full tiles precede it. */
  full: number;
  hashes: Uint8Array[];
  /** The complete subtrees that `hashes` falls into, the largest first: a root costs only their number. */
  subtrees: { readonly width: number; readonly hash: Uint8Array }[];
}

/** INVARIANT: after n leaves, level L's edge holds the last floor(n / 256^L) mod 256 hashes of that level. */
export class GrowingTree {
  readonly #edges: Edge[] = [];
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
      const edge: Edge = { full: index, hashes: [], subtrees: [] };
      for (const hash of hashes) pushHash(edge, hash);
      tree.#edges[level] = edge;
    }
    return tree;
  }

  get size(): number {
    return this.#size;
  }

  /** Adds one leaf; answers the tiles that became full by it. */
  add(leaf: Uint8Array): readonly Tile[] {
    this.#size += 1;
    let filled: Tile[] = NONE;
    let hash: Uint8Array = leaf;
    for (let level = 0; ; level += 1) {
      const edge = (this.#edges[level] ??= { full: 0, hashes: [], subtrees: [] });
      pushHash(edge, hash);
      if (edge.hashes.length < TILE_WIDTH) return filled;
      filled = [...filled, { level, index: edge.full, hashes: edge.hashes }];
      hash = edge.subtrees[0]?.hash ?? hash;
      this.#edges[level] = { full: edge.full + 1, hashes: [], subtrees: [] };
    }
  }

  partialTiles(): readonly Tile[] {
    return this.#edges.flatMap(({ full, hashes }, level) =>
      hashes.length === 0 ? [] : [{ level, index: full, hashes: [...hashes] }],
    );
  }

  root(): Uint8Array {
    const subtrees = this.#edges.toReversed().flatMap((edge) => edge.subtrees);
    return (
      subtrees.reduceRight<Uint8Array | undefined>(
        (right, { hash }) => (right === undefined ? hash : hashNode(hash, right)),
        undefined,
      ) ?? EMPTY_ROOT
    );
  }
}

const NONE: Tile[] = [];

function pushHash({ hashes, subtrees }: Edge, leaf: Uint8Array): void {
  hashes.push(leaf);
  let [width, hash] = [1, leaf];
  for (let left = subtrees.at(-1); left?.width === width; left = subtrees.at(-1)) {
    subtrees.pop();
    hash = hashNode(left.hash, hash);
    width *= 2;
  }
  subtrees.push({ width, hash });
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
