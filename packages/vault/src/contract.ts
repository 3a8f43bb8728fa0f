/**
 * What other rooms ask of the vault. Root key (custody) → tenant KEK → one DEK per compartment. A compartment id is
 * `Patient/<id>`, `message/<id>` (a message not yet filed) or `shared/<ResourceType>` (records about no patient).
 */
import type { Sql, Transaction } from "@ward/core";

export type CompartmentId = `${"Patient" | "message" | "shared"}/${string}`;

/** What a ciphertext is bound to: moving it to another record, version or use makes it unreadable (AES-GCM AAD). */
export interface SealContext {
  /** `fhir`, `event`, `quarantine`. */
  readonly use: string;
  readonly type: string;
  readonly id: string;
  readonly version: number;
}

export interface Vault {
  /** Makes the compartment's DEK in the caller's transaction; does nothing where it exists. */
  createCompartment(tx: Transaction, compartment: CompartmentId): Promise<void>;
  /** AES-256-GCM under the compartment's DEK with a fresh nonce. Throws `key-unavailable` where the DEK is missing or destroyed. */
  seal(sql: Sql, compartment: CompartmentId, context: SealContext, plaintext: Uint8Array): Promise<Uint8Array>;
  /** Throws `decryption-failed` where ciphertext or context was altered, `key-unavailable` where the DEK is gone. */
  open(sql: Sql, compartment: CompartmentId, context: SealContext, sealed: Uint8Array): Promise<Uint8Array>;
  /** Crypto-shredding: after commit no copy of the compartment can be opened. */
  destroyCompartment(tx: Transaction, compartment: CompartmentId): Promise<void>;
  /** Keyed HMAC truncated to 63 bits, per domain (`Patient.identifier`): equal values give equal numbers, nothing else is learned. */
  blindIndex(domain: string, value: string): bigint;
  /** Keyed pseudonym, 128 bits base64url: for ledger tags and dedupe keys. */
  pseudonym(domain: string, value: string): string;
  /** An opaque token that only this vault turns back (authenticated, URL-safe). */
  sealToken(domain: string, value: string): string;
  /** Undefined where the token is not one of ours. */
  openToken(domain: string, token: string): string | undefined;
  /** Stores a secret sealed under the tenant KEK. */
  putSecret(tx: Transaction, name: string, value: string): Promise<void>;
  getSecret(sql: Sql, name: string): Promise<string | undefined>;
  readonly ledgerSigner: {
    readonly name: string;
    readonly publicKey: Uint8Array;
    sign(message: Uint8Array): Uint8Array;
  };
}
