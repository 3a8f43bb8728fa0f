/** A `RowQuery` as SQL that answers with cards, and what they tell: rows without their resources. */
import type { Sql } from "@ward/core";
import type { RowQuery } from "./contract.ts";
import { rowsOf } from "./find-rows.ts";
import { PACKED_COLUMNS, packedBy } from "./packed-rows.ts";
import type { TokenFrequencies } from "./token-frequencies.ts";

const PACKED = packedBy("card");

/** Packed; of one type. The caller MUST open and match each. */
export async function findCardRows(
  sql: Sql,
  query: RowQuery,
  frequencies: TokenFrequencies,
): Promise<Buffer | undefined> {
  const { text, values } = await rowsOf(sql, query, frequencies, `${PACKED_COLUMNS}, card`);
  const [row] = await sql.query<{ packed: Buffer | null }>(`select ${PACKED} as packed from (${text}) r`, values);
  return row?.packed ?? undefined;
}
