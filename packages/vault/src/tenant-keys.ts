/**
 * The tenant's key hierarchy. The KEK is random and exists only wrapped by custody; every other key is derived from it
 * by HKDF-SHA256 (RFC 5869) under a label of its own, so that no key serves two ends. The ledger's Ed25519 seed is
 * random too and lies wrapped under the KEK.
 *
 * INVARIANT: one database holds one tenant's one KEK. It is made once, when the table is empty; whatever goes wrong
 * with an existing row is an error and never a reason to make another.
 */
import { createSecretKey, hkdfSync, randomBytes, type KeyObject } from "node:crypto";
import { WardError, type Database, type Transaction } from "@ward/core";
import { encodeFields } from "./canonical-fields.ts";
import type { Vault } from "./contract.ts";
import type { RootKeyCustody } from "./custody.ts";
import { makeLedgerKey, openLedgerSigner } from "./ledger-keys.ts";
import { createMac, type Mac } from "./mac.ts";

export interface TenantKeys {
  readonly tenant: string;
  readonly dekWrapping: KeyObject;
  readonly blindIndex: Mac;
  readonly pseudonym: Mac;
  readonly tokenMac: Mac;
  readonly tokenCipher: KeyObject;
  readonly secrets: KeyObject;
  readonly ledgerWrapping: KeyObject;
  readonly ledgerSigner: Vault["ledgerSigner"];
}

interface TenantKeyRow {
  readonly tenant: string;
  readonly wrapped_kek: Uint8Array;
  readonly wrapped_ledger_key: Uint8Array;
  readonly ledger_public_key: Uint8Array;
}

const LOAD = "select tenant, wrapped_kek, wrapped_ledger_key, ledger_public_key from vault.tenant_key";

/** Opens the tenant's keys, making them where the database holds none. Throws `key-unavailable`. */
export async function openTenantKeys(database: Database, custody: RootKeyCustody, tenant: string): Promise<TenantKeys> {
  if (!/^[a-z0-9](?:[a-z0-9.-]{0,61}[a-z0-9])?$/.test(tenant)) {
    throw new WardError("key-unavailable", { reason: "tenant-name" });
  }
  const [found] = await database.query<TenantKeyRow>(LOAD);
  const row = found ?? (await database.transaction((tx) => makeTenantKeys(tx, custody, tenant)));
  if (row.tenant !== tenant) throw new WardError("key-unavailable", { reason: "other-tenant", holds: row.tenant });
  const kek = Buffer.from(await custody.unwrap(row.wrapped_kek, kekContext(tenant)));
  try {
    return await deriveKeys(database, kek, row);
  } finally {
    kek.fill(0);
  }
}

async function makeTenantKeys(tx: Transaction, custody: RootKeyCustody, tenant: string): Promise<TenantKeyRow> {
  // Nodes that start together on an empty database must agree on one KEK.
  await tx.query("lock table vault.tenant_key in exclusive mode");
  const [other] = await tx.query<TenantKeyRow>(LOAD);
  if (other !== undefined) return other;
  // Compartments or secrets without a KEK mean a damaged or half-restored database; a new KEK would bury them.
  const [left] = await tx.query("select 1 from vault.compartment_key union all select 1 from vault.secret limit 1");
  if (left !== undefined) throw new WardError("key-unavailable", { reason: "tenant-key-lost" });
  const kek = randomBytes(32);
  try {
    const ledgerKey = makeLedgerKey(derive(kek, tenant, "ledger wrapping"), tenant);
    const row: TenantKeyRow = {
      tenant,
      wrapped_kek: await custody.wrap(kek, kekContext(tenant)),
      wrapped_ledger_key: ledgerKey.wrapped,
      ledger_public_key: ledgerKey.publicKey,
    };
    await tx.query(
      "insert into vault.tenant_key (tenant, wrapped_kek, wrapped_ledger_key, ledger_public_key) values ($1, $2, $3, $4)",
      [row.tenant, row.wrapped_kek, row.wrapped_ledger_key, row.ledger_public_key],
    );
    return row;
  } finally {
    kek.fill(0);
  }
}

async function deriveKeys(database: Database, kek: Buffer, row: TenantKeyRow): Promise<TenantKeys> {
  const { tenant, wrapped_ledger_key: wrapped, ledger_public_key: publicKey } = row;
  const ledgerWrapping = derive(kek, tenant, "ledger wrapping");
  return {
    tenant,
    dekWrapping: derive(kek, tenant, "dek wrapping"),
    blindIndex: createMac(derive(kek, tenant, "blind index")),
    pseudonym: createMac(derive(kek, tenant, "pseudonym")),
    tokenMac: createMac(derive(kek, tenant, "token mac")),
    tokenCipher: derive(kek, tenant, "token cipher"),
    secrets: derive(kek, tenant, "secrets"),
    ledgerWrapping,
    ledgerSigner: await openLedgerSigner(database, ledgerWrapping, tenant, { wrapped, publicKey }),
  };
}

function derive(kek: Buffer, tenant: string, label: string): KeyObject {
  const bytes = Buffer.from(hkdfSync("sha256", kek, "", encodeFields("ward v1", label, tenant), 32));
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}

function kekContext(tenant: string): string {
  return `tenant-kek ${tenant}`;
}
