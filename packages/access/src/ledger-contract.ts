/**
 * The ledgers that the door is tested with, behind one face: a fake that can be made to fail at will, and the real one
 * over PostgreSQL, whose table can be taken away.
 */
import { systemClock, WardError, type AuditEntry } from "@ward/core";
import { createLedger, type Ledger } from "@ward/ledger";
import type { TestDatabase } from "@ward/postgres/testing";
import { generateKeyPairSync, sign } from "node:crypto";

export interface LedgerUnderTest {
  readonly ledger: Ledger;
  /** Everything that is durable, oldest first. */
  entries(): Promise<readonly AuditEntry[]>;
  /** Makes every further write fail, until mended. */
  break(): Promise<void>;
  mend(): Promise<void>;
}

export async function memoryLedger(): Promise<LedgerUnderTest> {
  const entries: AuditEntry[] = [];
  let isBroken = false;
  const refuseIfBroken = () => {
    if (isBroken) throw new WardError("record-unavailable");
  };
  return {
    entries: async () => entries,
    break: async () => void (isBroken = true),
    mend: async () => void (isBroken = false),
    ledger: {
      async append(tx, added) {
        refuseIfBroken();
        tx.onCommit(() => entries.push(...added));
      },
      async record(added) {
        refuseIfBroken();
        entries.push(...added);
      },
    },
  };
}

/** No sequencer runs, so every entry stays in `ledger.pending`. */
export async function realLedger({ database }: TestDatabase): Promise<LedgerUnderTest> {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const raw = Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url");
  const signer = {
    name: "test.example/ledger",
    publicKey: raw,
    sign: (text: Uint8Array) => sign(null, text, privateKey),
  };
  return {
    ledger: createLedger({ database, clock: systemClock, signer }),
    async entries() {
      const rows = await database.query<{ body: Buffer }>("select body from ledger.pending order by id");
      return rows.map(({ body }) => JSON.parse(body.toString("utf8")) as AuditEntry);
    },
    async break() {
      await database.query("alter table ledger.pending rename to taken_away");
    },
    async mend() {
      await database.query("alter table if exists ledger.taken_away rename to pending");
    },
  };
}
