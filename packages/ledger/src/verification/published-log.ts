/**
 * The published log as the verifier reads it beside the database: which entries the store holds, and whether its tiles
 * and bundles are those of the tree. A bundle is believed as far as its own tile agrees with it.
 */
import {
  bundlePath,
  decodeBundle,
  encodeBundle,
  isPartialPath,
  placeOfTilePath,
  tilePath,
} from "../publication/layout.ts";
import type { LedgerStore } from "../publication/ledger-store.ts";
import { HASH_BYTES, splitHashes, type Tile, TILE_WIDTH } from "../tile.ts";
import { hashLeaf, isEqual } from "../tree.ts";
import { Found, type LedgerProblem } from "./ledger-problem.ts";

/** A tile's entries as published. */
export interface PublishedTile {
  readonly bundle: Uint8Array | undefined;
  readonly hashes: Uint8Array | undefined;
}

/** Where the store contradicts the entries, and what it says stands there. */
export interface PublishedDoubt {
  readonly index: number;
  /** The leaf hash that the store has here, where it has one. */
  readonly expected: Uint8Array | undefined;
  /** What to say where the entries turn out to be right. */
  readonly problem: LedgerProblem;
}

export class PublishedLog {
  readonly store: LedgerStore;
  /** How many entries the published checkpoint covers. */
  readonly size: number;

  constructor(store: LedgerStore, size: number) {
    this.store = store;
    this.size = size;
  }

  /** Undefined where nothing of this tile was published. */
  async readTile(tile: number): Promise<PublishedTile | undefined> {
    const width = this.widthOf(0, tile);
    if (width === 0) return undefined;
    const [bundle, hashes] = await Promise.all([
      this.#readPart(
        (wide) => bundlePath(tile, wide),
        width,
        (whole) => firstOfBundle(whole, width),
      ),
      this.#readPart(
        (wide) => tilePath(0, tile, wide),
        width,
        (whole) => whole.subarray(0, width * HASH_BYTES),
      ),
    ]);
    return { bundle, hashes };
  }

  /** A partial tile may have given way to the full one since the checkpoint was read (tlog-tiles, "Partial Tiles"). */
  async #readPart(
    pathOf: (width: number) => string,
    width: number,
    cut: (whole: Uint8Array) => Uint8Array,
  ): Promise<Uint8Array | undefined> {
    const found = await this.store.get(pathOf(width));
    if (found || width === TILE_WIDTH) return found;
    const whole = await this.store.get(pathOf(TILE_WIDTH));
    return whole && cut(whole);
  }

  /** The first thing about this tile that is not as the entries say. `isSame` compares a published body with the entry's. */
  findDoubt(
    tile: number,
    published: PublishedTile,
    leaves: Buffer,
    isSame: (at: number, body: Uint8Array) => boolean,
  ): PublishedDoubt | undefined {
    const width = this.widthOf(0, tile);
    const first = tile * TILE_WIDTH;
    const { bundle, hashes } = published;
    const [inBundle, inTile] = [bundlePath(tile, width), tilePath(0, tile, width)];
    const bodies = bundle && decodeBundle(bundle);
    for (let at = 0; at < width && bodies && at < bodies.length; at += 1) {
      if (isSame(at, bodies[at] ?? Buffer.of())) continue;
      const expected = hashLeaf(bodies[at] ?? Buffer.of());
      const isBelieved = hashes && isEqual(expected, hashAt(hashes, at));
      return {
        index: first + at,
        expected: isBelieved ? expected : undefined,
        problem: { kind: "published-altered", index: first + at, path: inBundle },
      };
    }
    const wrong = (kind: "published-altered" | "published-missing", path: string, at = 0): PublishedDoubt => ({
      index: first + at,
      expected: hashes && hashAt(hashes, at),
      problem: { kind, index: first + at, path },
    });
    const given = leaves.subarray(0, width * HASH_BYTES);
    if (hashes && !isEqual(hashes, given)) {
      const at = splitHashes(given).findIndex((hash, place) => !isEqual(hash, hashAt(hashes, place)));
      return wrong("published-altered", inTile, Math.max(at, 0));
    }
    if (!hashes) return wrong("published-missing", inTile);
    if (!bundle) return wrong("published-missing", inBundle);
    return bodies?.length === width ? undefined : wrong("published-altered", inBundle);
  }

  /** A tile of a higher level, or a partial one of any. */
  async requireTile({ level, index, hashes }: Tile): Promise<void> {
    const width = Math.min(this.widthOf(level, index), hashes.length);
    if (width === 0) return;
    const path = tilePath(level, index, width);
    const cut = (whole: Uint8Array): Uint8Array => whole.subarray(0, width * HASH_BYTES);
    const found = await this.#readPart((wide) => tilePath(level, index, wide), width, cut);
    const place = { index: index * TILE_WIDTH ** (level + 1), path };
    if (!found) throw new Found({ kind: "published-missing", ...place });
    if (!isEqual(found, Buffer.concat(hashes.slice(0, width))))
      throw new Found({ kind: "published-altered", ...place });
  }

  /** Every object that is there must belong to the published tree, and be the first that was put in its place. */
  async requireNothingElse(): Promise<void> {
    let whole: { readonly path: string; readonly bytes: Uint8Array | undefined } | undefined;
    for await (const { path, isRewritten } of this.store.list("tile/")) {
      const place = placeOfTilePath(path);
      if (!place) throw new Found({ kind: "published-unexpected", index: 0, path });
      const at = { index: place.index * TILE_WIDTH ** (place.level + 1), path };
      if (isRewritten) throw new Found({ kind: "published-rewritten", ...at });
      const width = this.widthOf(place.level, place.index);
      // A step that was killed leaves tiles beyond its last checkpoint; a tile that cannot be of this tree is another's.
      if (width < place.width || !isPartialPath(path) || width === TILE_WIDTH || width === place.width) continue;
      const now = place.pathOf(width);
      if (whole?.path !== now) whole = { path: now, bytes: await this.store.get(now) };
      const bytes = await this.store.get(path);
      const isStart = bytes && whole.bytes && isEqual(bytes, whole.bytes.subarray(0, bytes.length));
      if (bytes && !isStart) throw new Found({ kind: "published-altered", ...at });
    }
  }

  /** How many hashes tile `index` of `level` has in the published tree: 256 where it is full, 0 where it is beyond. */
  widthOf(level: number, index: number): number {
    const count = Math.floor(this.size / TILE_WIDTH ** level);
    return Math.min(Math.max(count - index * TILE_WIDTH, 0), TILE_WIDTH);
  }
}

function firstOfBundle(bundle: Uint8Array, entries: number): Uint8Array {
  const bodies = decodeBundle(bundle) ?? [];
  return encodeBundle(bodies.slice(0, entries));
}

function hashAt(hashes: Uint8Array, at: number): Uint8Array {
  return hashes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES);
}
