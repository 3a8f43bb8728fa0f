/**
 * The ledger's signing keys: one that signs, those before it, and the change from one to the next. While a change is
 * under way both sign, so that whoever knows only the former key can follow; then the former key's private half is
 * destroyed and it speaks for no tree greater than the log was at that moment.
 */
import { createPrivateKey, createPublicKey, randomBytes, sign, type KeyObject } from "node:crypto";
import { WardError, type Database, type Transaction } from "@ward/core";
import { encodeFields } from "./canonical-fields.ts";
import type { Vault } from "./contract.ts";
import { openEnvelope, sealEnvelope } from "./envelope.ts";

type LedgerSigner = Vault["ledgerSigner"];

export interface SealedLedgerKey {
  /** The Ed25519 seed under the KEK. */
  readonly wrapped: Uint8Array;
  /** Raw 32 bytes. */
  readonly publicKey: Uint8Array;
}

/** PKCS#8 head of an Ed25519 private key (RFC 8410 §7), before its 32-byte seed. */
const ED25519_PKCS8_HEAD = Buffer.from("302e020100300506032b657004220420", "hex");

interface FormerRow {
  readonly public_key: Uint8Array;
  readonly wrapped_key: Uint8Array | null;
  readonly retired: Uint8Array | null;
}

export function makeLedgerKey(wrapping: KeyObject, tenant: string): SealedLedgerKey {
  const seed = randomBytes(32);
  try {
    return {
      wrapped: sealEnvelope(wrapping, ledgerAad(tenant), seed),
      publicKey: rawPublicKey(ed25519From(seed)),
    };
  } finally {
    seed.fill(0);
  }
}

/** Throws `key-unavailable` where a key was altered. */
export async function openLedgerSigner(
  database: Database,
  wrapping: KeyObject,
  tenant: string,
  present: SealedLedgerKey,
): Promise<LedgerSigner> {
  const rows = await database.query<FormerRow>(
    "select public_key, wrapped_key, retired from vault.former_ledger_key order by replaced_at desc",
  );
  const former = rows.map(({ public_key: raw, wrapped_key: wrapped, retired }) => {
    const publicKey = new Uint8Array(raw);
    if (wrapped !== null) return { publicKey, sign: signWith(wrapping, tenant, { wrapped, publicKey }) };
    return { publicKey, until: openRetired(wrapping, tenant, publicKey, retired) };
  });
  return {
    name: `${tenant}/ledger`,
    publicKey: new Uint8Array(present.publicKey),
    sign: signWith(wrapping, tenant, present),
    ...(former.length > 0 && { former }),
  };
}

/** Answers the next key's public half. Throws `invalid-request` while the former change is under way. */
export async function rotateLedgerKeyIn(tx: Transaction, wrapping: KeyObject, tenant: string): Promise<Uint8Array> {
  await tx.query("lock table vault.tenant_key in exclusive mode");
  const [underWay] = await tx.query("select from vault.former_ledger_key where wrapped_key is not null");
  if (underWay !== undefined) throw new WardError("invalid-request", { reason: "rotation-under-way" });
  const { wrapped, publicKey } = makeLedgerKey(wrapping, tenant);
  await tx.query(
    `insert into vault.former_ledger_key (public_key, wrapped_key)
     select ledger_public_key, wrapped_ledger_key from vault.tenant_key`,
  );
  await tx.query("update vault.tenant_key set wrapped_ledger_key = $1, ledger_public_key = $2", [wrapped, publicKey]);
  return publicKey;
}

/** Destroys the former key's private half; answers its public one, or undefined where no change is under way. */
export async function retireLedgerKeyIn(
  tx: Transaction,
  wrapping: KeyObject,
  tenant: string,
  size: number,
): Promise<Uint8Array | undefined> {
  const [row] = await tx.query<{ public_key: Uint8Array }>(
    "select public_key from vault.former_ledger_key where wrapped_key is not null for update",
  );
  if (row === undefined) return undefined;
  const retired = sealEnvelope(wrapping, retiredAad(tenant, row.public_key), Buffer.from(String(size)));
  await tx.query("update vault.former_ledger_key set wrapped_key = null, retired = $2 where public_key = $1", [
    row.public_key,
    retired,
  ]);
  return row.public_key;
}

function openRetired(wrapping: KeyObject, tenant: string, publicKey: Uint8Array, retired: Uint8Array | null): number {
  const size = retired === null ? undefined : openEnvelope(wrapping, retiredAad(tenant, publicKey), retired);
  if (size === undefined) throw new WardError("key-unavailable", { reason: "ledger-key-altered" });
  return Number(size.toString());
}

function signWith(wrapping: KeyObject, tenant: string, { wrapped, publicKey }: SealedLedgerKey): LedgerSigner["sign"] {
  const seed = openEnvelope(wrapping, ledgerAad(tenant), wrapped);
  if (seed === undefined) throw new WardError("key-unavailable", { reason: "ledger-key-altered" });
  const key = ed25519From(seed);
  seed.fill(0);
  if (!rawPublicKey(key).equals(publicKey)) throw new WardError("key-unavailable", { reason: "ledger-key-altered" });
  return (message) => new Uint8Array(sign(null, message, key));
}

function ed25519From(seed: Buffer): KeyObject {
  const der = Buffer.concat([ED25519_PKCS8_HEAD, seed]);
  const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  der.fill(0);
  return key;
}

function rawPublicKey(privateKey: KeyObject): Buffer {
  const { x } = createPublicKey(privateKey).export({ format: "jwk" });
  return Buffer.from(x ?? "", "base64url");
}

function ledgerAad(tenant: string): Buffer {
  return encodeFields("ledger key", tenant);
}

function retiredAad(tenant: string, publicKey: Uint8Array): Buffer {
  return encodeFields("retired ledger key", tenant, Buffer.from(publicKey).toString("hex"));
}
