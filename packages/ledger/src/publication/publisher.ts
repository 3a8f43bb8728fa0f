/**
 * Publishes the log outside the database, behind the sequencer. A store that fails holds up no act: publication is tried
 * again and catches up. Only after a configured lag do `required` acts stop, because what nobody outside the database
 * has seen could be rewritten unseen.
 */
import { assert, auditClassOf, type AuditEntry, WardError } from "@ward/core";
import { type PublicationParts, publishStep } from "./publish-step.ts";

export interface PublisherOptions {
  /** Least time between two publications. */
  readonly intervalMs?: number;
  /** Least time between two checkpoints that go into the history, which nothing is ever removed from. */
  readonly historyIntervalMs?: number;
  /** Acts stop when entries have waited so long to be published; never where absent. */
  readonly maxLagMs?: number;
  /** Told of a publication that failed; it is tried again. */
  readonly onError?: (error: unknown) => void;
  /** Milliseconds on a clock that no one can set. */
  readonly elapsedMs?: () => number;
}

export interface Publisher {
  /** Publishes what is under a checkpoint, its last one into the history. Throws where the store fails. */
  flush(): Promise<void>;
  /** Ends after the running publication. */
  stop(): Promise<void>;
  /** For how long there has been something that is not published; 0 where there is nothing. */
  lagMs(): number;
  /** Throws `record-unavailable` where publication lags too far behind for this entry's act to happen. */
  admit(entries: readonly AuditEntry[]): void;
}

/** A publication costs the same for one entry and for a thousand: most of it is waiting for the store to sync. */
const INTERVAL_MS = 400;
const HISTORY_INTERVAL_MS = 60_000;
const IDLE_MS = 1_000;
const BUSY_MS = 20;

export function runPublisher(
  parts: PublicationParts,
  options: PublisherOptions,
  onCheckpoint: (nudge: () => void) => () => void,
): Publisher {
  const { intervalMs = INTERVAL_MS, maxLagMs, onError } = options;
  assert(intervalMs > 0 && intervalMs <= 60_000, "a publication is at most a minute away");
  const elapsed = options.elapsedMs ?? (() => performance.now());
  const work = makeWork(parts, options, elapsed);
  let [stopped, due] = [false, Infinity];
  let timer: NodeJS.Timeout | undefined;
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
    try {
      more = (await work.publish(false)) === "more";
    } catch (error) {
      onError?.(error);
    }
    schedule(more ? 1 : IDLE_MS);
  };
  const forget = onCheckpoint(() => schedule(intervalMs));
  schedule(1);
  return {
    async flush() {
      for (;;) {
        const outcome = await work.publish(true);
        if (outcome === "done") return;
        if (outcome === "busy") await new Promise((wake) => setTimeout(wake, BUSY_MS));
      }
    },
    async stop() {
      stopped = true;
      forget();
      clearTimeout(timer);
      await running;
    },
    lagMs: () => work.lagMs(),
    admit(entries) {
      if (maxLagMs === undefined || work.lagMs() <= maxLagMs || !entries.some(isRequired)) return;
      throw new WardError("record-unavailable", { reason: "publication-lag", lagMs: work.lagMs(), maxLagMs });
    },
  };
}

/** What was refused is recorded as long as the database can; a node must be able to start, or it could never catch up. */
function isRequired({ decision, action }: AuditEntry): boolean {
  return (
    decision === "allow" && auditClassOf(action) === "required" && action !== "node.start" && action !== "node.stop"
  );
}

interface Work {
  /** `busy`: another publication is under way, here or on another node. */
  publish(keep: boolean): Promise<"done" | "more" | "busy">;
  lagMs(): number;
}

function makeWork(parts: PublicationParts, options: PublisherOptions, elapsed: () => number): Work {
  const historyIntervalMs = options.historyIntervalMs ?? HISTORY_INTERVAL_MS;
  let keptAt = -Infinity;
  /** When this node last saw everything published that then was under a checkpoint. */
  let caughtUpAt: number | undefined;
  let isBehind = false;
  return {
    async publish(keep) {
      const started = elapsed();
      const { placed: before, published: progress } = await readSizes(parts);
      caughtUpAt ??= started - (await waitedBefore(parts));
      isBehind ||= before > progress;
      const keeps = keep || started - keptAt >= historyIntervalMs;
      if (!isBehind) caughtUpAt = started;
      if (!isBehind && !keeps) return "done";
      const step = await publishStep(parts, keeps);
      if (step && step.size > 0 && keeps) keptAt = started;
      const published = step?.size ?? (await readSizes(parts)).published;
      if (published >= before) [caughtUpAt, isBehind] = [started, false];
      if (!step) return "busy";
      return step.more ? "more" : "done";
    },
    lagMs: () => (isBehind && caughtUpAt !== undefined ? elapsed() - caughtUpAt : 0),
  };
}

/** How long the oldest unpublished checkpoint waited when this node came up. A clock that went backwards counts as none. */
async function waitedBefore({ database, clock, store }: PublicationParts): Promise<number> {
  const [row] = await database.query<{ first: Date | null }>(
    `select min(created_at) as first from ledger.checkpoint
      where size > coalesce((select size from ledger.publication where place = $1), 0)`,
    [store.place],
  );
  return row?.first ? Math.max(0, clock.now().getTime() - row.first.getTime()) : 0;
}

/** How many entries are under a checkpoint, and how many of these the store has. */
async function readSizes({ database, store }: PublicationParts): Promise<{ placed: number; published: number }> {
  const [row] = await database.query<{ placed: bigint | null; published: bigint | null }>(
    `select (select max(size) from ledger.checkpoint) as placed,
            (select size from ledger.publication where place = $1) as published`,
    [store.place],
  );
  return { placed: Number(row?.placed ?? 0), published: Number(row?.published ?? 0) };
}
