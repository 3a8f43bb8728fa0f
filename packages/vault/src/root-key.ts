/**
 * Wrapping under a root key held in this process: what software custody adapters share. A wrapped key is the root
 * key's id (8 bytes, derived one-way from it) and an envelope, so that a key wrapped under another root key is told
 * from one that was altered.
 */
import { createSecretKey, hkdfSync, randomBytes, type KeyObject } from "node:crypto";
import { WardError } from "@ward/core";
import { encodeFields } from "./canonical-fields.ts";
import { openEnvelope, sealEnvelope } from "./envelope.ts";

export const ROOT_KEY_BYTES = 32;
const ID_BYTES = 8;

export interface RootKey {
  readonly id: Buffer;
  readonly wrappingKey: KeyObject;
}

export function generateRootKeyBytes(): Buffer {
  return randomBytes(ROOT_KEY_BYTES);
}

/** Overwrites `bytes`: from here on only derived keys are in memory. */
export function rootKeyFrom(bytes: Buffer): RootKey {
  const id = rootKeyId(bytes);
  const derived = Buffer.from(hkdfSync("sha256", bytes, "", "ward v1 root wrapping", 32));
  const wrappingKey = createSecretKey(derived);
  derived.fill(0);
  bytes.fill(0);
  return { id, wrappingKey };
}

export function rootKeyId(bytes: Buffer): Buffer {
  return Buffer.from(hkdfSync("sha256", bytes, "", "ward v1 root id", ID_BYTES));
}

export function wrapUnder(root: RootKey, key: Uint8Array, context: string): Buffer {
  return Buffer.concat([root.id, sealEnvelope(root.wrappingKey, encodeFields("root wrap", context), key)]);
}

export function unwrapUnder(root: RootKey, wrapped: Uint8Array, context: string): Buffer {
  if (!root.id.equals(wrapped.subarray(0, ID_BYTES)))
    throw new WardError("key-unavailable", { reason: "other-root-key" });
  const key = openEnvelope(root.wrappingKey, encodeFields("root wrap", context), wrapped.subarray(ID_BYTES));
  if (key === undefined) throw new WardError("key-unavailable", { reason: "wrapped-key-altered" });
  return key;
}
