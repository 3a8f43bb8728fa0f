/**
 * Logical ids, which a client may have chosen, and record ids, which are in the clear (docs/decisions/0030-fhir-ids.md).
 *
 * INVARIANT: two logical ids of one type never have the same record id. A random UUID (version 4) is its own record id;
 * every other id becomes a keyed hash in the form of a version 8 UUID, which no version 4 UUID can be.
 */
import type { Vault } from "@ward/vault";

const RANDOM_UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const DOMAIN = "fhir record id";

/** Whether a record id is the logical one too. */
export function isLogicalId(recordId: string): boolean {
  return RANDOM_UUID.test(recordId);
}

export function recordIdOf({ pseudonym }: Pick<Vault, "pseudonym">, type: string, id: string): string {
  if (isLogicalId(id)) return id;
  const bytes = Buffer.from(pseudonym(DOMAIN, `${type}/${id}`), "base64url");
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
