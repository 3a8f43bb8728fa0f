/** What other rooms ask of the ledger. */
import type { AuditEntry, Transaction } from "@ward/core";
import type { FormerKey } from "./note.ts";

export interface Ledger {
  /**
   * Entries that the acting transaction's commit writes: they stand or fall with the act. Throws `record-unavailable`
   * for an entry that is not one; where the entries can't be written, the commit fails with it.
   */
  append(tx: Transaction, entries: readonly AuditEntry[]): Promise<void>;
  /** Writes entries in a transaction of their own, durable on return: for refusals and for reads inside a held transaction. */
  record(entries: readonly AuditEntry[]): Promise<void>;
}

/** Signs checkpoints; the private key stays in `vault`. Ed25519 over the note text (C2SP signed-note). */
export interface CheckpointSigner {
  /** C2SP key name, as `ward.hospital.example/ledger`. */
  readonly name: string;
  /** Raw 32-byte public key. */
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Uint8Array;
  /** Keys that signed before this one. */
  readonly former?: readonly FormerKey[];
}
