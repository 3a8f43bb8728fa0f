/**
 * Where a live feed ends. `deliver` MUST resolve only when the receiver has taken every entry, and MUST reject otherwise
 * or when `signal` aborts; the same entries may then come again, so a receiver tells them apart by their index.
 */
import type { ExportedEntry } from "../export/read-entries.ts";

export interface FeedSink {
  deliver(entries: readonly ExportedEntry[], signal: AbortSignal): Promise<void>;
}

export interface SinkOptions {
  readonly origin: string;
  /** PEM of an authority trusted besides the system's. */
  readonly ca?: string;
  /** Without progress for so long a delivery has failed; 30 s by default. */
  readonly idleMs?: number;
}

export const SINK_IDLE_MS = 30_000;
