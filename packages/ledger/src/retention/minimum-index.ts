/** Where the log begins: entries below this index were pruned, and nothing about them is answered any more. */
import type { Sql } from "@ward/core";

export async function readMinimumIndex(sql: Sql): Promise<number> {
  const [row] = await sql.query<{ minimum: bigint }>("select minimum from ledger.pruning");
  return Number(row?.minimum ?? 0n);
}

/** The item of the entry by which the minimum rose. */
export function pruneItem(minimum: number): string {
  return `prune/${minimum}`;
}
