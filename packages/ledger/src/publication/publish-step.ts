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
import { readPartialTiles } from "../stored-tiles.ts";
import { GrowingTree, type Tile, TILE_WIDTH } from "../tile.ts";
import { EMPTY_ROOT, hashLeaf, isEqual } from "../tree.ts";
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
const PAGE = 4 * TILE_WIDTH;
const WRITES_AT_ONCE = 8;
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
      await noteProgress(tx, parts, last.size);
      return { size: last.size, more: false };
    }
    const { checkpoint } = target;
    await requireExtension(tx, last, checkpoint);
    const note = target.note + (await cosignatures(parts, checkpoint, target.note));
    const full = await writeEntries(tx, parts.store, last.size, checkpoint);
    if (keep) await keepCheckpoint(parts, checkpoint.size, note);
    await parts.store.replaceCheckpoint(Buffer.from(note));
    for (const path of full) await parts.store.removePartials(path);
    await noteProgress(tx, parts, checkpoint.size);
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

/** RFC 6962's consistency by construction: the published tree, grown by the entries, is the new one. */
async function requireExtension(tx: Sql, last: LastPublished, next: Checkpoint): Promise<void> {
  const tree = await resumeAt(tx, last.size);
  if (!isEqual(tree.root(), last.root)) throw refusal("published-differs");
  for await (const { index, body } of readBodies(tx, last.size, next.size)) {
    if (index !== tree.size) throw refusal("entry-missing");
    tree.add(hashLeaf(body));
  }
  if (tree.size !== next.size || !isEqual(tree.root(), next.root)) throw refusal("entries-altered");
}

/** Answers the paths of the tiles that became full. */
async function writeEntries(tx: Sql, store: LedgerStore, from: number, next: Checkpoint): Promise<readonly string[]> {
  const tree = await resumeAt(tx, from);
  const writes = new WriteQueue(store);
  const filled: string[] = [];
  const writeFull = async ({ level, index, hashes }: Tile): Promise<void> => {
    filled.push(tilePath(level, index));
    await writes.put(tilePath(level, index), Buffer.concat(hashes));
  };
  let bundle: Uint8Array[] = [];
  // The bundle that `from` lies in is written anew from its first entry.
  for await (const { index, body } of readBodies(tx, from - (from % TILE_WIDTH), next.size)) {
    bundle.push(body);
    if (index >= from) for (const tile of tree.add(hashLeaf(body))) await writeFull(tile);
    if (bundle.length < TILE_WIDTH) continue;
    filled.push(bundlePath(Math.floor(index / TILE_WIDTH)));
    await writes.put(bundlePath(Math.floor(index / TILE_WIDTH)), encodeBundle(bundle));
    bundle = [];
  }
  if (!isEqual(tree.root(), next.root)) throw refusal("entries-altered");
  for (const { level, index, hashes } of tree.partialTiles()) {
    await writes.put(tilePath(level, index, hashes.length), Buffer.concat(hashes));
  }
  if (bundle.length > 0) {
    await writes.put(bundlePath(Math.floor(next.size / TILE_WIDTH), bundle.length), encodeBundle(bundle));
  }
  await writes.settled();
  return filled;
}

async function resumeAt(tx: Sql, size: number): Promise<GrowingTree> {
  return GrowingTree.resume(size, await readPartialTiles(tx, size));
}

async function* readBodies(tx: Sql, from: number, to: number): AsyncIterable<{ index: number; body: Buffer }> {
  for (let start = from; start < to; start += PAGE) {
    const rows = await tx.query<{ index: bigint; body: Buffer }>(
      "select index, body from ledger.entry where index >= $1 and index < $2 order by index",
      [start, Math.min(start + PAGE, to)],
    );
    for (const { index, body } of rows) yield { index: Number(index), body };
  }
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

async function noteProgress(tx: Transaction, { store, clock }: PublicationParts, size: number): Promise<void> {
  await tx.query(
    `insert into ledger.publication (place, size, published_at) values ($1, $2, $3)
     on conflict (place) do update set size = excluded.size, published_at = excluded.published_at
      where publication.size <> excluded.size`,
    [store.place, size, clock.now().toISOString()],
  );
}

/** A few writes under way at once; the first that fails fails the step. */
class WriteQueue {
  readonly #store: LedgerStore;
  readonly #running = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;

  constructor(store: LedgerStore) {
    this.#store = store;
  }

  async put(path: string, bytes: Uint8Array): Promise<void> {
    const write = this.#store
      .put(path, bytes)
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
