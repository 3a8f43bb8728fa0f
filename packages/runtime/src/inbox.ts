/**
 * Which messages are filed. The row of a message joins the unit of work that files it: of two concurrent copies, also
 * on two nodes, the unique key lets one through and makes the other wait until that one committed or rolled back.
 * Sender and control id stand here only as a keyed pseudonym, the content only as a keyed digest.
 */
import type { Sql, Transaction } from "@ward/core";
import type { Vault } from "@ward/vault";
import type { InboundMessage } from "./contract.ts";

export interface MessageIdentity {
  /** Pseudonym of sender and control id: what makes a message the same message. */
  readonly key: string;
  readonly digest: string;
}

export function identifyMessage(vault: Vault, message: InboundMessage): MessageIdentity {
  return {
    key: vault.pseudonym("message", `${message.sender}|${message.controlId}`),
    digest: vault.pseudonym("message-content", message.raw),
  };
}

/** `same`: filed with this content. `other`: the key was used with another content. Undefined: not filed. */
export async function findFiled(sql: Sql, identity: MessageIdentity): Promise<"same" | "other" | undefined> {
  const [row] = await sql.query<{ digest: string }>("select digest from runtime.inbox where message_key = $1", [
    identity.key,
  ]);
  if (row === undefined) return undefined;
  return row.digest === identity.digest ? "same" : "other";
}

/**
 * Claims the key, and resolves what waits in quarantine with this key and content. Answers undefined where another
 * copy was filed first, otherwise the ids of resolved messages, whose compartments the caller destroys.
 */
export async function claimMessage(
  tx: Transaction,
  identity: MessageIdentity,
  at: Date,
): Promise<readonly string[] | undefined> {
  const [row] = await tx.query<{ filed: boolean; resolved: readonly string[] | null }>(
    `with filed as (
       insert into runtime.inbox (message_key, digest, filed_at) values ($1, $2, $3)
       on conflict (message_key) do nothing returning message_key
     ), resolved as (
       update runtime.quarantine set state = 'resolved', sealed = null, at = $3
        where message_key = $1 and digest = $2 and state = 'waiting' and exists (select from filed)
       returning id
     )
     select exists (select from filed) as filed, (select array_agg(id::text) from resolved) as resolved`,
    [identity.key, identity.digest, at],
  );
  return row?.filed === true ? (row.resolved ?? []) : undefined;
}
