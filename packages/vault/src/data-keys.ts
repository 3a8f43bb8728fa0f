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
import { WardError, type Clock, type Sql, type Transaction } from "@ward/core";
import { encodeFields } from "./canonical-fields.ts";
import type { CompartmentId } from "./contract.ts";
import { openEnvelope, sealEnvelope } from "./envelope.ts";
import type { SubjectTagKeys } from "./subject-tags.ts";
import type { TenantKeys } from "./tenant-keys.ts";

export const DEK_CACHE_TTL_MS = 5_000;
export const DEK_CACHE_ENTRIES_MAX = 2_000;

export interface DataKeys {
  create(tx: Transaction, compartment: CompartmentId): Promise<void>;
  /** Throws `key-unavailable`: `no-data-key`, `data-key-destroyed`, `data-key-altered`. */
  find(sql: Sql, compartment: CompartmentId): Promise<KeyObject>;
  destroy(tx: Transaction, compartment: CompartmentId): Promise<void>;
}

interface Cached {
  readonly key: KeyObject;
  readonly since: number;
}

export function openDataKeys(keys: TenantKeys, clock: Clock, tagKeys: SubjectTagKeys): DataKeys {
  const cache = new Map<CompartmentId, Cached>();
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
      const cached = cache.get(compartment);
      if (cached !== undefined) {
        cache.delete(compartment);
        const age = clock.now().getTime() - cached.since;
        if (age >= 0 && age < DEK_CACHE_TTL_MS) {
          // Deleted and set again: a Map in insertion order is a list of the least recently used.
          cache.set(compartment, cached);
          return cached.key;
        }
      }
      // Taken before the query: the time to live counts from when the key was known to exist.
      const since = clock.now().getTime();
      const seen = destructions;
      const { key, isSettled } = await readDek(sql, keys, compartment);
      if (isSettled && seen === destructions) {
        tagKeys.read(compartment, key);
        cache.set(compartment, { key, since });
        const [oldest] = cache.keys();
        if (cache.size > DEK_CACHE_ENTRIES_MAX && oldest !== undefined) cache.delete(oldest);
      }
      return key;
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

  function forget(compartment: CompartmentId): void {
    destructions++;
    cache.delete(compartment);
    tagKeys.forget(compartment);
  }
}

/** Throws as `DataKeys.find`. `isSettled`: an earlier transaction than this one committed it. */
export async function readDek(
  sql: Sql,
  keys: TenantKeys,
  compartment: CompartmentId,
): Promise<{ readonly key: KeyObject; readonly isSettled: boolean }> {
  const [row] = await sql.query<{ wrapped_dek: Uint8Array | null; settled: boolean }>(
    "select wrapped_dek, created_at < now() as settled from vault.compartment_key where compartment = $1",
    [compartment],
  );
  if (row === undefined) throw new WardError("key-unavailable", { reason: "no-data-key" });
  if (row.wrapped_dek === null) throw new WardError("key-unavailable", { reason: "data-key-destroyed" });
  const dek = openEnvelope(keys.dekWrapping, dekAad(keys.tenant, compartment), row.wrapped_dek);
  if (dek === undefined) throw new WardError("key-unavailable", { reason: "data-key-altered" });
  const key = createSecretKey(dek);
  dek.fill(0);
  return { key, isSettled: row.settled };
}

function dekAad(tenant: string, compartment: CompartmentId): Buffer {
  return encodeFields("data key", tenant, compartment);
}
