/**
 * A `RowQuery` as SQL that answers with cards: all rows packed into one value, since what a row costs beside its bytes is
 * more than its card.
 */
import type { Sql } from "@ward/core";
import { readCardRows, type CardRows } from "./card.ts";
import type { RowQuery } from "./contract.ts";
import { rowsOf } from "./find-rows.ts";
import type { TokenFrequencies } from "./token-frequencies.ts";

/** As `readCardRows` takes them apart. */
const PACKED = `string_agg(
  uuid_send(r.id) || int4send(r.version) || int8send(r.sequence) || timestamptz_send(r.last_updated)
  || coalesce(uuid_send(r.subject_id), '\\x00000000000000000000000000000000'::bytea)
  || int4send(coalesce(length(r.card), 0)) || coalesce(r.card, ''::bytea), ''::bytea)`;

/** Of one type. The caller MUST open and match each. */
export async function findCardRows(sql: Sql, query: RowQuery, frequencies: TokenFrequencies): Promise<CardRows> {
  const columns = "id, version, sequence, last_updated, subject_id, card";
  const { text, values } = await rowsOf(sql, query, frequencies, columns);
  const [row] = await sql.query<{ packed: Buffer | null }>(`select ${PACKED} as packed from (${text}) r`, values);
  return readCardRows(query.types[0] as string, row?.packed ?? Buffer.alloc(0));
}
