/**
 * The envelope around every ciphertext: version (1 byte, 0x01), nonce (12 bytes, random), ciphertext, tag (16 bytes),
 * AES-256-GCM (NIST SP 800-38D). The version byte is authenticated with the caller's additional data. Random nonces
 * are safe below 2^32 seals under one key (§8.3), which one patient, or all patients of one tenant, stay far below.
 */
import { createCipheriv, createDecipheriv, randomFillSync, type KeyObject } from "node:crypto";
import { Scratch } from "./scratch.ts";

const ALGORITHM = "aes-256-gcm";
const VERSION = 1;
export const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + NONCE_BYTES;
const OPTIONS = { authTagLength: TAG_BYTES };

export const ENVELOPE_OVERHEAD_BYTES = HEAD_BYTES + TAG_BYTES;

export function sealEnvelope(key: KeyObject, additionalData: Uint8Array, plaintext: Uint8Array): Buffer {
  const sealed = Buffer.allocUnsafe(ENVELOPE_OVERHEAD_BYTES + plaintext.length);
  sealed[0] = VERSION;
  writeNonce(sealed, 1);
  const cipher = createCipheriv(ALGORITHM, key, copyTo(nonce, sealed, 1), OPTIONS);
  cipher.setAAD(withVersion(additionalData));
  sealed.set(cipher.update(plaintext), HEAD_BYTES);
  cipher.final();
  sealed.set(cipher.getAuthTag(), HEAD_BYTES + plaintext.length);
  return sealed;
}

/** Undefined where envelope, key or additional data is not what was sealed; it does not say which. */
export function openEnvelope(key: KeyObject, additionalData: Uint8Array, envelope: Uint8Array): Buffer | undefined {
  if (envelope.length < ENVELOPE_OVERHEAD_BYTES || envelope[0] !== VERSION) return undefined;
  const tagStart = envelope.length - TAG_BYTES;
  const decipher = createDecipheriv(ALGORITHM, key, copyTo(nonce, envelope, 1), OPTIONS);
  decipher.setAAD(withVersion(additionalData));
  decipher.setAuthTag(copyTo(tag, envelope, tagStart));
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

export function writeNonce(into: Buffer, at: number): void {
  if (poolAt === pool.length) {
    randomFillSync(pool);
    poolAt = 0;
  }
  poolAt += pool.copy(into, at, poolAt, poolAt + NONCE_BYTES);
}

// The cipher has read them when the call returns that they are given to.
const authenticated = new Scratch(1_024);
authenticated.bytes[0] = VERSION;
const nonce = Buffer.alloc(NONCE_BYTES);
const tag = Buffer.alloc(TAG_BYTES);

function withVersion(additionalData: Uint8Array): Buffer {
  const length = 1 + additionalData.length;
  if (length > authenticated.bytes.length) return Buffer.concat([Buffer.of(VERSION), additionalData]);
  authenticated.bytes.set(additionalData, 1);
  return authenticated.upTo(length);
}

/** Byte by byte: for so few that is less than a view costs. */
function copyTo(into: Buffer, from: Uint8Array, at: number): Buffer {
  for (let byte = 0; byte < into.length; byte++) into[byte] = from[at + byte] as number;
  return into;
}
