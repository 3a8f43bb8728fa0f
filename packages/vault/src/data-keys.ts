/**
 * One data key (DEK) per compartment, wrapped under the tenant's KEK with the compartment's name authenticated. A
 * destroyed DEK is gone from the live database for good; what a database backup still holds must expire with it, and
 * what a node has in memory it may use for as long as its lease holds (`key-lease.ts`): a destruction takes effect at
 * once on the node that did it and within `KEY_LEASE_MS` on every other.
 *
 * INVARIANT: the cache holds only keys whose row was committed by an earlier transaction than the one that read it.
 * Otherwise a key made in a transaction, or in a savepoint, that rolls back would later seal records that nobody can
 * open. Rows carry their transaction's start time, so a row of the reading transaction itself has `created_at = now()`.
 */
import { createSecretKey, randomBytes, type KeyObject } from "node:crypto";
import { WardError, type Clock, type Database, type Sql, type Transaction } from "@ward/core";
import { encodeFields } from "./canonical-fields.ts";
import type { CompartmentId } from "./contract.ts";
import { DataKey } from "./data-key.ts";
import { openEnvelope, sealEnvelope } from "./envelope.ts";
import { KeyCache } from "./key-cache.ts";
import { DESTRUCTIONS, openKeyLease } from "./key-lease.ts";
import type { TenantKeys } from "./tenant-keys.ts";

const KEYS_MAX = 200_000;
/** With what is drawn from each. */
const KEYS_READY_MAX = 4_096;

export type Found = DataKey | WardError;

export interface DataKeys {
  create(tx: Transaction, compartment: CompartmentId): Promise<void>;
  /** A key in memory that may be used without asking the database. */
  recall(compartment: CompartmentId): DataKey | undefined;
  /** Throws `key-unavailable`: `no-data-key`, `data-key-destroyed`, `data-key-altered`. */
  find(sql: Sql, compartment: CompartmentId): Promise<DataKey>;
  /** Of keys that may not be in memory, in the order of the compartments: one, or what `find` would throw. */
  read(sql: Sql, compartments: readonly CompartmentId[]): Promise<readonly Found[]>;
  /** Makes the missing ones in a transaction of its own. */
  make(compartments: readonly CompartmentId[]): Promise<void>;
  destroy(tx: Transaction, compartment: CompartmentId): Promise<void>;
}

export interface DataKeysOptions {
  readonly database: Database;
  readonly keys: TenantKeys;
  readonly clock: Clock;
  /** Told of keys that are made in a transaction, which nobody else can read yet. */
  readonly onMade: (tx: Transaction, compartment: CompartmentId, dek: Uint8Array) => void;
}

export async function openDataKeys({ database, keys, clock, onMade }: DataKeysOptions): Promise<DataKeys> {
  const cache = new KeyCache({ tenant: keys.tenant, keysMax: KEYS_MAX, readyMax: KEYS_READY_MAX });
  const lease = await openKeyLease(database, clock, (count) => cache.dropBefore(count));
  // Counts destructions by this node: a key read before one committed must not enter the cache after it.
  let ours = 0;

  return {
    async create(tx, compartment) {
      const dek = randomBytes(32);
      const wrapped = sealEnvelope(keys.dekWrapping, dekAad(keys.tenant, compartment), dek);
      const [made] = await tx.query(
        `insert into vault.compartment_key (compartment, wrapped_dek) values ($1, $2)
         on conflict (compartment) do nothing returning compartment`,
        [compartment, wrapped],
      );
      if (made !== undefined) onMade(tx, compartment, dek);
      dek.fill(0);
    },

    recall,
    read,

    async find(sql, compartment) {
      const found = recall(compartment) ?? (await read(sql, [compartment]))[0];
      if (found instanceof DataKey) return found;
      throw found ?? noDataKey();
    },

    async make(compartments) {
      const seen = ours;
      // Sorted: two that make the same keys wait for each other in the same order.
      const deks = [...new Set(compartments)].sort().map((compartment) => ({ compartment, dek: randomBytes(32) }));
      const [done] = await database.query<{ made: readonly CompartmentId[]; count: number }>(
        `with made as (
           insert into vault.compartment_key (compartment, wrapped_dek) select * from unnest($1::text[], $2::bytea[])
           on conflict (compartment) do nothing returning compartment)
         select array(select compartment from made) as made, ${DESTRUCTIONS} as count`,
        [
          deks.map(({ compartment }) => compartment),
          deks.map(({ compartment, dek }) => sealEnvelope(keys.dekWrapping, dekAad(keys.tenant, compartment), dek)),
        ],
      );
      const made = new Set(done?.made);
      for (const { compartment, dek } of deks) {
        const isOurs = done !== undefined && made.has(compartment);
        if (isOurs) remember(new DataKey(keys.tenant, compartment, createSecretKey(dek), done.count), seen);
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

  function recall(compartment: CompartmentId): DataKey | undefined {
    return lease.holds() ? cache.get(compartment) : undefined;
  }

  async function read(sql: Sql, compartments: readonly CompartmentId[]): Promise<readonly Found[]> {
    const seen = ours;
    const rows = await sql.query<KeyRow>(
      `select compartment, wrapped_dek, created_at < now() as settled, ${DESTRUCTIONS} as count
         from vault.compartment_key where compartment = any($1::text[])`,
      [compartments],
    );
    const found = new Map<CompartmentId, Found>();
    for (const row of rows) {
      const key = unwrap(keys, row);
      found.set(row.compartment, key);
      if (!(key instanceof DataKey)) cache.delete(row.compartment);
      else if (row.settled) remember(key, seen);
    }
    return compartments.map((compartment) => found.get(compartment) ?? noDataKey());
  }

  /** `seen`: how many destructions by this node there had been when the key was read. */
  function remember(key: DataKey, seen: number): void {
    if (seen === ours && key.count >= lease.count && isCounted(key.compartment)) cache.set(key);
  }

  function forget(compartment: CompartmentId): void {
    ours++;
    cache.delete(compartment);
  }
}

interface KeyRow {
  readonly compartment: CompartmentId;
  readonly wrapped_dek: Uint8Array | null;
  /** An earlier transaction than this one committed it. */
  readonly settled: boolean;
  /** Of destructions, at the moment of the read. */
  readonly count: number;
}

function unwrap(keys: TenantKeys, { compartment, wrapped_dek: wrapped, count }: KeyRow): Found {
  if (wrapped === null) return unavailable("data-key-destroyed");
  const dek = openEnvelope(keys.dekWrapping, dekAad(keys.tenant, compartment), wrapped);
  if (dek === undefined) return unavailable("data-key-altered");
  const key: KeyObject = createSecretKey(dek);
  dek.fill(0);
  return new DataKey(keys.tenant, compartment, key, count);
}

/** Whether its destruction is counted (migration 0022). A message's is not: its key is used once, and ends once it is filed. */
function isCounted(compartment: CompartmentId): boolean {
  return !compartment.startsWith("message/");
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
