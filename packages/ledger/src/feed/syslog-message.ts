/**
 * Entries as syslog: RFC 5424 messages with structured data, in RFC 5425's octet-counting frames. The message text is
 * the entry's canonical JSON: ASCII by the entry's shape, so it needs no byte order mark, and its hash is the leaf's.
 */
import type { AuditEntry } from "@ward/core";
import type { ExportedEntry } from "../export/read-entries.ts";

/** Facility 13, log audit (RFC 5424 table 1). */
const FACILITY = 13;
const SEVERITY = { refused: 4, failure: 4, success: 6 } as const;
/** Private enterprise number that IANA reserves for examples (RFC 5612); a vendor's own takes its place. */
const SD_ID = "ward@32473";

/** `origin`: the log's name; its host part is the message's HOSTNAME. */
export function syslogFrame(one: ExportedEntry, origin: string): Buffer {
  const message = Buffer.from(syslogMessage(one, origin), "utf8");
  return Buffer.concat([Buffer.from(`${message.length} `), message]);
}

function syslogMessage({ index, entry, body }: ExportedEntry, origin: string): string {
  const priority = FACILITY * 8 + SEVERITY[entry.outcome];
  const host = (origin.split("/")[0] ?? "").replace(/[^\x21-\x7e]/g, "").slice(0, 255) || "-";
  return `<${priority}>1 ${entry.time} ${host} ward - ${entry.action.slice(0, 32)} ${structuredData(index, entry)} ${body}`;
}

function structuredData(index: number, entry: AuditEntry): string {
  const { principal, subject, purpose, decision, outcome, trace } = entry;
  const parameters = { index: String(index), principal, subject, purpose, decision, outcome, trace };
  const text = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [` ${name}="${value.replace(/["\\\]]/g, "\\$&")}"`],
  );
  return `[${SD_ID}${text.join("")}]`;
}
