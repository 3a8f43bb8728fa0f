/**
 * Changes the key that signs the ledger, in two steps: from the first on both keys sign, once every node was started
 * again; the second ends the former key. Each step stands in the ledger with the key's SHA-256 (45 CFR 164.312(b)).
 */
import { WardError, type AuditAction, type AuditEntry, type Transaction } from "@ward/core";
import { openNote, verifierKey } from "@ward/ledger/verify";
import type { WardState } from "./contract.ts";
import type { Foundation } from "./foundation.ts";
import { digestOf, platformEntry } from "./platform-entry.ts";

export function ledgerKeysOf({ database, ledger, vault }: Foundation): WardState["ledgerKeys"] {
  const { name, publicKey } = vault.ledgerSigner;
  const note = async (tx: Transaction, action: AuditAction, key: Uint8Array): Promise<void> =>
    await ledger.append(tx, [entryOf(action, key)]);
  return {
    async rotate() {
      return await database.transaction(async (tx) => {
        const next = await vault.rotateLedgerKey(tx);
        await note(tx, "key.create", next);
        return verifierKey({ name, publicKey: next });
      });
    },
    async finish() {
      const last = await ledger.checkpoint();
      // Nodes that don't know the next key sign no more once it has signed; before that they would have to.
      if (last === undefined || openNote(last.note, { name, publicKey }) === undefined) {
        throw new WardError("invalid-request", { reason: "next-key-has-not-signed" });
      }
      return await database.transaction(async (tx) => {
        const former = await vault.retireLedgerKey(tx, last.size);
        if (former !== undefined) await note(tx, "key.destroy", former);
        return former !== undefined;
      });
    },
  };
}

function entryOf(action: AuditAction, key: Uint8Array): AuditEntry {
  return {
    ...platformEntry("service:operator", "Key"),
    action,
    item: "ledger-signing-key",
    digest: digestOf(key),
  };
}
