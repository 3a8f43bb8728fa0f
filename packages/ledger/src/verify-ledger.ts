/**
 * Recomputes the whole log from its entries and names the first thing that is wrong. Entries and checkpoints are
 * streamed; memory holds a page of entries, the tree's partial tiles and the first doubt.
 *
 * What counts as true, in this order: a checkpoint that was published outside the database, then one that the database
 * keeps, then the bodies that give its root, then everything drawn from them (leaf hashes, tiles, columns). So a segment
 * between two checkpoints is judged when its root is known: where the root is right the bodies are right, and a tile or
 * hash that differs was altered; where it is wrong, the first body that its own tile, or the published one, contradicts
 * is the one. That every checkpoint's root is recomputed from the entries also proves each consistent with the next
 * (RFC 6962 section 2.1.2).
 */
import { assert, type Database, type Sql } from "@ward/core";
import canonicalize from "canonicalize";
import type { Checkpoint, FormerKey } from "./note.ts";
import { CHECKPOINT_PATH, HISTORY_FOLDER, sizeOfHistoryPath } from "./publication/layout.ts";
import type { LedgerStore } from "./publication/ledger-store.ts";
import { pruneItem, readMinimumIndex } from "./retention/minimum-index.ts";
import { readPartialTiles } from "./stored-tiles.ts";
import { GrowingTree, HASH_BYTES, splitHashes, type Tile, TILE_WIDTH } from "./tile.ts";
import { hashLeaf, isEqual } from "./tree.ts";
import {
  anchoredCheckpoints,
  keptCheckpoints,
  type LogKey,
  mergeCheckpoints,
  type PlacedCheckpoint,
  readPublishedCheckpoint,
  storedCheckpoints,
} from "./verification/checkpoint-stream.ts";
import { Found, type LedgerProblem } from "./verification/ledger-problem.ts";
import { type Doubt, nameDoubt } from "./verification/name-doubt.ts";
import { type PublishedDoubt, PublishedLog, type PublishedTile } from "./verification/published-log.ts";
import {
  PAGE_ENTRIES,
  type PageContents,
  readPage,
  readPageContents,
  type StoredPage,
} from "./verification/stored-page.ts";

export interface VerifyOptions {
  /** Raw 32-byte Ed25519 public key, from outside the database. */
  readonly publicKey: Uint8Array;
  readonly origin: string;
  /** Keys that signed before it, and up to which size. */
  readonly former?: readonly FormerKey[];
  /** Where the log was published: found there, whatever was rewritten and signed anew with a stolen key is found out. */
  readonly store?: LedgerStore;
  /** Notes kept elsewhere (a witness, an auditor): without these or a store, cutting off the end goes unseen. */
  readonly anchors?: readonly string[];
  readonly onProgress?: (verified: number, total: number) => void;
}

export type { LedgerProblem } from "./verification/ledger-problem.ts";

export type LedgerVerdict =
  | {
      readonly ok: true;
      readonly entries: number;
      readonly checkpoint: Checkpoint | undefined;
      /** How many entries the published checkpoint covers; what comes after it rests on the database and the key alone. */
      readonly published?: number;
      /** Entries below this index were pruned, by an entry of this log that says so; their hashes are in the roots. */
      readonly minimum?: number;
    }
  | { readonly ok: false; readonly problem: LedgerProblem };

export async function verifyLedger(database: Database, options: VerifyOptions): Promise<LedgerVerdict> {
  const key: LogKey = {
    name: options.origin,
    origin: options.origin,
    publicKey: options.publicKey,
    former: options.former ?? [],
  };
  try {
    // Before the snapshot is taken: whatever was published by then, the database must have.
    const outside = await readOutside(key, options);
    return await database.transaction(async (tx) => {
      // One snapshot: a sequencer may go on while this reads.
      await tx.query("set transaction isolation level repeatable read, read only");
      return await verifySnapshot(tx, key, options, outside);
    });
  } catch (error) {
    if (error instanceof Found) return { ok: false, problem: error.problem };
    throw error;
  }
}

interface Outside {
  readonly current: PlacedCheckpoint | undefined;
  /** The greatest size in the store's history. */
  readonly kept: number;
  /** The greatest size of all checkpoints from outside. */
  readonly size: number;
}

async function readOutside(key: LogKey, { store, anchors = [] }: VerifyOptions): Promise<Outside> {
  const current = store && (await readPublishedCheckpoint(store, key));
  let kept = 0;
  // Names only, the last of which is the greatest.
  if (store) for await (const { path } of store.list(HISTORY_FOLDER)) kept = sizeOfHistoryPath(path) ?? kept;
  let size = Math.max(kept, current?.size ?? 0);
  for await (const anchor of anchoredCheckpoints(anchors, key)) size = Math.max(size, anchor.size);
  return { current, kept, size };
}

interface Walk {
  readonly sql: Sql;
  readonly tree: GrowingTree;
  readonly published: PublishedLog | undefined;
  readonly checkpoints: CheckpointQueue;
  /** The first entry that is there. */
  readonly minimum: number;
  /** How many entries there are. */
  readonly stored: number;
  /** How many the last checkpoint covers. */
  readonly signed: number;
  /** The first body in this segment that its own leaf hash or tile contradicts. */
  doubt: Doubt | undefined;
  /** The first thing in this segment that was drawn wrongly from a body. */
  drawn: LedgerProblem | undefined;
  /** Where the segment begins. */
  start: number;
  /** As `doubt` and `start`, for segments between two checkpoints from outside. */
  publishedDoubt: (PublishedDoubt & Doubt) | undefined;
  publishedStart: number;
  last: Checkpoint | undefined;
}

async function verifySnapshot(sql: Sql, key: LogKey, options: VerifyOptions, outside: Outside): Promise<LedgerVerdict> {
  const walk = await startWalk(sql, key, options, outside);
  const { tree, signed, stored, minimum } = walk;
  if (minimum > 0) await settleReached(walk);
  let reading = readPage(sql, minimum);
  for (let first = minimum; first < Math.max(signed, 1); first += PAGE_ENTRIES) {
    const page = await reading;
    // The server reads the next page while this one is hashed.
    reading = readPage(sql, first + PAGE_ENTRIES);
    await Promise.race([reading, Promise.resolve()]);
    await takePage(walk, page);
    options.onProgress?.(tree.size, Math.max(signed, stored));
  }
  await reading;
  if (tree.size < signed) settleGap(walk, tree.size);
  if (stored > signed) throw new Found({ kind: "entry-unsigned", index: signed });
  await comparePartialTiles(walk);
  await walk.published?.requireNothingElse();
  if (minimum > 0) await requirePruneEntry(sql, minimum);
  const published = walk.published && { published: walk.published.size };
  return { ok: true, entries: tree.size, checkpoint: walk.last, ...published, ...(minimum > 0 && { minimum }) };
}

async function startWalk(sql: Sql, key: LogKey, options: VerifyOptions, outside: Outside): Promise<Walk> {
  const { store } = options;
  const { current, kept, size } = outside;
  if (store && size === 0) await requireNeverPublished(sql, store);
  const checkpoints = new CheckpointQueue(
    mergeCheckpoints([
      storedCheckpoints(sql, key),
      anchoredCheckpoints(options.anchors ?? [], key),
      ...(store ? [keptCheckpoints(store, key, kept)] : []),
      ...(current ? [only(current)] : []),
    ]),
  );
  await checkpoints.advance();
  const minimum = await readMinimumIndex(sql);
  while (checkpoints.next && checkpoints.next.size < minimum) await checkpoints.advance();
  const [row] = await sql.query<{ size: bigint | null }>("select max(size) as size from ledger.checkpoint");
  return {
    sql,
    tree: await resumeAt(sql, minimum),
    minimum,
    published: store && new PublishedLog(store, current?.size ?? 0),
    checkpoints,
    stored: await countEntries(sql, minimum),
    signed: Math.max(size, Number(row?.size ?? 0)),
    doubt: undefined,
    drawn: undefined,
    start: minimum,
    publishedDoubt: undefined,
    publishedStart: minimum,
    last: undefined,
  };
}

/** An empty store beside a database that says it published there: somebody emptied it. */
async function requireNeverPublished(sql: Sql, { place }: LedgerStore): Promise<void> {
  const [row] = await sql.query<{ size: bigint }>("select size from ledger.publication where place = $1", [place]);
  const size = Number(row?.size ?? 0);
  if (size > 0) throw new Found({ kind: "published-missing", index: size, path: CHECKPOINT_PATH });
}

/** The next checkpoint, looked at before it is taken. */
class CheckpointQueue {
  next: PlacedCheckpoint | undefined;
  readonly #iterator: AsyncIterator<PlacedCheckpoint>;

  constructor(stream: AsyncIterable<PlacedCheckpoint>) {
    this.#iterator = stream[Symbol.asyncIterator]();
  }

  async advance(): Promise<void> {
    const { done, value } = await this.#iterator.next();
    this.next = done === true ? undefined : value;
  }
}

async function* only<T>(value: T): AsyncIterable<T> {
  yield value;
}

async function takePage(walk: Walk, page: StoredPage): Promise<void> {
  const contents = page.isUnbroken && walk.tree.size === page.first ? readPageContents(page) : undefined;
  const isInOrder =
    contents && isEqual(contents.leaves, page.leafHashes) && contents.columns === page.columns && page.entries > 0;
  const isSigned = page.first + page.entries <= walk.signed;
  if (!isInOrder || !isSigned || !areTilesRight(page, contents)) return await takeRows(walk, page);
  for (let at = 0; at < page.entries; at += TILE_WIDTH) {
    const width = Math.min(TILE_WIDTH, page.entries - at);
    await comparePublished(walk, page.first + at, contents, at);
    for (const leaf of splitHashes(contents.leaves.subarray(at * HASH_BYTES, (at + width) * HASH_BYTES))) {
      await addLeaf(walk, leaf);
    }
    // Lets the connection send what comes next.
    await new Promise((turn) => setImmediate(turn));
  }
}

function areTilesRight(page: StoredPage, { leaves }: PageContents): boolean {
  for (let at = 0; at < page.entries; at += TILE_WIDTH) {
    const tile = page.tiles.get((page.first + at) / TILE_WIDTH);
    const given = leaves.subarray(at * HASH_BYTES, (at + TILE_WIDTH) * HASH_BYTES);
    // A partial tile may hold more than this snapshot's page; it is compared at the end.
    if (!tile || !isEqual(tile.subarray(0, given.length), given)) return false;
  }
  return true;
}

/** Row by row, each with what was drawn from it. */
async function takeRows(walk: Walk, page: StoredPage): Promise<void> {
  const rows = await walk.sql.query<Row>(
    `select index, leaf_hash, body, json_build_array(subject, principal, action, trace)::text as columns
       from ledger.entry where index >= $1 and index < $2 order by index`,
    [page.first, page.first + PAGE_ENTRIES],
  );
  let compared = -1;
  for (const row of rows) {
    if (!walk.checkpoints.next) break;
    const expected = walk.tree.size;
    if (Number(row.index) > expected) settleGap(walk, expected);
    if (Number(row.index) < expected)
      throw new Found({ kind: "entry-duplicated", index: expected - 1, belongsAt: expected - 1 });
    const tile = Math.floor(expected / TILE_WIDTH);
    if (compared !== tile) await compareRows(walk, tile, rows);
    compared = tile;
    await takeRow(walk, row, page.tiles.get(tile));
  }
}

interface Row {
  readonly index: bigint;
  readonly leaf_hash: Buffer;
  readonly body: Buffer;
  readonly columns: string;
}

async function takeRow(walk: Walk, row: Row, hashes: Buffer | undefined): Promise<void> {
  const index = walk.tree.size;
  const leaf = hashLeaf(row.body);
  const tile = Math.floor(index / TILE_WIDTH);
  const place = (index % TILE_WIDTH) * HASH_BYTES;
  const inTile = hashes?.subarray(place, place + HASH_BYTES);
  if (!isEqual(row.leaf_hash, leaf)) walk.drawn ??= { kind: "leaf-hash-altered", index };
  if (!inTile || !isEqual(inTile, leaf)) {
    walk.doubt ??= { index, leaf };
    walk.drawn ??= { kind: hashes ? "tile-altered" : "tile-missing", index: tile * TILE_WIDTH, level: 0, tile };
  } else if (!isEqual(row.leaf_hash, leaf)) {
    walk.doubt ??= { index, leaf };
  }
  if (row.columns !== columnsOf(row.body)) walk.drawn ??= { kind: "column-altered", index };
  await addLeaf(walk, leaf);
}

async function addLeaf(walk: Walk, leaf: Uint8Array): Promise<void> {
  for (const tile of walk.tree.add(leaf)) {
    if (tile.level === 0) continue;
    await compareTile(walk, tile);
    await walk.published?.requireTile(tile);
  }
  await settleReached(walk);
}

async function settleReached(walk: Walk): Promise<void> {
  while (walk.checkpoints.next?.size === walk.tree.size) await settleSegment(walk, walk.checkpoints.next);
}

/** The tree of what was pruned, from the hashes that were kept of it; the first root above shows whether they are right. */
async function resumeAt(sql: Sql, minimum: number): Promise<GrowingTree> {
  const partial = await readPartialTiles(sql, minimum);
  for (let level = 0, count = minimum; count > 0; level += 1, count = Math.floor(count / TILE_WIDTH)) {
    const tile = Math.floor(count / TILE_WIDTH);
    const kept = partial.find((one) => one.level === level && one.index === tile)?.hashes.length ?? 0;
    if (kept < count % TILE_WIDTH) throw new Found({ kind: "tile-missing", index: minimum, level, tile });
  }
  return GrowingTree.resume(minimum, partial);
}

/** Whoever takes entries away and calls it pruning must say so in the log. */
async function requirePruneEntry(sql: Sql, minimum: number): Promise<void> {
  const rows = await sql.query<{ body: Buffer }>(
    "select body from ledger.entry where action = 'ledger.retention' and index >= $1",
    [minimum],
  );
  const isSaid = rows.some(({ body }) => {
    const { item, outcome } = JSON.parse(body.toString("utf8")) as { item?: string; outcome?: string };
    return item === pruneItem(minimum) && outcome === "success";
  });
  if (!isSaid) throw new Found({ kind: "entry-missing", index: 0 });
}

/** The root is known: either the bodies are right, or one of them is not. */
async function settleSegment(walk: Walk, checkpoint: PlacedCheckpoint): Promise<void> {
  const isOutside = checkpoint.from === "outside";
  if (!isEqual(walk.tree.root(), checkpoint.root)) throw new Found(await nameWrong(walk, checkpoint));
  if (walk.drawn) throw new Found(walk.drawn);
  walk.doubt = undefined;
  walk.start = checkpoint.size;
  if (isOutside) {
    // A tile is compared whole: its doubt may lie beyond this checkpoint.
    if (walk.publishedDoubt && walk.publishedDoubt.index < checkpoint.size)
      throw new Found(walk.publishedDoubt.problem);
    walk.publishedStart = checkpoint.size;
  }
  walk.last = { origin: checkpoint.origin, size: checkpoint.size, root: checkpoint.root };
  await walk.checkpoints.advance();
}

async function nameWrong(walk: Walk, { from, size }: PlacedCheckpoint): Promise<LedgerProblem> {
  const { sql, doubt, publishedDoubt, published, stored } = walk;
  const isIn = publishedDoubt?.expected !== undefined && publishedDoubt.index < size;
  if (published && publishedDoubt && isIn && (!doubt || publishedDoubt.index < doubt.index)) {
    const tileAt = async (tile: number): Promise<Uint8Array | undefined> => (await published.readTile(tile))?.hashes;
    return await nameDoubt(sql, { size: published.size, tileAt }, publishedDoubt, stored);
  }
  if (doubt) {
    const tileAt = async (tile: number): Promise<Uint8Array | undefined> => {
      const [row] = await sql.query<{ hashes: Buffer }>(
        "select hashes from ledger.tile where level = 0 and index = $1",
        [tile],
      );
      return row?.hashes;
    };
    return await nameDoubt(sql, { size: walk.signed, tileAt }, doubt, stored);
  }
  return { kind: "root-mismatch", index: from === "outside" ? walk.publishedStart : walk.start, size };
}

function settleGap(walk: Walk, index: number): never {
  // An entry taken out and the rest moved up shows first as a body at the wrong place.
  const doubts = [walk.doubt?.index ?? index, walk.publishedDoubt?.expected ? walk.publishedDoubt.index : index];
  throw new Found({ kind: "entry-missing", index: Math.min(index, ...doubts) });
}

async function comparePublished(walk: Walk, index: number, contents: PageContents, at: number): Promise<void> {
  const tile = Math.floor(index / TILE_WIDTH);
  if (walk.publishedDoubt || !walk.published) return;
  const found = await walk.published.readTile(tile);
  if (!found) return;
  const { bytes, starts } = contents;
  noteDoubt(walk, tile, found, contents.leaves.subarray(at * HASH_BYTES), (place, body) => {
    const [start, next] = [starts[at + place], starts[at + place + 1]];
    if (start === undefined || next === undefined) return false;
    return bytes.compare(body, 0, body.length, start, next - 1) === 0;
  });
}

async function compareRows(walk: Walk, tile: number, rows: readonly Row[]): Promise<void> {
  if (walk.publishedDoubt || !walk.published) return;
  const found = await walk.published.readTile(tile);
  if (!found) return;
  const start = tile * TILE_WIDTH;
  const bodies = rows.filter(({ index }) => index >= start && index < start + TILE_WIDTH).map(({ body }) => body);
  noteDoubt(walk, tile, found, Buffer.concat(bodies.map(hashLeaf)), (place, body) =>
    isEqual(body, bodies[place] ?? Buffer.of()),
  );
}

function noteDoubt(
  walk: Walk,
  tile: number,
  found: PublishedTile,
  leaves: Buffer,
  isSame: (at: number, body: Uint8Array) => boolean,
): void {
  const doubt = walk.published?.findDoubt(tile, found, leaves, isSame);
  if (!doubt) return;
  const place = (doubt.index % TILE_WIDTH) * HASH_BYTES;
  walk.publishedDoubt = { ...doubt, leaf: leaves.subarray(place, place + HASH_BYTES) };
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
  for (const tile of partial) {
    await compareTile(walk, tile);
    if (tile.level > 0) await walk.published?.requireTile(tile);
  }
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

/** As if nothing had been pruned. */
async function countEntries(sql: Sql, minimum: number): Promise<number> {
  const [row] = await sql.query<{ entries: bigint }>(
    "select count(*) as entries from ledger.entry where index >= $1 or $1 = 0",
    [minimum],
  );
  assert(row, "count answers one row");
  return minimum + Number(row.entries);
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
