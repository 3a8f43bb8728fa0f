/**
 * `fhir.record`: each version of each record as ciphertext. One statement per step of a batch, however many records,
 * because a round trip costs more than all the work of one record.
 */
import { WardError, type Sql, type Transaction } from "@ward/core";

/** A record's row; `subject_id` null means the compartment `shared/<type>`. */
export interface RecordRow {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly subject_id: string | null;
  readonly deleted: boolean;
  readonly body: Uint8Array;
}

export type RecordHead = Omit<RecordRow, "body">;

export interface SealedRecord {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly subjectId: string | undefined;
  readonly lastUpdated: Date;
  readonly tokens: readonly bigint[];
  readonly body: Uint8Array;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Only such ids are ever assigned; any other names nothing. */
export function isRecordId(id: string): boolean {
  return UUID.test(id);
}

export async function findRecord(sql: Sql, type: string, id: string): Promise<RecordRow | undefined> {
  if (!isRecordId(id)) return undefined;
  const rows = await sql.query<RecordRow>(
    "select type, id, version, subject_id, deleted, body from fhir.record where type = $1 and id = $2 and current",
    [type, id],
  );
  return rows[0];
}

interface RecordKey {
  readonly type: string;
  readonly id: string;
}

const LOCK_ATTEMPTS_MAX = 50;

/**
 * Locks the current versions until the transaction ends, so that a second writer waits and then sees the first one's
 * version. A statement that waited still looks with its old snapshot, where the row it waited for is no longer current
 * and the one that replaced it is not there yet: it is asked again.
 */
export async function lockRecords(tx: Transaction, keys: readonly RecordKey[]): Promise<readonly RecordHead[]> {
  const known = keys.filter(({ id }) => isRecordId(id));
  const locked = new Map<string, RecordHead>();
  let missing = known;
  for (let attempt = 0; missing.length > 0; attempt++) {
    if (attempt > LOCK_ATTEMPTS_MAX) throw new WardError("version-conflict", { reason: "contended" });
    for (const head of await selectHeads(tx, missing, "for update of r")) locked.set(`${head.type}/${head.id}`, head);
    missing = missing.filter(({ type, id }) => !locked.has(`${type}/${id}`));
    // What is not there at all is not asked for again.
    if (missing.length > 0) missing = [...(await selectHeads(tx, missing, ""))];
  }
  return [...locked.values()];
}

async function selectHeads(
  sql: Sql,
  keys: readonly RecordKey[],
  locking: "" | "for update of r",
): Promise<readonly RecordHead[]> {
  return await sql.query<RecordHead>(
    `select r.type, r.id, r.version, r.subject_id, r.deleted
       from (select * from unnest($1::text[], $2::uuid[]) as k(type, id) order by 1, 2) k
       join fhir.record r on r.type = k.type and r.id = k.id and r.current ${locking}`,
    [keys.map(({ type }) => type), keys.map(({ id }) => id)],
  );
}

/** Which of the patients exist. */
export async function findPatients(sql: Sql, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const known = ids.filter(isRecordId);
  if (known.length === 0) return new Set();
  const rows = await sql.query<{ id: string }>(
    "select id from fhir.record where type = 'Patient' and id = any($1::uuid[]) and current and not deleted",
    [known],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Serialises writers of the same criteria until the transaction ends. Sorted: two batches lock in the same order. */
export async function lockTokens(tx: Transaction, tokens: Iterable<bigint>): Promise<void> {
  const sorted = [...new Set(tokens)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  if (sorted.length === 0) return;
  await tx.query("select pg_advisory_xact_lock(k) from unnest($1::bigint[]) as k", [sorted.map(String)]);
}

/** A search as conditions over blind indexes. `anyOf`: of each group, the record holds at least one token. */
export interface TokenQuery {
  readonly type: string;
  readonly anyOf: readonly (readonly bigint[])[];
  readonly ids?: readonly string[];
}

/** At most `limit` rows that may match, newest first. The caller MUST decrypt and match each. */
export async function findByTokens(sql: Sql, query: TokenQuery, limit: number): Promise<readonly RecordRow[]> {
  const values: unknown[] = [query.type, limit];
  const conditions = ["type = $1", "current", "not deleted"];
  const singles = query.anyOf.filter((group) => group.length === 1).map((group) => String(group[0]));
  if (singles.length > 0) conditions.push(`tokens @> $${values.push(singles)}::bigint[]`);
  for (const group of query.anyOf) {
    if (group.length !== 1) conditions.push(`tokens && $${values.push(group.map(String))}::bigint[]`);
  }
  if (query.ids) conditions.push(`id = any($${values.push(query.ids.filter(isRecordId))}::uuid[])`);
  return await sql.query<RecordRow>(
    `select type, id, version, subject_id, deleted, body from fhir.record
      where ${conditions.join(" and ")} order by last_updated desc, id limit $2`,
    values,
  );
}

/** Candidates for many criteria at once: rows that hold one of the tokens. */
export async function findCandidates(
  sql: Sql,
  tokens: readonly bigint[],
  limit: number,
): Promise<readonly RecordRow[]> {
  return await sql.query<RecordRow>(
    `select type, id, version, subject_id, deleted, body from fhir.record
      where current and not deleted and tokens && $1::bigint[] limit $2`,
    [tokens.map(String), limit],
  );
}

/** Replaces current versions and inserts new ones. A version that exists already breaks the primary key. */
export async function insertVersions(
  tx: Transaction,
  records: readonly SealedRecord[],
  replaced: readonly RecordHead[],
): Promise<void> {
  if (replaced.length > 0) {
    await tx.query(
      `update fhir.record r set current = false, tokens = '{}'
         from unnest($1::text[], $2::uuid[], $3::int[]) as k(type, id, version)
        where r.type = k.type and r.id = k.id and r.version = k.version`,
      [replaced.map(({ type }) => type), replaced.map(({ id }) => id), replaced.map(({ version }) => version)],
    );
  }
  if (records.length === 0) return;
  await tx.query(
    `insert into fhir.record (type, id, version, subject_id, last_updated, current, tokens, body)
     select type, id, version, subject_id, last_updated, true, tokens::bigint[], body
       from unnest($1::text[], $2::uuid[], $3::int[], $4::uuid[], $5::timestamptz[], $6::text[], $7::bytea[])
         as r(type, id, version, subject_id, last_updated, tokens, body)`,
    [
      records.map(({ type }) => type),
      records.map(({ id }) => id),
      records.map(({ version }) => version),
      records.map(({ subjectId }) => subjectId ?? null),
      records.map(({ lastUpdated }) => lastUpdated.toISOString()),
      records.map(({ tokens }) => `{${tokens.join(",")}}`),
      records.map(({ body }) => Buffer.from(body.buffer, body.byteOffset, body.byteLength)),
    ],
  );
}
