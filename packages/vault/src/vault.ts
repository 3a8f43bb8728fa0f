/**
 * The vault: envelope encryption of every record (45 CFR 164.312(a)(2)(iv), GDPR Art. 32(1)(a)). A ciphertext is bound
 * to tenant, compartment and `SealContext`; whoever moves it to another row, version or use makes it unreadable.
 */
import type { Clock, Database } from "@ward/core";
import { loadCompartmentKeys, openRecord } from "./compartment-keys.ts";
import type { Vault } from "./contract.ts";
import type { RootKeyCustody } from "./custody.ts";
import { openDataKeys } from "./data-keys.ts";
import { sealEnvelope } from "./envelope.ts";
import { retireLedgerKeyIn, rotateLedgerKeyIn } from "./ledger-keys.ts";
import { RecordBinding } from "./record-binding.ts";
import { getSecretFrom, putSecretIn } from "./secrets.ts";
import { keepUncommittedTags, subjectTagsFrom } from "./subject-tags.ts";
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
  const uncommitted = keepUncommittedTags(tenant, clock);
  const dataKeys = await openDataKeys({
    database,
    keys,
    clock,
    onMade: (tx, compartment, dek) => uncommitted.made(tx, compartment, dek),
  });
  const binding = new RecordBinding(tenant);
  return {
    createCompartment: (tx, compartment) => dataKeys.create(tx, compartment),
    makeCompartments: (compartments) => dataKeys.make(compartments),
    loadKeys: (sql, compartments) => loadCompartmentKeys(dataKeys, binding, sql, compartments),
    async seal(sql, compartment, context, plaintext) {
      const { dek } = await dataKeys.find(sql, compartment);
      return sealEnvelope(dek, binding.of(compartment, context), plaintext);
    },
    async open(sql, compartment, context, sealed) {
      const { dek } = await dataKeys.find(sql, compartment);
      return openRecord(dek, binding.of(compartment, context), context, sealed);
    },
    destroyCompartment: (tx, compartment) => dataKeys.destroy(tx, compartment),
    blindIndex: (domain, value) => blindIndexOf(keys, domain, value),
    pseudonym: (domain, value) => pseudonymOf(keys, domain, value),
    subjectTags: subjectTagsFrom(database, dataKeys, uncommitted),
    sealToken: (domain, value) => sealTokenOf(keys, domain, value),
    openToken: (domain, token) => openTokenOf(keys, domain, token),
    putSecret: (tx, name, value) => putSecretIn(tx, keys, name, value),
    getSecret: (sql, name) => getSecretFrom(sql, keys, name),
    rotateLedgerKey: (tx) => rotateLedgerKeyIn(tx, keys.ledgerWrapping, tenant),
    retireLedgerKey: (tx, size) => retireLedgerKeyIn(tx, keys.ledgerWrapping, tenant, size),
    ledgerSigner: keys.ledgerSigner,
  };
}
