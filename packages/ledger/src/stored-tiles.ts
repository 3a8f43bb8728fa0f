/** Tiles as the database keeps them. They are drawn from the entries: whoever reads them MUST check a root. */
import type { Sql } from "@ward/core";
import { splitHashes, type Tile } from "./tile.ts";

/** The one partial tile of each level of the tree of `size`; where a level is at a tile's edge there may be none. */
export async function readPartialTiles(sql: Sql, size: number): Promise<readonly Tile[]> {
  const rows = await sql.query<{ level: number; index: bigint; hashes: Buffer }>(
    `select tile.level, tile.index, tile.hashes from generate_series(0, 6) as at(level)
       join ledger.tile on tile.level = at.level and tile.index = div($1::numeric, power(256::numeric, at.level + 1))::bigint`,
    [size],
  );
  return rows.map(({ level, index, hashes }) => ({ level, index: Number(index), hashes: splitHashes(hashes) }));
}
