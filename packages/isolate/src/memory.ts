/**
 * What a limit of memory means here. An empty workerd takes about 50 MB, nearly all of it the binary's own pages;
 * `limits.memoryMb` is what a function may hold above that, and V8 may let 64 MB of garbage lie on top before it
 * collects (its fixed threshold for buffers). Three lines hold it:
 *
 * 1. V8's old generation is capped at `memoryMb` (engine-config.ts).
 * 2. The supervisor reads the resident size, often while calls run, and kills where it stays above `residentLimitMb`.
 * 3. The kernel refuses private writable memory above `dataLimitMb` (RLIMIT_DATA), which no allocation is fast enough
 *    to pass. V8's reservations count there too, so an empty engine is measured first.
 */
import { readFileSync } from "node:fs";

export interface EngineFootprint {
  readonly residentMb: number;
  /** Private writable memory; undefined where the kernel doesn't tell, and then line 3 is missing. */
  readonly dataMb: number | undefined;
}

/** Where nothing can be measured. */
export const TYPICAL_FOOTPRINT: EngineFootprint = { residentMb: 56, dataMb: undefined };

export const BUSY_POLL_MS = 50;
export const IDLE_POLL_MS = 1_000;
/** One reading may be garbage that V8, short of processor time, has not come round to; so many in a row are held. */
export const OVER_LIMIT_POLLS = 4;

const GARBAGE_MB = 64;
/** A collection copies, and both copies count for a moment. */
const COLLECTION_MB = 64;

export function residentLimitMb(footprint: EngineFootprint, memoryMb: number): number {
  return footprint.residentMb + memoryMb + GARBAGE_MB;
}

export function dataLimitMb(footprint: EngineFootprint, memoryMb: number): number | undefined {
  return footprint.dataMb === undefined ? undefined : footprint.dataMb + memoryMb + GARBAGE_MB + COLLECTION_MB;
}

/** Resident size in MB; 0 where there is no procfs or no such process. */
export function readResidentMb(pid: number): number {
  return readStatus(pid, "VmRSS") ?? 0;
}

export function measureFootprint(pid: number): EngineFootprint {
  const residentMb = readStatus(pid, "VmRSS");
  return residentMb === undefined ? TYPICAL_FOOTPRINT : { residentMb, dataMb: readStatus(pid, "VmData") };
}

function readStatus(pid: number, field: string): number | undefined {
  try {
    const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(
      readFileSync(`/proc/${pid}/status`, "utf8"),
    )?.[1];
    return kilobytes === undefined ? undefined : Math.ceil(Number(kilobytes) / 1024);
  } catch {
    return undefined;
  }
}
