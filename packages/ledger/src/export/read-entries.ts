/** Placed entries in order, page by page, so that an export of the whole log needs the memory of one page. */
import type { AuditEntry, Sql } from "@ward/core";

export interface ExportedEntry {
  readonly index: number;
  readonly entry: AuditEntry;
  /** Canonical JSON: the bytes that the leaf is the hash of. */
  readonly body: string;
}

/** Entries with `from` <= index < `size`. */
export async function* readEntries(
  sql: Sql,
  { from, size, page = 1_000 }: { readonly from: number; readonly size: number; readonly page?: number },
): AsyncGenerator<readonly ExportedEntry[]> {
  for (let next = from; next < size;) {
    const rows = await sql.query<{ index: bigint; body: Buffer }>(
      `select index, body from ledger.entry
        where index >= greatest($1, (select minimum from ledger.pruning)) and index < $2 order by index limit $3`,
      [next, size, page],
    );
    if (rows.length === 0) return;
    yield rows.map(({ index, body }) => {
      const text = body.toString("utf8");
      return { index: Number(index), body: text, entry: JSON.parse(text) as AuditEntry };
    });
    next = Number(rows.at(-1)?.index ?? 0n) + 1;
  }
}
