/** The log as lines, one for each entry, in a form that others read. Streams: memory does not grow with the log. */
import type { Sql } from "@ward/core";
import { indexBefore } from "../questions/find-entries.ts";
import { toAuditEvent } from "./audit-event.ts";
import { toOcsf } from "./ocsf.ts";
import { type ExportedEntry, readEntries } from "./read-entries.ts";

/** `balp`: FHIR R4 AuditEvent. `ocsf`: OCSF 1.3.0. `jsonl`: the entry as it is in the log, with its index. */
export const EXPORT_FORMATS = ["balp", "ocsf", "jsonl"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportRange {
  /** RFC 3339 in UTC with milliseconds; entries before it are left out. */
  readonly since?: string;
  /** The cursor: the first index. */
  readonly from?: number;
  /** Entries from this index on are left out: the size of a checkpoint. */
  readonly size: number;
}

export interface ExportPage {
  readonly lines: readonly string[];
  /** Where the next export begins. */
  readonly next: number;
}

export async function* exportEntries(
  sql: Sql,
  format: ExportFormat,
  origin: string,
  { since, from = 0, size }: ExportRange,
): AsyncGenerator<ExportPage> {
  const first = since === undefined ? from : Math.max(from, await indexBefore(sql, since));
  for await (const entries of readEntries(sql, { from: first, size })) {
    const wanted = since === undefined ? entries : entries.filter(({ entry }) => entry.time >= since);
    yield { lines: wanted.map((one) => exportLine(one, format, origin)), next: (entries.at(-1)?.index ?? -1) + 1 };
  }
}

export function exportLine(one: ExportedEntry, format: ExportFormat, origin: string): string {
  if (format === "balp") return JSON.stringify(toAuditEvent(one, origin));
  if (format === "ocsf") return JSON.stringify(toOcsf(one, origin));
  // The body as it stands, so that its hash is still the leaf's.
  return `{"index":${one.index},"entry":${one.body}}`;
}
