/**
 * Recomputes the whole log from its entries and names the first thing that is wrong. Entries are streamed; memory
 * holds one page, the tree's partial tiles and the first doubt.
 *
 * What counts as true, in this order: a signed checkpoint, then the bodies that give its root, then everything drawn
 * from them (leaf hashes, tiles, columns). So a segment between two checkpoints is judged when its root is known: where
 * the root is right the bodies are right, and a tile or hash that differs was altered; where it is wrong, the first body
 * that its own tile contradicts is the one.
 */
import { assert, type Database, type Sql } from "@ward/core";
import canonicalize from "canonicalize";
import { type Checkpoint, openCheckpoint } from "./note.ts";
import { GrowingTree, splitHashes, type Tile, TILE_WIDTH } from "./tile.ts";
import { hashLeaf, isEqual } from "./tree.ts";

export interface VerifyOptions {
  /** Raw 32-byte Ed25519 public key, from outside the database. */
  readonly publicKey: Uint8Array;
  readonly origin: string;
  /** Notes kept outside the database (a witness, a WORM bucket): without one, cutting off the end goes unseen. */
  readonly anchors?: readonly string[];
  readonly onProgress?: (verified: number, total: number) => void;
}

export type LedgerProblem =
  /** A stored note was not signed by the log's key, or its row says another size or root than it. `index`: the row's size. */
  | { readonly kind: "checkpoint-forged" | "checkpoint-altered"; readonly index: number }
  /** No checkpoint covers this entry, though entries are only ever placed with one. */
  | { readonly kind: "entry-unsigned"; readonly index: number }
  | { readonly kind: "entry-missing" | "entry-altered" | "entry-inserted"; readonly index: number }
  /** What stands here is the body that belongs to `belongsAt`. */
  | { readonly kind: "entry-duplicated" | "entry-reordered"; readonly index: number; readonly belongsAt: number }
  /** Bodies, hashes and tiles agree with each other but not with the checkpoint of `size`: entries from `index` on were replaced. */
  | { readonly kind: "root-mismatch"; readonly index: number; readonly size: number }
  /** The body is right, but what was drawn from it is not. */
  | { readonly kind: "leaf-hash-altered" | "column-altered"; readonly index: number }
  /** `index`: the first entry under the tile. */
  | {
      readonly kind: "tile-altered" | "tile-missing" | "tile-unexpected";
      readonly index: number;
      readonly level: number;
      readonly tile: number;
    };

export type LedgerVerdict =
  | { readonly ok: true; readonly entries: number; readonly checkpoint: Checkpoint | undefined }
  | { readonly ok: false; readonly problem: LedgerProblem };

interface Row {
  readonly index: bigint;
  readonly leaf_hash: Buffer;
  readonly body: Buffer;
  readonly columns: string;
}

/** Eight tiles of entries. */
const PAGE = 8 * TILE_WIDTH;

class Found extends Error {
  readonly problem: LedgerProblem;
  constructor(problem: LedgerProblem) {
    super(problem.kind);
    this.problem = problem;
  }
}

export async function verifyLedger(database: Database, options: VerifyOptions): Promise<LedgerVerdict> {
  try {
    return await database.transaction(async (tx) => {
      // One snapshot: a sequencer may go on while this reads.
      await tx.query("set transaction isolation level repeatable read, read only");
      return await verifySnapshot(tx, options);
    });
  } catch (error) {
    if (error instanceof Found) return { ok: false, problem: error.problem };
    throw error;
  }
}

async function verifySnapshot(sql: Sql, options: VerifyOptions): Promise<LedgerVerdict> {
  const checkpoints = await readCheckpoints(sql, options);
  const signed = checkpoints.at(-1)?.size ?? 0;
  const stored = await countEntries(sql);
  const tree = new GrowingTree();
  const walk: Walk = { sql, tree, stored, signed, doubt: undefined, drawn: undefined, start: 0 };
  let next = 0;
  for (let page = 0; page * PAGE < Math.max(signed, 1); page += 1) {
    const rows = await readPage(sql, page);
    const tiles = await readTiles(sql, page);
    for (const row of rows) {
      const checkpoint = checkpoints[next];
      if (!checkpoint) break;
      const expected = tree.size;
      if (Number(row.index) > expected) settleGap(walk, expected);
      if (Number(row.index) < expected)
        throw new Found({ kind: "entry-duplicated", index: expected - 1, belongsAt: expected - 1 });
      await takeEntry(walk, row, tiles);
      while (checkpoints[next]?.size === tree.size) {
        await settleSegment(walk, checkpoints[next] as Checkpoint);
        next += 1;
      }
    }
    options.onProgress?.(tree.size, Math.max(signed, stored));
  }
  if (tree.size < signed) settleGap(walk, tree.size);
  if (stored > signed) throw new Found({ kind: "entry-unsigned", index: signed });
  await comparePartialTiles(walk);
  return { ok: true, entries: tree.size, checkpoint: checkpoints.at(-1) };
}

interface Walk {
  readonly sql: Sql;
  readonly tree: GrowingTree;
  /** How many entries there are. */
  readonly stored: number;
  /** How many the last checkpoint signed. */
  readonly signed: number;
  /** The first body in this segment that its own leaf hash or tile contradicts. */
  doubt: { readonly index: number; readonly leaf: Buffer; readonly tile: Uint8Array | undefined } | undefined;
  /** The first thing in this segment that was drawn wrongly from a body. */
  drawn: LedgerProblem | undefined;
  /** Where the segment begins. */
  start: number;
}

async function takeEntry(walk: Walk, row: Row, tiles: ReadonlyMap<number, readonly Uint8Array[]>): Promise<void> {
  const index = walk.tree.size;
  const leaf = hashLeaf(row.body);
  const tile = Math.floor(index / TILE_WIDTH);
  const inTile = tiles.get(tile)?.[index % TILE_WIDTH];
  if (!isEqual(row.leaf_hash, leaf)) walk.drawn ??= { kind: "leaf-hash-altered", index };
  if (!inTile || !isEqual(inTile, leaf)) {
    walk.doubt ??= { index, leaf, tile: inTile };
    const kind = tiles.has(tile) ? "tile-altered" : "tile-missing";
    walk.drawn ??= { kind, index: tile * TILE_WIDTH, level: 0, tile };
  } else if (!isEqual(row.leaf_hash, leaf)) {
    walk.doubt ??= { index, leaf, tile: inTile };
  }
  if (row.columns !== columnsOf(row.body)) walk.drawn ??= { kind: "column-altered", index };
  for (const full of walk.tree.add(leaf)) {
    if (full.level > 0) await compareTile(walk, full);
  }
}

/** The segment's root is known: either the bodies are right, or one of them is not. */
async function settleSegment(walk: Walk, checkpoint: Checkpoint): Promise<void> {
  if (!isEqual(walk.tree.root(), checkpoint.root)) {
    if (walk.doubt) throw new Found(await nameDoubt(walk, walk.doubt));
    throw new Found({ kind: "root-mismatch", index: walk.start, size: checkpoint.size });
  }
  if (walk.drawn) throw new Found(walk.drawn);
  walk.doubt = undefined;
  walk.start = checkpoint.size;
}

function settleGap(walk: Walk, index: number): never {
  // An entry taken out and the rest moved up shows first as a body at the wrong place.
  const shifted = walk.doubt && walk.doubt.index < index ? walk.doubt.index : index;
  throw new Found({ kind: "entry-missing", index: shifted });
}

/** What happened to a body that is not the one its tile holds: it may be another's. */
async function nameDoubt(walk: Walk, doubt: NonNullable<Walk["doubt"]>): Promise<LedgerProblem> {
  const { index, leaf, tile } = doubt;
  const belongsAt = await findLeaf(walk.sql, leaf);
  if (belongsAt === undefined) {
    const [following] = await walk.sql.query<{ body: Buffer }>("select body from ledger.entry where index = $1", [
      index + 1,
    ]);
    const pushed = walk.stored > walk.signed && following && tile && isEqual(hashLeaf(following.body), tile);
    return { kind: pushed ? "entry-inserted" : "entry-altered", index };
  }
  if (belongsAt === index + 1 && walk.stored < walk.signed) return { kind: "entry-missing", index };
  const [there] = await walk.sql.query<{ body: Buffer }>("select body from ledger.entry where index = $1", [belongsAt]);
  const twice = there !== undefined && isEqual(hashLeaf(there.body), leaf);
  return { kind: twice ? "entry-duplicated" : "entry-reordered", index, belongsAt };
}

/** Where the tiles hold a leaf hash. Only asked once something is wrong, so reading all tiles is fair. */
async function findLeaf(sql: Sql, leaf: Uint8Array): Promise<number | undefined> {
  for (let from = 0; ; from += 64) {
    const rows = await sql.query<{ index: bigint; hashes: Buffer }>(
      "select index, hashes from ledger.tile where level = 0 and index >= $1 and index < $2 order by index",
      [from, from + 64],
    );
    for (const row of rows) {
      const at = splitHashes(row.hashes).findIndex((hash) => isEqual(hash, leaf));
      if (at >= 0) return Number(row.index) * TILE_WIDTH + at;
    }
    if (rows.length < 64) return undefined;
  }
}

async function compareTile({ sql }: Walk, { level, index, hashes }: Tile): Promise<void> {
  const [row] = await sql.query<{ hashes: Buffer }>("select hashes from ledger.tile where level = $1 and index = $2", [
    level,
    index,
  ]);
  const first = index * TILE_WIDTH ** (level + 1);
  if (!row) throw new Found({ kind: "tile-missing", index: first, level, tile: index });
  if (!isEqual(row.hashes, Buffer.concat(hashes)))
    throw new Found({ kind: "tile-altered", index: first, level, tile: index });
}

/** At the end the partial tiles are known too, and how many tiles there must be. */
async function comparePartialTiles(walk: Walk): Promise<void> {
  const partial = walk.tree.partialTiles();
  for (const tile of partial) await compareTile(walk, tile);
  const rows = await walk.sql.query<{ level: number; index: bigint }>(
    `select level, index from ledger.tile
      where (index + 1)::numeric * power(256::numeric, level + 1) > $1
        and not exists (select from unnest($2::integer[], $3::bigint[]) as known(level, index)
                         where known.level = tile.level and known.index = tile.index)
      order by level, index limit 1`,
    [walk.tree.size, partial.map(({ level }) => level), partial.map(({ index }) => index)],
  );
  const extra = rows[0];
  if (!extra) return;
  const { level, index } = { level: extra.level, index: Number(extra.index) };
  throw new Found({ kind: "tile-unexpected", index: index * TILE_WIDTH ** (level + 1), level, tile: index });
}

async function readCheckpoints(sql: Sql, options: VerifyOptions): Promise<readonly Checkpoint[]> {
  const key = { name: options.origin, publicKey: options.publicKey };
  const rows = await sql.query<{ size: bigint; root: Buffer; note: string }>(
    "select size, root, note from ledger.checkpoint order by size",
  );
  const stored = rows.map((row) => {
    const checkpoint = openCheckpoint(row.note, key, options.origin);
    if (!checkpoint) throw new Found({ kind: "checkpoint-forged", index: Number(row.size) });
    if (checkpoint.size !== Number(row.size) || !isEqual(checkpoint.root, row.root)) {
      throw new Found({ kind: "checkpoint-altered", index: Number(row.size) });
    }
    return checkpoint;
  });
  const anchored = (options.anchors ?? []).map((note) => {
    const checkpoint = openCheckpoint(note, key, options.origin);
    if (!checkpoint) throw new Found({ kind: "checkpoint-forged", index: 0 });
    return checkpoint;
  });
  const all = [...stored, ...anchored].filter(({ size }) => size > 0);
  return all.toSorted((one, other) => one.size - other.size);
}

async function countEntries(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ entries: bigint }>("select count(*) as entries from ledger.entry");
  assert(row, "count answers one row");
  return Number(row.entries);
}

async function readPage(sql: Sql, page: number): Promise<readonly Row[]> {
  return await sql.query<Row>(
    `select index, leaf_hash, body, json_build_array(subject, principal, action, trace)::text as columns
       from ledger.entry where index >= $1 and index < $2 order by index`,
    [page * PAGE, (page + 1) * PAGE],
  );
}

async function readTiles(sql: Sql, page: number): Promise<ReadonlyMap<number, readonly Uint8Array[]>> {
  const first = (page * PAGE) / TILE_WIDTH;
  const rows = await sql.query<{ index: bigint; hashes: Buffer }>(
    "select index, hashes from ledger.tile where level = 0 and index >= $1 and index < $2",
    [first, first + PAGE / TILE_WIDTH],
  );
  return new Map(rows.map(({ index, hashes }) => [Number(index), splitHashes(hashes)]));
}

/** The query columns as the body says them, in the form the page reads them; empty where the body is not an entry at all. */
function columnsOf(body: Buffer): string {
  try {
    const text = body.toString("utf8");
    const entry = JSON.parse(text) as Record<string, string | undefined>;
    if (canonicalize(entry) !== text) return "";
    const { subject, principal, action, trace } = entry;
    const values = [subject, principal, action, trace].map((value) => JSON.stringify(value ?? null));
    return `[${values.join(", ")}]`;
  } catch {
    return "";
  }
}
