/**
 * One data key (DEK) per compartment, wrapped under the tenant's KEK with the compartment's name authenticated. A
 * destroyed DEK is gone from the live database for good; what a database backup still holds must expire with it, and
 * what a node has in memory lives at most `DEK_CACHE_TTL_MS`: a destruction takes effect at once on the node that did
 * it and within that time on every other.
 *
 * INVARIANT: the cache holds only keys whose row was committed by an earlier transaction than the one that read it.
 * Otherwise a key made in a transaction, or in a savepoint, that rolls back would later seal records that nobody can
 * open. Rows carry their transaction's start time, so a row of the reading transaction itself has `created_at = now()`.
 */
import { createSecretKey, randomBytes, type KeyObject } from "node:crypto";
import { WardError, type Clock, type Database, type Sql, type Transaction } from "@ward/core";
import { encodeFields } from "./canonical-fields.ts";
import type { CompartmentId } from "./contract.ts";
import { openEnvelope, sealEnvelope } from "./envelope.ts";
import { shortTextKey } from "./short-texts.ts";
import type { TenantKeys } from "./tenant-keys.ts";

export const DEK_CACHE_TTL_MS = 5_000;
export const DEK_CACHE_ENTRIES_MAX = 20_000;

export interface DataKeys {
  create(tx: Transaction, compartment: CompartmentId): Promise<void>;
  /** Throws `key-unavailable`: `no-data-key`, `data-key-destroyed`, `data-key-altered`. */
  find(sql: Sql, compartment: CompartmentId): Promise<KeyObject>;
  /** Keys, or what `find` would throw. One query for all that are not known. */
  load(sql: Sql, compartments: Iterable<CompartmentId>): Promise<ReadonlyMap<CompartmentId, KeyObject | WardError>>;
  /** Drawn from a data key that `find` or `load` gave, and gone with it. */
  shortTextKey(compartment: CompartmentId, dek: KeyObject): KeyObject;
  /** Makes the missing ones in a transaction of its own. */
  make(database: Database, compartments: readonly CompartmentId[]): Promise<void>;
  destroy(tx: Transaction, compartment: CompartmentId): Promise<void>;
}

/** Told of data keys as they come and go: what else is drawn from them must come and go too. */
export interface DataKeyWatcher {
  /** A data key was made in this transaction. */
  made(tx: Transaction, compartment: CompartmentId, dek: Uint8Array): void;
  /** A data key was read that an earlier transaction committed. */
  read(compartment: CompartmentId, dek: KeyObject): void;
  /** A data key was destroyed. */
  forget(compartment: CompartmentId): void;
}

interface Cached {
  readonly key: KeyObject;
  readonly since: number;
}

export function openDataKeys(keys: TenantKeys, clock: Clock, tagKeys: DataKeyWatcher): DataKeys {
  const cache = new Map<CompartmentId, Cached>();
  const shortTextKeys = new WeakMap<KeyObject, KeyObject>();
  // Counts destructions: a key read before one committed must not enter the cache after it.
  let destructions = 0;

  return {
    async create(tx, compartment) {
      const dek = randomBytes(32);
      const wrapped = sealEnvelope(keys.dekWrapping, dekAad(keys.tenant, compartment), dek);
      const [made] = await tx.query(
        `insert into vault.compartment_key (compartment, wrapped_dek) values ($1, $2)
         on conflict (compartment) do nothing returning compartment`,
        [compartment, wrapped],
      );
      if (made !== undefined) tagKeys.made(tx, compartment, dek);
      dek.fill(0);
    },

    async find(sql, compartment) {
      const known = recall(compartment);
      if (known !== undefined) return known;
      const found = (await read(sql, [compartment])).get(compartment);
      if (found instanceof WardError || found === undefined) throw found ?? noDataKey();
      return found;
    },

    async load(sql, compartments) {
      const keysOf = new Map<CompartmentId, KeyObject | WardError>();
      const unknown: CompartmentId[] = [];
      for (const compartment of new Set(compartments)) {
        const known = recall(compartment);
        if (known === undefined) unknown.push(compartment);
        else keysOf.set(compartment, known);
      }
      if (unknown.length > 0) for (const [compartment, key] of await read(sql, unknown)) keysOf.set(compartment, key);
      return keysOf;
    },

    shortTextKey(compartment, dek) {
      let key = shortTextKeys.get(dek);
      if (key === undefined) {
        key = shortTextKey(keys.tenant, compartment, dek);
        shortTextKeys.set(dek, key);
      }
      return key;
    },

    async make(database, compartments) {
      const since = clock.now().getTime();
      const seen = destructions;
      // Sorted: two that make the same keys wait for each other in the same order.
      const deks = [...new Set(compartments)].sort().map((compartment) => ({ compartment, dek: randomBytes(32) }));
      const made = await database.query<{ compartment: CompartmentId }>(
        `insert into vault.compartment_key (compartment, wrapped_dek) select * from unnest($1::text[], $2::bytea[])
         on conflict (compartment) do nothing returning compartment`,
        [
          deks.map(({ compartment }) => compartment),
          deks.map(({ compartment, dek }) => sealEnvelope(keys.dekWrapping, dekAad(keys.tenant, compartment), dek)),
        ],
      );
      const ours = new Set(made.map(({ compartment }) => compartment));
      for (const { compartment, dek } of deks) {
        if (ours.has(compartment)) remember(compartment, createSecretKey(dek), since, seen);
        dek.fill(0);
      }
    },

    async destroy(tx, compartment) {
      // For this transaction's own later reads; others may cache the key again until the commit.
      forget(compartment);
      await tx.query(
        "update vault.compartment_key set wrapped_dek = null, destroyed_at = now() where compartment = $1 and destroyed_at is null",
        [compartment],
      );
      tx.onCommit(() => forget(compartment));
    },
  };

  function recall(compartment: CompartmentId): KeyObject | undefined {
    const cached = cache.get(compartment);
    if (cached === undefined) return undefined;
    cache.delete(compartment);
    const age = clock.now().getTime() - cached.since;
    if (age < 0 || age >= DEK_CACHE_TTL_MS) return undefined;
    // Deleted and set again: a Map in insertion order is a list of the least recently used.
    cache.set(compartment, cached);
    return cached.key;
  }

  async function read(
    sql: Sql,
    compartments: readonly CompartmentId[],
  ): Promise<ReadonlyMap<CompartmentId, KeyObject | WardError>> {
    // Taken before the query: the time to live counts from when the key was known to exist.
    const since = clock.now().getTime();
    const seen = destructions;
    const found = new Map<CompartmentId, KeyObject | WardError>();
    for (const [compartment, { key, isSettled }] of await readDeks(sql, keys, compartments)) {
      found.set(compartment, key);
      if (isSettled && !(key instanceof WardError)) remember(compartment, key, since, seen);
    }
    for (const compartment of compartments) if (!found.has(compartment)) found.set(compartment, noDataKey());
    return found;
  }

  /** `seen`: how many destructions there had been when the key was read. */
  function remember(compartment: CompartmentId, key: KeyObject, since: number, seen: number): void {
    if (seen !== destructions) return;
    tagKeys.read(compartment, key);
    cache.set(compartment, { key, since });
    const [oldest] = cache.keys();
    if (cache.size > DEK_CACHE_ENTRIES_MAX && oldest !== undefined) cache.delete(oldest);
  }

  function forget(compartment: CompartmentId): void {
    destructions++;
    cache.delete(compartment);
    tagKeys.forget(compartment);
  }
}

/** Throws as `DataKeys.find`. */
export async function readDek(sql: Sql, keys: TenantKeys, compartment: CompartmentId): Promise<KeyObject> {
  const { key = noDataKey() } = (await readDeks(sql, keys, [compartment])).get(compartment) ?? {};
  if (key instanceof WardError) throw key;
  return key;
}

interface ReadDek {
  readonly key: KeyObject | WardError;
  /** An earlier transaction than this one committed it. */
  readonly isSettled: boolean;
}

async function readDeks(
  sql: Sql,
  keys: TenantKeys,
  compartments: readonly CompartmentId[],
): Promise<ReadonlyMap<CompartmentId, ReadDek>> {
  const rows = await sql.query<{ compartment: CompartmentId; wrapped_dek: Uint8Array | null; settled: boolean }>(
    `select compartment, wrapped_dek, created_at < now() as settled
       from vault.compartment_key where compartment = any($1::text[])`,
    [compartments],
  );
  return new Map(
    rows.map(({ compartment, wrapped_dek: wrapped, settled }) => [
      compartment,
      {
        key: wrapped === null ? unavailable("data-key-destroyed") : unwrap(keys, compartment, wrapped),
        isSettled: settled,
      },
    ]),
  );
}

function unwrap(keys: TenantKeys, compartment: CompartmentId, wrapped: Uint8Array): KeyObject | WardError {
  const dek = openEnvelope(keys.dekWrapping, dekAad(keys.tenant, compartment), wrapped);
  if (dek === undefined) return unavailable("data-key-altered");
  const key = createSecretKey(dek);
  dek.fill(0);
  return key;
}

function noDataKey(): WardError {
  return unavailable("no-data-key");
}

function unavailable(reason: string): WardError {
  return new WardError("key-unavailable", { reason });
}

function dekAad(tenant: string, compartment: CompartmentId): Buffer {
  return encodeFields("data key", tenant, compartment);
}
