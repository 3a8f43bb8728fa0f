/**
 * The log's checkpoints from all places, in order of size, each opened with the log's key. Read in pages: a log that
 * runs for years has more of them than memory should hold.
 */
import type { Sql } from "@ward/core";
import { type Checkpoint, type NoteKey, openCheckpoint } from "../note.ts";
import { CHECKPOINT_PATH, HISTORY_FOLDER, sizeOfHistoryPath } from "../publication/layout.ts";
import type { LedgerStore } from "../publication/ledger-store.ts";
import { isEqual } from "../tree.ts";
import { Found } from "./ledger-problem.ts";

export interface PlacedCheckpoint extends Checkpoint {
  /** `outside`: from the store, a witness or an auditor; what the database says cannot outweigh it. */
  readonly from: "database" | "outside";
}

export interface LogKey extends NoteKey {
  readonly origin: string;
}

const PAGE = 1_024;
const READS_AT_ONCE = 16;

/** By size; where one size has several, the database's first. */
export async function* mergeCheckpoints(
  streams: readonly AsyncIterable<PlacedCheckpoint>[],
): AsyncIterable<PlacedCheckpoint> {
  const heads = await Promise.all(
    streams.map(async (stream) => {
      const iterator = stream[Symbol.asyncIterator]();
      return { iterator, head: await iterator.next() };
    }),
  );
  for (;;) {
    let least: (typeof heads)[number] | undefined;
    for (const each of heads) {
      if (each.head.done === true) continue;
      if (!least || least.head.done === true || each.head.value.size < least.head.value.size) least = each;
    }
    if (!least || least.head.done === true) return;
    yield least.head.value;
    least.head = await least.iterator.next();
  }
}

export async function* storedCheckpoints(sql: Sql, key: LogKey): AsyncIterable<PlacedCheckpoint> {
  for (let after = 0; ;) {
    const rows = await sql.query<{ size: bigint; root: Buffer; note: string }>(
      `select size, root, note from ledger.checkpoint where size > $1 order by size limit ${PAGE}`,
      [after],
    );
    for (const row of rows) {
      const size = Number(row.size);
      const checkpoint = openCheckpoint(row.note, key, key.origin);
      if (!checkpoint) throw new Found({ kind: "checkpoint-forged", index: size });
      if (checkpoint.size !== size || !isEqual(checkpoint.root, row.root)) {
        throw new Found({ kind: "checkpoint-altered", index: size });
      }
      yield { ...checkpoint, from: "database" };
      after = size;
    }
    if (rows.length < PAGE) return;
  }
}

export async function* anchoredCheckpoints(notes: readonly string[], key: LogKey): AsyncIterable<PlacedCheckpoint> {
  const checkpoints = notes.map((note): PlacedCheckpoint => {
    const checkpoint = openCheckpoint(note, key, key.origin);
    if (!checkpoint) throw new Found({ kind: "checkpoint-forged", index: 0 });
    return { ...checkpoint, from: "outside" };
  });
  yield* checkpoints.filter(({ size }) => size > 0).toSorted((one, other) => one.size - other.size);
}

/** The history that the store keeps up to a size, a few objects read at once. */
export async function* keptCheckpoints(
  store: LedgerStore,
  key: LogKey,
  until: number,
): AsyncIterable<PlacedCheckpoint> {
  let reading: Promise<PlacedCheckpoint>[] = [];
  for await (const { path, isRewritten } of store.list(HISTORY_FOLDER)) {
    const size = sizeOfHistoryPath(path);
    if (size === undefined) throw new Found({ kind: "published-unexpected", index: 0, path });
    if (size > until) break;
    if (isRewritten) throw new Found({ kind: "published-rewritten", index: size, path });
    reading.push(readKept(store, key, path, size));
    if (reading.length < READS_AT_ONCE) continue;
    yield* await Promise.all(reading);
    reading = [];
  }
  yield* await Promise.all(reading);
}

/** The published checkpoint of this moment; undefined where nothing was published. */
export async function readPublishedCheckpoint(store: LedgerStore, key: LogKey): Promise<PlacedCheckpoint | undefined> {
  const bytes = await store.get(CHECKPOINT_PATH);
  if (bytes === undefined) return undefined;
  return openKept(bytes, key, CHECKPOINT_PATH, 0);
}

async function readKept(store: LedgerStore, key: LogKey, path: string, size: number): Promise<PlacedCheckpoint> {
  const bytes = await store.get(path);
  if (bytes === undefined) throw new Found({ kind: "published-missing", index: size, path });
  const checkpoint = openKept(bytes, key, path, size);
  if (checkpoint.size !== size) throw new Found({ kind: "published-forged", index: size, path });
  return checkpoint;
}

function openKept(bytes: Uint8Array, key: LogKey, path: string, index: number): PlacedCheckpoint {
  const checkpoint = openCheckpoint(Buffer.from(bytes).toString("utf8"), key, key.origin);
  if (!checkpoint) throw new Found({ kind: "published-forged", index, path });
  return { ...checkpoint, from: "outside" };
}
