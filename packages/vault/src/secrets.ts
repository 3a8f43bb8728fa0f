/** Secrets of the app (API keys of its vendors), sealed under a key of their own with their name authenticated. */
import { WardError, type Sql, type Transaction } from "@ward/core";
import { encodeFields } from "./canonical-fields.ts";
import { openEnvelope, sealEnvelope } from "./envelope.ts";
import type { TenantKeys } from "./tenant-keys.ts";

export async function putSecretIn(tx: Transaction, keys: TenantKeys, name: string, value: string): Promise<void> {
  const plaintext = Buffer.from(value, "utf8");
  const sealed = sealEnvelope(keys.secrets, secretAad(keys.tenant, name), plaintext);
  plaintext.fill(0);
  await tx.query(
    "insert into vault.secret (name, sealed) values ($1, $2) on conflict (name) do update set sealed = excluded.sealed, updated_at = now()",
    [name, sealed],
  );
}

export async function getSecretFrom(sql: Sql, keys: TenantKeys, name: string): Promise<string | undefined> {
  const [row] = await sql.query<{ sealed: Uint8Array }>("select sealed from vault.secret where name = $1", [name]);
  if (row === undefined) return undefined;
  const plaintext = openEnvelope(keys.secrets, secretAad(keys.tenant, name), row.sealed);
  if (plaintext === undefined) throw new WardError("decryption-failed", { use: "secret" });
  return plaintext.toString("utf8");
}

function secretAad(tenant: string, name: string): Buffer {
  return encodeFields("secret", tenant, name);
}
