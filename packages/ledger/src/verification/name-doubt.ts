/**
 * What happened to a body that is not the one a tile holds in its place: it may be another's. Only asked once a signed
 * root has shown that the entries are wrong, so that reading all tiles is fair.
 */
import type { Sql } from "@ward/core";
import { splitHashes, TILE_WIDTH } from "../tile.ts";
import { hashLeaf, isEqual } from "../tree.ts";
import type { LedgerProblem } from "./ledger-problem.ts";

/** Leaf hashes of somebody's level-0 tiles: the database's own, or those that were published. */
export interface LeafSource {
  /** How many entries there should be. */
  readonly size: number;
  tileAt(tile: number): Promise<Uint8Array | undefined>;
}

export interface Doubt {
  readonly index: number;
  /** Of the body that stands at `index`. */
  readonly leaf: Uint8Array;
}

/** `stored`: how many entries there are. */
export async function nameDoubt(
  sql: Sql,
  source: LeafSource,
  { index, leaf }: Doubt,
  stored: number,
): Promise<LedgerProblem> {
  const belongsAt = await findLeaf(source, leaf);
  if (belongsAt === undefined) {
    const following = await storedLeaf(sql, index + 1);
    const expected = await leafAt(source, index);
    const isPushed = following && expected && isEqual(following, expected);
    return { kind: isPushed ? "entry-inserted" : "entry-altered", index };
  }
  if (belongsAt === index + 1 && (stored < source.size || (await followsOn(sql, source, index)))) {
    return { kind: "entry-missing", index };
  }
  const there = await storedLeaf(sql, belongsAt);
  const isTwice = there !== undefined && isEqual(there, leaf);
  return { kind: isTwice ? "entry-duplicated" : "entry-reordered", index, belongsAt };
}

/** The entry after it has moved down too. */
async function followsOn(sql: Sql, source: LeafSource, index: number): Promise<boolean> {
  const [next, expected] = [await storedLeaf(sql, index + 1), await leafAt(source, index + 2)];
  return next !== undefined && expected !== undefined && isEqual(next, expected);
}

async function findLeaf(source: LeafSource, leaf: Uint8Array): Promise<number | undefined> {
  for (let tile = 0; tile * TILE_WIDTH < source.size; tile += 1) {
    const hashes = await source.tileAt(tile);
    const at = hashes ? splitHashes(hashes).findIndex((hash) => isEqual(hash, leaf)) : -1;
    if (at >= 0) return tile * TILE_WIDTH + at;
  }
  return undefined;
}

async function leafAt(source: LeafSource, index: number): Promise<Uint8Array | undefined> {
  const hashes = await source.tileAt(Math.floor(index / TILE_WIDTH));
  return hashes && splitHashes(hashes)[index % TILE_WIDTH];
}

async function storedLeaf(sql: Sql, index: number): Promise<Uint8Array | undefined> {
  const [row] = await sql.query<{ body: Buffer }>("select body from ledger.entry where index = $1 limit 1", [index]);
  return row && hashLeaf(row.body);
}
