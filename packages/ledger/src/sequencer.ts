/**
 * Gives pending entries their place. One step takes a batch, numbers it, extends the tree and signs a checkpoint, all
 * in one transaction under one lock, so that two nodes' sequencers take turns and a kill leaves either all or nothing.
 *
 * INVARIANT: a step extends only what the last checkpoint signed. The note is opened with the log's own key and the
 * stored tiles must give its root; otherwise the step throws, because signing on would launder an altered tree.
 */
import { assert, type Clock, type Database, type Transaction, WardError } from "@ward/core";
import type { CheckpointSigner } from "./contract.ts";
import { type Checkpoint, checkpointText, isSignedByStranger, openCheckpoint, signNote } from "./note.ts";
import { thinCheckpoints } from "./thin-checkpoints.ts";
import { readPartialTiles } from "./stored-tiles.ts";
import { GrowingTree, HASH_BYTES, splitHashes, type Tile } from "./tile.ts";
import { EMPTY_ROOT, isEqual } from "./tree.ts";

export interface SequencerOptions {
  /** Time between two batches while there is work; at most a second. */
  readonly intervalMs: number;
  /** Told of a step that failed; it is tried again. */
  readonly onError?: (error: unknown) => void;
}

export interface Sequencer {
  /** Integrates everything that was committed before the call. */
  flush(): Promise<void>;
  /** Ends after the running step. What is pending stays pending, for the next sequencer. */
  stop(): Promise<void>;
}

export interface LogParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly signer: CheckpointSigner;
  /** A checkpoint was signed and committed. */
  readonly onCheckpoint?: () => void;
}

const BATCH_MAX = 4_096;
const IDLE_MS = 1_000;
/** Checkpoints are thinned once in so many steps. */
const THIN_STEPS = 256;
/** Entries that were placed leave so many dead rows at most: a busy node makes 4,000 a second. */
export const VACUUM_AFTER = 20_000;
/** `ldgr` in ASCII. */
const LOCK = 0x6c646772;

/** `onWork` registers what this node calls when it committed entries; other nodes' entries are found by looking. */
export function runSequencer(
  parts: LogParts,
  { intervalMs, onError }: SequencerOptions,
  onWork: (nudge: () => void) => () => void,
): Sequencer {
  assert(intervalMs > 0 && intervalMs <= 1_000, "a checkpoint is at most a second away");
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let due = Infinity;
  let steps = 0;
  let dead = 0;
  let isTold = false;
  let running: Promise<unknown> = Promise.resolve();
  const schedule = (delayMs: number): void => {
    const at = performance.now() + delayMs;
    if (stopped || at >= due) return;
    clearTimeout(timer);
    due = at;
    timer = setTimeout(() => {
      due = Infinity;
      running = tick();
    }, delayMs);
  };
  const tick = async (): Promise<void> => {
    let more = false;
    const look = !isTold;
    isTold = false;
    try {
      const placed = await sequenceBatch(parts, { wait: false, look });
      more = placed > 0;
      dead += placed;
      if (more && steps++ % THIN_STEPS === 0) await thinCheckpoints(parts);
      if (dead >= VACUUM_AFTER) {
        dead = 0;
        await vacuumPending(parts.database);
      }
    } catch (error) {
      onError?.(error);
    }
    schedule(more ? intervalMs : IDLE_MS);
  };
  const forget = onWork(() => {
    isTold = true;
    schedule(intervalMs);
  });
  schedule(intervalMs);
  return {
    async flush() {
      // A batch that was not full took everything there was; what comes meanwhile is for the next step.
      while ((await sequenceBatch(parts, { wait: true })) === BATCH_MAX);
    },
    async stop() {
      stopped = true;
      forget();
      clearTimeout(timer);
      await running;
    },
  };
}

export interface StepOptions {
  /** For another sequencer that is at work; otherwise the step leaves it to that one and answers 0. */
  readonly wait: boolean;
  /** Whether there is anything to do, before a transaction is begun for it. */
  readonly look?: boolean;
}

/** One step. Answers how many entries it placed. */
export async function sequenceBatch(parts: LogParts, { wait, look = false }: StepOptions): Promise<number> {
  const { database, onCheckpoint } = parts;
  if (look && !(await hasPending(database))) return 0;
  return await database.transaction(async (tx) => {
    if (onCheckpoint) tx.onCommit(onCheckpoint);
    if (!(await lock(tx, wait))) return 0;
    // The lock is a statement of its own: what follows sees everything the last holder committed.
    const { checkpoint, tree } = await readHead(tx, parts.signer);
    const leaves = await placePending(tx, tree.size);
    if (leaves.length === 0) return 0;
    const full = leaves.flatMap((leaf) => tree.add(leaf));
    assert(tree.size === (checkpoint?.size ?? 0) + leaves.length, "a batch extends the tree by its entries");
    // Both go out with the commit.
    writeTiles(tx, [...full, ...tree.partialTiles()]);
    writeCheckpoint(tx, parts, { origin: parts.signer.name, size: tree.size, root: tree.root() });
    return leaves.length;
  });
}

/** The last checkpoint's row, not yet verified. */
export async function readLastNote(sql: Pick<Database, "query">): Promise<{ size: number; note: string } | undefined> {
  const [row] = await sql.query<{ size: bigint; note: string }>(
    "select size, note from ledger.checkpoint order by size desc limit 1",
  );
  return row && { size: Number(row.size), note: row.note };
}

async function hasPending(database: Database): Promise<boolean> {
  // By the index: a table that was emptied is still as long as it was.
  const [row] = await database.query("select id from ledger.pending order by id limit 1");
  return row !== undefined;
}

/**
 * The server's own vacuum looks once a minute, when a busy node's table is hundreds of megabytes of dead rows, written to
 * the disk for nothing and in the way of every look. Its end is not cut off: it grows again at once, and cutting locks.
 */
async function vacuumPending(database: Database): Promise<void> {
  await database.query("vacuum (truncate false, skip_locked true) ledger.pending");
}

/** Waits until no entry is being numbered; none is until this transaction ends. */
export async function lockLog(tx: Transaction): Promise<void> {
  await tx.query("select pg_advisory_xact_lock($1)", [LOCK]);
}

async function lock(tx: Transaction, wait: boolean): Promise<boolean> {
  if (wait) {
    await lockLog(tx);
    return true;
  }
  const [row] = await tx.query<{ mine: boolean }>("select pg_try_advisory_xact_lock($1) as mine", [LOCK]);
  return row?.mine === true;
}

async function readHead(
  tx: Transaction,
  signer: CheckpointSigner,
): Promise<{ checkpoint: Checkpoint | undefined; tree: GrowingTree }> {
  const last = await readLastNote(tx);
  const checkpoint = last && openCheckpoint(last.note, signer, signer.name);
  assert(!last || checkpoint?.size === last.size, "the last checkpoint is one that this log signed");
  // Whoever verifies with the newer key only would refuse what this one signs.
  if (last && isSignedByStranger(last.note, signer))
    throw new WardError("key-unavailable", { reason: "newer-ledger-key" });
  const size = checkpoint?.size ?? 0;
  const tree = GrowingTree.resume(size, await readPartialTiles(tx, size));
  assert(isEqual(tree.root(), checkpoint?.root ?? EMPTY_ROOT), "the stored tiles give the root that was signed");
  return { checkpoint, tree };
}

/**
 * A canonical body's columns by their places, at a fraction of parsing it: members are sorted, so `action` is the first,
 * `trace` the last, `time` before it, both of one length, and `subject` before that; no value holds a quote. A body of
 * another form gets columns that `verify` finds wrong.
 */
const COLUMNS = `
  case when substring(body from length(body) - 111 for 11) = '"subject":"'::bytea
       then encode(substring(body from length(body) - 100 for 22), 'escape') end,
  encode(substring(body from principal for greatest(position('"'::bytea in substring(body from principal for 160)) - 1, 0)), 'escape'),
  encode(substring(body from 12 for greatest(position('"'::bytea in substring(body from 12 for 64)) - 1, 0)), 'escape'),
  encode(substring(body from length(body) - 33 for 32), 'escape')`;

/** Bodies never leave the database: it numbers and hashes them, and answers the leaf hashes in order, as one value. */
async function placePending(tx: Transaction, size: number): Promise<readonly Uint8Array[]> {
  const [placed] = await tx.query<{
    entries: number;
    first: bigint | null;
    last: bigint | null;
    leaves: Buffer | null;
  }>(
    `with taken as (
       -- Up to a place, not one by one: what the planner knows of so changeable a table may be that it is empty.
       delete from ledger.pending
        where id <= (select max(id) from (select id from ledger.pending order by id limit ${BATCH_MAX}) as first)
        returning id, body
     ), placed as (
       insert into ledger.entry (index, leaf_hash, body, subject, principal, action, trace)
       select $1::bigint + row_number() over (order by id) - 1, sha256('\\x00'::bytea || body), body, ${COLUMNS}
         -- offset 0: found once, not once for each use.
         from (select id, body, position('"principal":"'::bytea in body) + 13 as principal from taken offset 0) as taken
       returning index, leaf_hash
     )
     select count(*)::integer as entries, min(index) as first, max(index) as last,
            string_agg(leaf_hash, ''::bytea order by index) as leaves
       from placed`,
    [size],
  );
  const { entries = 0, first, last, leaves } = placed ?? {};
  if (entries === 0 || !leaves) return [];
  const isUnbroken = Number(first) === size && Number(last) === size + entries - 1;
  assert(isUnbroken && leaves.length === entries * HASH_BYTES, "a batch's indexes follow the tree's size without gap");
  return splitHashes(leaves);
}

function writeTiles(tx: Transaction, tiles: readonly Tile[]): void {
  tx.send(
    `insert into ledger.tile (level, index, width, hashes)
     select * from unnest($1::integer[], $2::bigint[], $3::integer[], $4::bytea[])
     on conflict (level, index) do update set width = excluded.width, hashes = excluded.hashes`,
    [
      tiles.map(({ level }) => level),
      tiles.map(({ index }) => index),
      tiles.map(({ hashes }) => hashes.length),
      tiles.map(({ hashes }) => Buffer.concat(hashes)),
    ],
  );
}

function writeCheckpoint(tx: Transaction, { signer, clock }: LogParts, checkpoint: Checkpoint): void {
  tx.send("insert into ledger.checkpoint (size, root, note, created_at) values ($1, $2, $3, $4)", [
    checkpoint.size,
    Buffer.from(checkpoint.root),
    signNote(checkpointText(checkpoint), signer),
    clock.now().toISOString(),
  ]);
}
