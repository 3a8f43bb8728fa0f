/** Single versions by their ids. Current versions are in `fhir.record`, earlier ones in `fhir.history`. */
import { WardError, type Sql, type Transaction } from "@ward/core";
import type { RecordRow } from "./contract.ts";
import { packedBy, unpackTypedRows, type PackedRow } from "./packed-rows.ts";

/** A version without its body. */
export type RecordHead = Omit<RecordRow, "body">;

export interface StoredKey {
  readonly type: string;
  readonly recordId: string;
}

export const HEAD_COLUMNS = "type, id, version, sequence, subject_id, last_updated, deleted";
export const COLUMNS = `${HEAD_COLUMNS}, body`;

export async function findCurrent(sql: Sql, { type, recordId }: StoredKey): Promise<RecordRow | undefined> {
  const [row] = await sql.query<RecordRow>(`select ${COLUMNS} from fhir.record where id = $1::uuid and type = $2`, [
    recordId,
    type,
  ]);
  return row;
}

/** Those that are there and not deleted. */
export async function findCurrents(sql: Sql, keys: readonly StoredKey[]): Promise<readonly RecordRow[]> {
  if (keys.length === 0) return [];
  return await sql.query<RecordRow>(
    `select r.* from unnest($1::uuid[], $2::text[]) as k(id, type)
       cross join lateral (select ${COLUMNS} from fhir.record where id = k.id and type = k.type and not deleted) r`,
    columnsOf(keys),
  );
}

/** The same packed, by `type/id`. Others of these ids and types may be among them. */
export async function findPacked(sql: Sql, keys: readonly StoredKey[]): Promise<ReadonlyMap<string, PackedRow>> {
  const found = new Map<string, PackedRow>();
  if (keys.length === 0) return found;
  const types = [...new Set(keys.map(({ type }) => type))];
  const [row] = await sql.query<{ packed: Buffer | null }>(PACKED_RECORDS, [
    keys.map(({ recordId }) => recordId),
    types,
  ]);
  if (!row?.packed) return found;
  for (const each of unpackTypedRows(row.packed, types)) found.set(`${each.type}/${each.id}`, each);
  return found;
}

// By id alone, of which hardly one is there under two types: an index that is asked for pairs costs half more.
const PACKED_RECORDS = `select ${packedBy("body", "$2::text[]")} as packed
  from fhir.record r where r.id = any($1::uuid[]) and (r.type = any($2::text[])) is true and not r.deleted`;

export async function findVersion(
  sql: Sql,
  { type, recordId }: StoredKey,
  version: number,
): Promise<RecordRow | undefined> {
  const [row] = await sql.query<RecordRow>(
    `select ${COLUMNS} from fhir.record where id = $1::uuid and type = $2 and version = $3::integer
      union all
     select ${COLUMNS} from fhir.history where id = $1::uuid and type = $2 and version = $3::integer`,
    [recordId, type, version],
  );
  return row;
}

/** Current versions without their bodies, also tombstones. */
export async function findHeads(sql: Sql, keys: readonly StoredKey[]): Promise<readonly RecordHead[]> {
  return await selectHeads(sql, keys, "");
}

const LOCK_ATTEMPTS_MAX = 50;

/**
 * Locks the current versions until the transaction ends, so that a second writer waits and then sees the first one's
 * version. A statement that waited still looks with its old snapshot: what it misses is asked for again.
 */
export async function lockHeads(tx: Transaction, keys: readonly StoredKey[]): Promise<readonly RecordHead[]> {
  const locked = new Map<string, RecordHead>();
  let missing = keys;
  for (let attempt = 0; missing.length > 0; attempt++) {
    if (attempt > LOCK_ATTEMPTS_MAX) throw new WardError("version-conflict", { reason: "contended" });
    for (const head of await selectHeads(tx, missing, "for update of r")) locked.set(`${head.type}/${head.id}`, head);
    missing = missing.filter(({ type, recordId }) => !locked.has(`${type}/${recordId}`));
    if (missing.length === 0) break;
    // What is not there at all is not asked for again.
    missing = (await selectHeads(tx, missing, "")).map(({ type, id }) => ({ type, recordId: id }));
  }
  return [...locked.values()];
}

async function selectHeads(
  sql: Sql,
  keys: readonly StoredKey[],
  locking: "" | "for update of r",
): Promise<readonly RecordHead[]> {
  if (keys.length === 0) return [];
  return await sql.query<RecordHead>(
    `select r.type, r.id, r.version, r.sequence, r.subject_id, r.last_updated, r.deleted
       from (select * from unnest($1::uuid[], $2::text[]) as k(id, type) order by 1, 2) k
       join fhir.record r on r.id = k.id and r.type = k.type ${locking}`,
    columnsOf(keys),
  );
}

function columnsOf(keys: readonly StoredKey[]): [string[], string[]] {
  return [keys.map(({ recordId }) => recordId), keys.map(({ type }) => type)];
}
