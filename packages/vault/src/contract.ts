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

/** Ciphertexts of `CompartmentKeys.sealShort`, and what each is bound to: moved to another record it does not open. */
export interface ShortTexts {
  /** They lie in it, and what each is bound to: bytes of its own, and behind them the same for all. */
  readonly bytes: Buffer;
  readonly boundEnd: Buffer;
  readonly places: readonly ShortTextPlace[];
}

export interface ShortTextPlace {
  readonly boundAt: number;
  readonly boundBytes: number;
  readonly sealedAt: number;
  readonly sealedBytes: number;
}

/** A patient's tags in the ledger, keyed by the patient's own data key: destroying it ends them (decision 0022). */
export interface SubjectTags {
  /** The patient. As all tags, 128 bits in base64url. */
  readonly subject: string;
  /** A record in the patient's compartment, by `Type/id`. */
  record(reference: string): string;
}

/** Keys of some compartments, for one piece of work: a key that was destroyed meanwhile still opens. MUST NOT be kept. */
export interface CompartmentKeys {
  /** Compartments that never had a key. */
  readonly missing: readonly CompartmentId[];
  /** As `Vault.seal`. Throws `key-unavailable` also for a compartment that was not asked for. */
  seal(compartment: CompartmentId, context: SealContext, plaintext: Uint8Array): Buffer;
  /** As `Vault.open`. */
  open(compartment: CompartmentId, context: SealContext, sealed: Uint8Array): Buffer;
  /** AES-256-CCM under a key drawn from the compartment's DEK, for texts of which many are opened at once. */
  sealShort(compartment: CompartmentId, bound: Uint8Array, text: string): Buffer;
  /** In their order. Throws `decryption-failed` where one of them was altered. */
  openShort(compartment: CompartmentId, texts: ShortTexts): readonly string[];
}

export interface Vault {
  /** Makes the compartment's DEK in the caller's transaction; does nothing where it exists. */
  createCompartment(tx: Transaction, compartment: CompartmentId): Promise<void>;
  /**
   * Makes the DEKs that are missing, committed on return: for compartments that many may make at once, where whoever
   * made the key in a transaction held open would keep all others waiting. A key that then seals nothing does no harm.
   */
  makeCompartments(compartments: readonly CompartmentId[]): Promise<void>;
  /** Reads the keys of many compartments in one round trip; at once where they are known. A missing one throws when it is used. */
  loadKeys(sql: Sql, compartments: Iterable<CompartmentId>): CompartmentKeys | Promise<CompartmentKeys>;
  /** AES-256-GCM under the compartment's DEK with a fresh nonce. Throws `key-unavailable` where the DEK is missing or destroyed. */
  seal(sql: Sql, compartment: CompartmentId, context: SealContext, plaintext: Uint8Array): Promise<Uint8Array>;
  /** Throws `decryption-failed` where ciphertext or context was altered, `key-unavailable` where the DEK is gone. */
  open(sql: Sql, compartment: CompartmentId, context: SealContext, sealed: Uint8Array): Promise<Uint8Array>;
  /**
   * Crypto-shredding: after commit no copy of the compartment can be opened, and a patient's tags cannot be made again.
   * Whoever erases a patient MUST remove the patient's rows in the same transaction: their times would lead to the
   * entries (docs/reference/ledger.md, "Erasing a patient").
   */
  destroyCompartment(tx: Transaction, compartment: CompartmentId): Promise<void>;
  /** Keyed HMAC truncated to 63 bits, per domain (`Patient.identifier`): equal values give equal numbers, nothing else is learned. */
  blindIndex(domain: string, value: string): bigint;
  /** Keyed pseudonym, 128 bits base64url: for dedupe keys, and for ledger tags of what is no patient's. */
  pseudonym(domain: string, value: string): string;
  /**
   * At once where the patient's key is in memory. Undefined where there is no such patient, or no longer. A patient's key
   * that this vault made counts before its commit. MUST NOT be kept.
   */
  subjectTags(subjectId: string): SubjectTags | undefined | Promise<SubjectTags | undefined>;
  /** An opaque token that only this vault turns back (authenticated, URL-safe). */
  sealToken(domain: string, value: string): string;
  /** Undefined where the token is not one of ours. */
  openToken(domain: string, token: string): string | undefined;
  /** Stores a secret sealed under the tenant KEK. */
  putSecret(tx: Transaction, name: string, value: string): Promise<void>;
  getSecret(sql: Sql, name: string): Promise<string | undefined>;
  /** Makes the ledger's next signing key; both sign until the former is retired. A vault that is open signs on as before. */
  rotateLedgerKey(tx: Transaction): Promise<Uint8Array>;
  /** Destroys the former key's private half; it then speaks for trees up to `size`. Answers its public half, if there was one. */
  retireLedgerKey(tx: Transaction, size: number): Promise<Uint8Array | undefined>;
  readonly ledgerSigner: {
    readonly name: string;
    readonly publicKey: Uint8Array;
    sign(message: Uint8Array): Uint8Array;
    /** Keys that signed before, newest first; with `sign` where it still does, with `until` where it no longer may. */
    readonly former?: readonly {
      readonly publicKey: Uint8Array;
      readonly sign?: (message: Uint8Array) => Uint8Array;
      readonly until?: number;
    }[];
  };
}
