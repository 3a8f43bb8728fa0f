/**
 * Messages that could not be filed, kept sealed under a compartment of their own, so that resolving one destroys its
 * key and with it every copy.
 */
import { randomUUID } from "node:crypto";
import { WardError, type Principal, type Sql, type Transaction } from "@ward/core";
import type { CompartmentId, SealContext, Vault } from "@ward/vault";
import type { InboundMessage } from "./contract.ts";
import type { MessageIdentity } from "./inbox.ts";

export interface QuarantineEntry {
  readonly identity: MessageIdentity;
  readonly message: InboundMessage;
  readonly function: string;
  readonly reason: string;
  readonly at: Date;
}

/** Keeps a message, or counts one more attempt where it is kept already. */
export async function keepMessage(vault: Vault, tx: Transaction, entry: QuarantineEntry): Promise<void> {
  const { identity, message, at } = entry;
  const known = await tx.query(
    `update runtime.quarantine set attempts = attempts + 1, reason = $3, function = $4, at = $5
      where message_key = $1 and digest = $2 and state = 'waiting' returning id`,
    [identity.key, identity.digest, entry.reason, entry.function, at],
  );
  if (known.length > 0) return;
  const id = randomUUID();
  await vault.createCompartment(tx, compartmentOf(id));
  const plaintext = Buffer.from(JSON.stringify(message));
  try {
    const sealed = await vault.seal(tx, compartmentOf(id), contextOf(id), plaintext);
    await tx.query(
      `insert into runtime.quarantine (id, message_key, digest, function, reason, received_at, at, sealed)
       values ($1, $2, $3, $4, $5, $6, $6, $7)`,
      [id, identity.key, identity.digest, entry.function, entry.reason, at, Buffer.from(sealed)],
    );
  } finally {
    plaintext.fill(0);
  }
}

/** Undefined where no such message waits. */
export async function openMessage(vault: Vault, sql: Sql, id: string): Promise<InboundMessage | undefined> {
  const [row] = await sql.query<{ sealed: Buffer }>(
    "select sealed from runtime.quarantine where id = $1 and state = 'waiting'",
    [id],
  );
  if (row === undefined) return undefined;
  const plaintext = Buffer.from(await vault.open(sql, compartmentOf(id), contextOf(id), row.sealed));
  try {
    return readMessage(JSON.parse(plaintext.toString("utf8")));
  } finally {
    plaintext.fill(0);
  }
}

/** Destroys the keys of messages that are filed now. */
export async function forgetMessages(vault: Vault, tx: Transaction, ids: readonly string[]): Promise<void> {
  for (const id of ids) await vault.destroyCompartment(tx, compartmentOf(id));
}

/** Resolves a message that another copy had filed before it was replayed. */
export async function resolveFiled(vault: Vault, tx: Transaction, id: string, at: Date): Promise<void> {
  const rows = await tx.query(
    "update runtime.quarantine set state = 'resolved', sealed = null, at = $2 where id = $1 and state = 'waiting' returning id",
    [id, at],
  );
  if (rows.length > 0) await forgetMessages(vault, tx, [id]);
}

function compartmentOf(id: string): CompartmentId {
  return `message/${id}`;
}

function contextOf(id: string): SealContext {
  return { use: "quarantine", type: "message", id, version: 1 };
}

function readMessage(value: unknown): InboundMessage {
  const message = value as Record<keyof InboundMessage, unknown>;
  const texts = [message.raw, message.type, message.controlId, message.sender, message.traceId];
  if (texts.some((text) => typeof text !== "string")) throw new WardError("decryption-failed");
  return { ...(value as InboundMessage), principal: message.principal as Principal };
}
