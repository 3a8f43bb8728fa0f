/**
 * A live feed of the log to one receiver, at least once. The cursor lies in the database and moves only after the
 * receiver took the entries before it; a node that is killed in between sends them again. One node sends at a time, by
 * a lease that another takes over when it is not renewed; should two send for a moment, the receiver gets entries twice.
 */
import { randomUUID } from "node:crypto";
import type { Database } from "@ward/core";
import { type ExportedEntry, readEntries } from "../export/read-entries.ts";
import { readMinimumIndex } from "../retention/minimum-index.ts";
import type { FeedSink } from "./feed-sink.ts";

export interface FeedOptions {
  readonly database: Database;
  /** Names the cursor: `syslog:siem.example.org:6514`. */
  readonly name: string;
  readonly sink: FeedSink;
  /** Told of a batch that was not delivered; it is tried again. */
  readonly onError?: (error: unknown) => void;
  /** Wait when there is nothing to send, and the first wait after a failure, which doubles up to a minute. */
  readonly intervalMs?: number;
  /** After so long another node takes over from one that died; a minute by default. */
  readonly leaseMs?: number;
}

export interface Feed {
  /** Gives the lease back. A batch under way is cut, and comes again. */
  stop(): Promise<void>;
}

const BATCH_MAX = 500;
const BATCH_MAX_CHARACTERS = 1_000_000;
const LEASE_MS = 60_000;
const INTERVAL_MS = 1_000;
const BACKOFF_MAX_MS = 60_000;

export function startFeed({ onError, intervalMs = INTERVAL_MS, ...options }: FeedOptions): Feed {
  const { database, name } = options;
  const holder = randomUUID();
  const stopping = new AbortController();
  const { signal } = stopping;
  const run = async (): Promise<void> => {
    let waitMs = intervalMs;
    while (!signal.aborted) {
      let sent = 0;
      try {
        sent = await sendBatch(options, holder, signal);
        waitMs = intervalMs;
      } catch (error) {
        if (signal.aborted) break;
        onError?.(error);
        waitMs = Math.min(waitMs * 2, BACKOFF_MAX_MS);
      }
      if (sent === 0) await sleep(waitMs, signal);
    }
    await database
      .query("update ledger.feed set holder = null, held_until = null where name = $1 and holder = $2", [name, holder])
      .catch(() => undefined);
  };
  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** Answers how many entries the receiver took; 0 also where another node holds the lease. */
async function sendBatch(
  { database, name, sink, leaseMs = LEASE_MS }: FeedOptions,
  holder: string,
  signal: AbortSignal,
): Promise<number> {
  const next = await lease(database, name, holder, leaseMs);
  if (next === undefined) return 0;
  const entries = await readBatch(database, next);
  const last = entries.at(-1);
  if (last === undefined) return 0;
  await sink.deliver(entries, signal);
  await database.query(
    `update ledger.feed set next_index = $3, updated_at = now()
      where name = $1 and holder = $2 and next_index < $3`,
    [name, holder, last.index + 1],
  );
  return entries.length;
}

async function lease(database: Database, name: string, holder: string, leaseMs: number): Promise<number | undefined> {
  const [row] = await database.query<{ next_index: bigint }>(
    `insert into ledger.feed (name, holder, held_until) values ($1, $2, now() + make_interval(secs => $3))
     on conflict (name) do update set holder = excluded.holder, held_until = excluded.held_until
       where feed.holder is null or feed.holder = excluded.holder or feed.held_until < now()
     returning next_index`,
    [name, holder, leaseMs / 1_000],
  );
  return row === undefined ? undefined : Number(row.next_index);
}

async function readBatch(database: Database, next: number): Promise<readonly ExportedEntry[]> {
  // A feed that begins after a pruning begins where the log does.
  const from = Math.max(next, await readMinimumIndex(database));
  const pages = readEntries(database, { from, size: from + BATCH_MAX, page: BATCH_MAX });
  const { value = [] } = (await pages.next()) as { value?: readonly ExportedEntry[] };
  let characters = 0;
  const fitting = value.findIndex(({ body }) => (characters += body.length) > BATCH_MAX_CHARACTERS);
  return fitting === -1 ? value : value.slice(0, Math.max(1, fitting));
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((wake) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      wake();
    }
  });
}
