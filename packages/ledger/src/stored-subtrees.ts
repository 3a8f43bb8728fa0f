/**
 * Subtree hashes for proofs out of the stored tiles: one statement for all tiles that a proof needs, and what was folded
 * once is remembered, since a complete subtree never changes.
 *
 * INVARIANT: a cache outlives the rows it came from. Whoever hands out a proof made from it MUST verify it first.
 */
import { assert, type Sql } from "@ward/core";
import { splitHashes, subtreesOf } from "./tile.ts";
import { EMPTY_ROOT, type SubtreeSource } from "./tree.ts";

/** A few megabytes: all that a tree of many millions needs again and again. */
const REMEMBERED = 16_384;
const TILE_HEIGHT = 8;

export class SubtreeCache {
  readonly #hashes = new Map<string, Uint8Array>();

  /** Runs `use` twice: first to hear what it asks for, then with the answers. */
  async lend<T>(sql: Sql, use: (source: SubtreeSource) => Promise<T>): Promise<T> {
    const wanted = new Map<string, readonly [level: number, index: number]>();
    await use(async (level, index) => {
      wanted.set(`${level}/${index}`, [level, index]);
      return EMPTY_ROOT;
    });
    const missing = [...wanted].filter(([key]) => !this.#hashes.has(key)).map(([, place]) => place);
    const found = new Map<string, Uint8Array>();
    for (const [key] of wanted) {
      const hash = this.#hashes.get(key);
      if (hash) found.set(key, hash);
    }
    const fold = subtreesOf(await readTiles(sql, missing));
    for (const [level, index] of missing) found.set(`${level}/${index}`, await fold(level, index));
    const answer = await use(async (level, index) => {
      const hash = found.get(`${level}/${index}`);
      assert(hash, "a proof asks twice for the same");
      return hash;
    });
    this.#remember(found);
    return answer;
  }

  clear(): void {
    this.#hashes.clear();
  }

  #remember(found: ReadonlyMap<string, Uint8Array>): void {
    for (const [key, hash] of found) {
      // The one used longest ago is first.
      this.#hashes.delete(key);
      this.#hashes.set(key, hash);
    }
    for (const key of this.#hashes.keys()) {
      if (this.#hashes.size <= REMEMBERED) return;
      this.#hashes.delete(key);
    }
  }
}

type LoadTile = (level: number, index: number) => Promise<readonly Uint8Array[] | undefined>;

async function readTiles(sql: Sql, subtrees: readonly (readonly [level: number, index: number])[]): Promise<LoadTile> {
  if (subtrees.length === 0) return async () => undefined;
  const places = new Map(
    subtrees.map(([level, index]) => {
      const place = [Math.floor(level / TILE_HEIGHT), Math.floor(index / 2 ** (TILE_HEIGHT - (level % TILE_HEIGHT)))];
      return [place.join("/"), place];
    }),
  );
  const wanted = [...places.values()];
  const rows = await sql.query<{ level: number; index: bigint; hashes: Buffer }>(
    `select level, index, hashes from ledger.tile
       join unnest($1::integer[], $2::bigint[]) as wanted(level, index) using (level, index)`,
    [wanted.map(([level]) => level), wanted.map(([, index]) => index)],
  );
  const tiles = new Map(rows.map(({ level, index, hashes }) => [`${level}/${index}`, splitHashes(hashes)]));
  return async (level, index) => tiles.get(`${level}/${index}`);
}
