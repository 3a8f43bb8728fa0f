/**
 * The envelope around every ciphertext: version (1 byte, 0x01), nonce (12 bytes, random), ciphertext, tag (16 bytes),
 * AES-256-GCM (NIST SP 800-38D). The version byte is authenticated with the caller's additional data. Random nonces
 * are safe below 2^32 seals under one key (§8.3), which one patient, or all patients of one tenant, stay far below.
 */
import { createCipheriv, createDecipheriv, randomFillSync, type KeyObject } from "node:crypto";

const VERSION = 1;
export const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + NONCE_BYTES;

export const ENVELOPE_OVERHEAD_BYTES = HEAD_BYTES + TAG_BYTES;

export function sealEnvelope(key: KeyObject, additionalData: Uint8Array, plaintext: Uint8Array): Buffer {
  const nonce = nextNonce();
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(withVersion(additionalData));
  return Buffer.concat([Buffer.of(VERSION), nonce, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** Undefined where envelope, key or additional data is not what was sealed; it does not say which. */
export function openEnvelope(key: KeyObject, additionalData: Uint8Array, envelope: Uint8Array): Buffer | undefined {
  if (envelope.length < ENVELOPE_OVERHEAD_BYTES || envelope[0] !== VERSION) return undefined;
  const tagStart = envelope.length - TAG_BYTES;
  const decipher = createDecipheriv("aes-256-gcm", key, envelope.subarray(1, HEAD_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(withVersion(additionalData));
  decipher.setAuthTag(envelope.subarray(tagStart));
  const plaintext = decipher.update(envelope.subarray(HEAD_BYTES, tagStart));
  try {
    // Checks the tag; in this mode no bytes are left.
    decipher.final();
    return plaintext;
  } catch {
    // Bytes decrypted before the tag was checked are not the caller's to see, nor to find in memory later.
    plaintext.fill(0);
    return undefined;
  }
}

/** Drawn for many at once: a draw costs as much as a seal. INVARIANT: no byte of the pool is given out twice. */
const pool = Buffer.alloc(NONCE_BYTES * 256);
let poolAt = pool.length;

export function nextNonce(): Buffer {
  if (poolAt === pool.length) {
    randomFillSync(pool);
    poolAt = 0;
  }
  poolAt += NONCE_BYTES;
  // A copy: the pool is filled again.
  return Buffer.from(pool.subarray(poolAt - NONCE_BYTES, poolAt));
}

function withVersion(additionalData: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(VERSION), additionalData]);
}
