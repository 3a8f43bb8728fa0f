/**
 * One publication: everything between the checkpoint that the store holds and a newer one that the database holds, in
 * the order tiles, entry bundles, kept checkpoint, checkpoint, so that whoever reads a checkpoint finds what it names.
 * All writes are safe to repeat: a step that was killed anywhere is done again by the next.
 *
 * INVARIANT: nothing is published that does not extend what is published. The published checkpoint's root and the new
 * one's are both recomputed, from the stored tiles and from the entries, before the first write; what then is written
 * comes from that computation, not from the rows that were drawn from it.
 */
import { type Clock, type Database, type Sql, type Transaction, WardError } from "@ward/core";
import type { CheckpointSigner } from "../contract.ts";
import { type Checkpoint, openCheckpoint } from "../note.ts";
import { bodyAt, type BodyRun, leafAt, readBodies } from "../stored-bodies.ts";
import { readPartialTiles } from "../stored-tiles.ts";
import { GrowingTree, HASH_BYTES, type Tile, TILE_WIDTH } from "../tile.ts";
import { EMPTY_ROOT, isEqual } from "../tree.ts";
import { bundlePath, CHECKPOINT_PATH, encodeBundle, historyPath, tilePath } from "./layout.ts";
import type { LedgerStore } from "./ledger-store.ts";

export interface PublicationParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly signer: CheckpointSigner;
  readonly store: LedgerStore;
  /** Cosignature lines of witnesses for a checkpoint; what it answers is stored before it is published. */
  readonly cosign?: (checkpoint: Checkpoint, note: string) => Promise<readonly string[]>;
}

export interface Published {
  readonly size: number;
  /** The database has a newer checkpoint still. */
  readonly more: boolean;
}

/** At most so many entries between two published checkpoints, where the database has kept one so near. */
const STEP_ENTRIES = 65_536;
/** A whole number of tiles. */
const PAGE = 16 * TILE_WIDTH;
/** Bodies that were checked are kept so far for being written; what is beyond is read and checked again. */
const KEPT_BYTES_MAX = 32 * 2 ** 20;
const WRITES_AT_ONCE = 16;
/** `ldgp` in ASCII. */
const LOCK = 0x6c646770;

/** Undefined where another node is publishing. `keep`: this checkpoint goes into the history as well. */
export async function publishStep(parts: PublicationParts, keep: boolean): Promise<Published | undefined> {
  return await parts.database.transaction(async (tx) => {
    const [row] = await tx.query<{ mine: boolean }>("select pg_try_advisory_xact_lock($1) as mine", [LOCK]);
    if (row?.mine !== true) return undefined;
    const last = await readPublished(parts);
    if (last.note === undefined) await requireNeverPublished(tx, parts);
    const target = await chooseTarget(tx, parts, last);
    if (target === undefined || target.checkpoint.size === last.size) {
      await requireSame(last, target?.checkpoint);
      if (keep && last.note !== undefined) await keepCheckpoint(parts, last.size, last.note);
      noteProgress(tx, parts, last.size);
      return { size: last.size, more: false };
    }
    const { checkpoint } = target;
    const extension = await readExtension(tx, last, checkpoint);
    const note = target.note + (await cosignatures(parts, checkpoint, target.note));
    const full = await writeExtension(tx, parts.store, extension);
    if (keep) await keepCheckpoint(parts, checkpoint.size, note);
    await parts.store.replaceCheckpoint(Buffer.from(note));
    await removePartials(parts.store, full);
    noteProgress(tx, parts, checkpoint.size);
    return { size: checkpoint.size, more: target.more };
  });
}

/** An empty store that held the log before: an unmounted disk, a bucket made anew. Beginning again would hide the loss. */
async function requireNeverPublished(tx: Sql, { store }: PublicationParts): Promise<void> {
  const [row] = await tx.query("select from ledger.publication where place = $1 and size > 0", [store.place]);
  if (row) throw refusal("published-missing");
}

interface LastPublished extends Omit<Checkpoint, "origin"> {
  readonly note: string | undefined;
}

async function readPublished({ store, signer }: PublicationParts): Promise<LastPublished> {
  const bytes = await store.get(CHECKPOINT_PATH);
  if (bytes === undefined) return { size: 0, root: EMPTY_ROOT, note: undefined };
  const note = Buffer.from(bytes).toString("utf8");
  const checkpoint = openCheckpoint(note, signer, signer.name);
  if (!checkpoint) throw refusal("published-checkpoint-forged");
  return { ...checkpoint, note };
}

interface Target {
  readonly checkpoint: Checkpoint;
  readonly note: string;
  readonly more: boolean;
}

/** The newest checkpoint of the database that is near enough; undefined where it has none at all. */
async function chooseTarget(tx: Sql, { signer }: PublicationParts, last: LastPublished): Promise<Target | undefined> {
  const [row] = await tx.query<{ size: bigint; note: string; newest: bigint }>(
    `with newest as (select max(size) as size from ledger.checkpoint)
     select checkpoint.size, checkpoint.note, newest.size as newest from newest, ledger.checkpoint
      where checkpoint.size = coalesce(
        (select max(size) from ledger.checkpoint where size > $1 and size <= $1::bigint + ${STEP_ENTRIES}),
        (select min(size) from ledger.checkpoint where size > $1),
        newest.size)`,
    [last.size],
  );
  if (!row) return undefined;
  const checkpoint = openCheckpoint(row.note, signer, signer.name);
  if (checkpoint?.size !== Number(row.size)) throw refusal("checkpoint-forged");
  return { checkpoint, note: row.note, more: Number(row.newest) > checkpoint.size };
}

/** Nothing newer: then the database's checkpoint must be the published one, not a shorter or another log's. */
async function requireSame(last: LastPublished, stored: Checkpoint | undefined): Promise<void> {
  if ((stored?.size ?? 0) < last.size) throw refusal("published-ahead");
  if (stored && !isEqual(stored.root, last.root)) throw refusal("published-differs");
}

interface Extension {
  /** The first entry of the bundle that the published log ends in, which is written anew. */
  readonly first: number;
  readonly size: number;
  /** Tiles that the new entries complete or lie in. */
  readonly tiles: readonly Tile[];
  /** Leaf hashes from `first` on. */
  readonly leaves: Buffer;
  /** By page; undefined where there are too many to keep. */
  readonly pages: readonly (BodyRun | undefined)[];
}

/** RFC 6962's consistency by construction: the published tree, grown by the entries, is the new one. */
async function readExtension(tx: Sql, last: LastPublished, next: Checkpoint): Promise<Extension> {
  const tree = GrowingTree.resume(last.size, await readPartialTiles(tx, last.size));
  if (!isEqual(tree.root(), last.root)) throw refusal("published-differs");
  const first = last.size - (last.size % TILE_WIDTH);
  const published = tree.partialTiles().find(({ level }) => level === 0)?.hashes ?? [];
  const leaves = Buffer.allocUnsafe((next.size - first) * HASH_BYTES);
  const [tiles, pages]: [Tile[], (BodyRun | undefined)[]] = [[], []];
  let kept = 0;
  for (let start = first; start < next.size; start += PAGE) {
    const end = Math.min(start + PAGE, next.size);
    const run = await readBodies(tx, start, end);
    if (run === undefined) throw refusal("entry-missing");
    for (let index = start; index < end; index += 1) {
      const leaf = leafAt(run, index - start);
      leaves.set(leaf, (index - first) * HASH_BYTES);
      if (index >= last.size) tiles.push(...tree.add(leaf));
      else if (!isEqual(leaf, published[index - first] ?? EMPTY_ROOT)) throw refusal("entries-altered");
    }
    kept += run.bytes.length;
    pages.push(kept <= KEPT_BYTES_MAX ? run : undefined);
  }
  if (!isEqual(tree.root(), next.root)) throw refusal("entries-altered");
  // What the new entries did not reach is published already, as part of the last checkpoint.
  const partial = tree
    .partialTiles()
    .filter(({ level }) => subtreesAt(level, next.size) > subtreesAt(level, last.size));
  return { first, size: next.size, tiles: [...tiles, ...partial], leaves, pages };
}

/** How many hashes the level of tiles holds. */
function subtreesAt(level: number, size: number): number {
  return Math.floor(size / TILE_WIDTH ** level);
}

/** Answers the paths of the tiles that became full. */
async function writeExtension(tx: Sql, store: LedgerStore, extension: Extension): Promise<readonly string[]> {
  const { first, size, tiles, pages } = extension;
  const writes = new WriteQueue();
  const filled: string[] = [];
  const write = async (path: string, width: number, bytes: Uint8Array): Promise<void> => {
    if (width === TILE_WIDTH) filled.push(path);
    await writes.add(async () => await store.put(path, bytes));
  };
  for (const { level, index, hashes } of tiles) {
    await write(tilePath(level, index, hashes.length), hashes.length, Buffer.concat(hashes));
  }
  for (let page = 0; page < pages.length; page += 1) {
    const start = first + page * PAGE;
    const run = pages[page] ?? (await readAgain(tx, extension, start));
    for (let index = start; index < Math.min(start + PAGE, size); index += TILE_WIDTH) {
      const width = Math.min(TILE_WIDTH, size - index);
      const bodies = Array.from({ length: width }, (_, at) => bodyAt(run, index - start + at));
      await write(bundlePath(index / TILE_WIDTH, width), width, encodeBundle(bodies));
    }
  }
  await writes.settled();
  return filled;
}

async function removePartials(store: LedgerStore, full: readonly string[]): Promise<void> {
  const writes = new WriteQueue();
  for (const path of full) await writes.add(async () => await store.removePartials(path));
  await writes.settled();
}

async function readAgain(tx: Sql, { first, size, leaves }: Extension, start: number): Promise<BodyRun> {
  const end = Math.min(start + PAGE, size);
  const run = await readBodies(tx, start, end);
  for (let index = start; index < end; index += 1) {
    const place = (index - first) * HASH_BYTES;
    const isSame = run && isEqual(leafAt(run, index - start), leaves.subarray(place, place + HASH_BYTES));
    if (!isSame) throw refusal("entries-altered");
  }
  if (run === undefined) throw refusal("entry-missing");
  return run;
}

/** The kept form may hold other cosignatures, gathered by a step that was killed; the checkpoint must be the same. */
async function keepCheckpoint({ store, signer }: PublicationParts, size: number, note: string): Promise<void> {
  const kept = await store.get(historyPath(size));
  if (kept === undefined) return await store.put(historyPath(size), Buffer.from(note));
  const there = openCheckpoint(Buffer.from(kept).toString("utf8"), signer, signer.name);
  const given = openCheckpoint(note, signer, signer.name);
  if (!there || !given || there.size !== size || !isEqual(there.root, given.root)) throw refusal("published-differs");
}

async function cosignatures(parts: PublicationParts, checkpoint: Checkpoint, note: string): Promise<string> {
  if (parts.cosign === undefined) return "";
  const lines = await parts.cosign(checkpoint, note);
  return lines.map((line) => `${line}\n`).join("");
}

/** Goes out with the commit. */
function noteProgress(tx: Transaction, { store, clock }: PublicationParts, size: number): void {
  tx.send(
    `insert into ledger.publication (place, size, published_at) values ($1, $2, $3)
     on conflict (place) do update set size = excluded.size, published_at = excluded.published_at
      where publication.size <> excluded.size`,
    [store.place, size, clock.now().toISOString()],
  );
}

/** A few writes under way at once; the first that fails fails the step. */
class WriteQueue {
  readonly #running = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;

  async add(begin: () => Promise<void>): Promise<void> {
    const write = begin()
      .catch((error: unknown) => {
        this.#failure ??= { error };
      })
      .finally(() => this.#running.delete(write));
    this.#running.add(write);
    if (this.#running.size >= WRITES_AT_ONCE) await Promise.race(this.#running);
    if (this.#failure) await this.settled();
  }

  async settled(): Promise<void> {
    await Promise.all(this.#running);
    if (this.#failure) throw this.#failure.error;
  }
}

/** What stands against publishing; the operator is told, and acts stop after the configured lag. */
function refusal(reason: string): WardError {
  return new WardError("record-unavailable", { reason });
}
