/**
 * The vault: envelope encryption of every record (45 CFR 164.312(a)(2)(iv), GDPR Art. 32(1)(a)). A ciphertext is bound
 * to tenant, compartment and `SealContext`; whoever moves it to another row, version or use makes it unreadable.
 */
import type { KeyObject } from "node:crypto";
import { WardError, type Clock, type Database } from "@ward/core";
import { encodeFields, writeFields } from "./canonical-fields.ts";
import type { CompartmentId, SealContext, Vault } from "./contract.ts";
import type { RootKeyCustody } from "./custody.ts";
import { openDataKeys } from "./data-keys.ts";
import { openEnvelope, sealEnvelope } from "./envelope.ts";
import { retireLedgerKeyIn, rotateLedgerKeyIn } from "./ledger-keys.ts";
import { getSecretFrom, putSecretIn } from "./secrets.ts";
import { openShortTexts, sealShortText } from "./short-texts.ts";
import { openSubjectTags } from "./subject-tags.ts";
import { openTenantKeys } from "./tenant-keys.ts";
import { blindIndexOf, openTokenOf, pseudonymOf, sealTokenOf } from "./tokens.ts";

export interface VaultOptions {
  readonly database: Database;
  readonly custody: RootKeyCustody;
  /** Lower-case letters, digits, dots and hyphens, as a host name: `hospital.example`. */
  readonly tenant: string;
  readonly clock: Clock;
}

/** Throws `key-unavailable` where the database's keys cannot be opened; makes keys only in an empty database. */
export async function openVault({ database, custody, tenant, clock }: VaultOptions): Promise<Vault> {
  const keys = await openTenantKeys(database, custody, tenant);
  const tagKeys = openSubjectTags(database, keys, clock);
  const dataKeys = openDataKeys(keys, clock, tagKeys);
  return {
    createCompartment: (tx, compartment) => dataKeys.create(tx, compartment),
    makeCompartments: (compartments) => dataKeys.make(database, compartments),
    async loadKeys(sql, compartments) {
      const loaded = await dataKeys.load(sql, compartments);
      const keyOf = (compartment: CompartmentId) => {
        const key = loaded.get(compartment);
        if (key === undefined) throw new WardError("key-unavailable", { reason: "key-not-loaded" });
        if (key instanceof WardError) throw key;
        return key;
      };
      const aadOf = recordAads(tenant);
      return {
        missing: [...loaded].flatMap(([compartment, key]) => (isMissing(key) ? [compartment] : [])),
        seal: (compartment, context, plaintext) =>
          sealEnvelope(keyOf(compartment), aadOf(compartment, context), plaintext),
        open: (compartment, context, sealed) =>
          openRecord(keyOf(compartment), aadOf(compartment, context), context, sealed),
        sealShort: (compartment, bound, text) =>
          sealShortText(dataKeys.shortTextKey(compartment, keyOf(compartment)), bound, text),
        openShort(compartment, texts) {
          const opened = openShortTexts(dataKeys.shortTextKey(compartment, keyOf(compartment)), texts);
          if (opened === undefined) throw new WardError("decryption-failed", { use: "short-text" });
          return opened;
        },
      };
    },
    async seal(sql, compartment, context, plaintext) {
      const dek = await dataKeys.find(sql, compartment);
      return sealEnvelope(dek, recordAad(tenant, compartment, context), plaintext);
    },
    async open(sql, compartment, context, sealed) {
      const dek = await dataKeys.find(sql, compartment);
      return openRecord(dek, recordAad(tenant, compartment, context), context, sealed);
    },
    destroyCompartment: (tx, compartment) => dataKeys.destroy(tx, compartment),
    blindIndex: (domain, value) => blindIndexOf(keys, domain, value),
    pseudonym: (domain, value) => pseudonymOf(keys, domain, value),
    subjectTags: (subjectId) => tagKeys.tagsOf(subjectId),
    sealToken: (domain, value) => sealTokenOf(keys, domain, value),
    openToken: (domain, token) => openTokenOf(keys, domain, token),
    putSecret: (tx, name, value) => putSecretIn(tx, keys, name, value),
    getSecret: (sql, name) => getSecretFrom(sql, keys, name),
    rotateLedgerKey: (tx) => rotateLedgerKeyIn(tx, keys.ledgerWrapping, tenant),
    retireLedgerKey: (tx, size) => retireLedgerKeyIn(tx, keys.ledgerWrapping, tenant, size),
    ledgerSigner: keys.ledgerSigner,
  };
}

function openRecord(key: KeyObject, aad: Uint8Array, { use, type }: SealContext, sealed: Uint8Array): Buffer {
  const plaintext = openEnvelope(key, aad, sealed);
  if (plaintext === undefined) throw new WardError("decryption-failed", { use, type });
  return plaintext;
}

function isMissing(key: KeyObject | WardError): boolean {
  return key instanceof WardError && key.detail["reason"] === "no-data-key";
}

function recordAad(tenant: string, compartment: CompartmentId, { use, type, id, version }: SealContext): Buffer {
  return encodeFields("record", tenant, compartment, use, type, id, String(version));
}

/** The same, for many records of few compartments: what they have in common is encoded once. */
function recordAads(tenant: string): (compartment: CompartmentId, context: SealContext) => Buffer {
  let common: { compartment: string; use: string; type: string; bytes: Buffer } | undefined;
  return (compartment, { use, type, id, version }) => {
    if (common?.compartment !== compartment || common.use !== use || common.type !== type) {
      common = { compartment, use, type, bytes: encodeFields("record", tenant, compartment, use, type) };
    }
    return writeFields(common.bytes, common.bytes.length, [id, String(version)]);
  };
}
