/** Inclusion proofs of many entries under one size, with the tiles they need read at once instead of one by one. */
import type { Sql } from "@ward/core";
import { splitHashes, subtreesOf, TILE_WIDTH } from "../tile.ts";
import { type InclusionProof, proveInclusionFrom } from "../tree.ts";

export async function proveEntries(
  sql: Sql,
  indexes: readonly number[],
  size: number,
): Promise<readonly InclusionProof[]> {
  const tiles = new Map<string, readonly Uint8Array[]>();
  const read = async (wanted: readonly (readonly [level: number, index: number])[]): Promise<void> => {
    const rows = await sql.query<{ level: number; index: bigint; hashes: Buffer }>(
      `select level, index, hashes from ledger.tile
         join unnest($1::integer[], $2::bigint[]) as wanted(level, index) using (level, index)`,
      [wanted.map(([level]) => level), wanted.map(([, index]) => index)],
    );
    for (const { level, index, hashes } of rows) tiles.set(`${level}/${index}`, splitHashes(hashes));
  };
  if (indexes.length > 0) await read(tilesOfPaths(indexes, size));
  const source = subtreesOf(async (level, index) => {
    const key = `${level}/${index}`;
    if (!tiles.has(key)) await read([[level, index]]);
    return tiles.get(key);
  });
  const proofs: InclusionProof[] = [];
  for (const index of indexes) proofs.push(await proveInclusionFrom(source, index, size));
  return proofs;
}

/** The tiles on each entry's way up, and those on the tree's right edge, where subtrees are not complete. */
function tilesOfPaths(indexes: readonly number[], size: number): readonly (readonly [number, number])[] {
  const wanted = new Map<string, readonly [number, number]>();
  for (let level = 0, width = TILE_WIDTH; width / TILE_WIDTH <= size; level += 1, width *= TILE_WIDTH) {
    for (const index of [...indexes, size - 1]) {
      const tile = Math.floor(index / width);
      wanted.set(`${level}/${tile}`, [level, tile]);
    }
  }
  return [...wanted.values()];
}
