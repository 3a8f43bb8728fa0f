/**
 * What the vault makes of single values: blind indexes, pseudonyms and tokens. All are deterministic per tenant and
 * domain, and the domain is length-prefixed into the MAC, so that values of two domains never meet.
 *
 * Tokens follow the SIV construction (RFC 5297 §2, with HMAC-SHA256 as the PRF and AES-256-CTR): the MAC over domain
 * and value is both the initial vector and the check on opening. Equal values give equal tokens, which is their
 * purpose; a repeated vector can therefore only mean a repeated value.
 */
import { createCipheriv, createDecipheriv, timingSafeEqual } from "node:crypto";
import type { Mac } from "./mac.ts";
import type { TenantKeys } from "./tenant-keys.ts";

const VERSION = 1;
const SIV_BYTES = 16;
const TAG_BYTES = 16;

/** 63 bits, so that it fits PostgreSQL's signed `bigint` without a sign. */
export function blindIndexOf(keys: TenantKeys, domain: string, value: string): bigint {
  const mac = keys.blindIndex(domain, value);
  return (BigInt(fourBytes(mac, 0) & 0x7fff_ffff) << 32n) | BigInt(fourBytes(mac, 4) >>> 0);
}

/** 128 bits, base64url: 22 characters. */
export function pseudonymOf(keys: TenantKeys, domain: string, value: string): string {
  return tagOf(keys.pseudonym, domain, value);
}

export function sealTokenOf(keys: TenantKeys, domain: string, value: string): string {
  const siv = sivOf(keys.tokenMac, domain, value);
  const cipher = createCipheriv("aes-256-ctr", keys.tokenCipher, siv);
  return Buffer.concat([Buffer.of(VERSION), siv, cipher.update(value, "utf8"), cipher.final()]).toString("base64url");
}

export function openTokenOf(keys: TenantKeys, domain: string, token: string): string | undefined {
  const bytes = Buffer.from(token, "base64url");
  // Node's decoder skips what is not base64url; one value must have one token, or a token could carry a message.
  if (bytes.length < 1 + SIV_BYTES || bytes[0] !== VERSION || bytes.toString("base64url") !== token) return undefined;
  const siv = bytes.subarray(1, 1 + SIV_BYTES);
  const decipher = createDecipheriv("aes-256-ctr", keys.tokenCipher, siv);
  const plaintext = Buffer.concat([decipher.update(bytes.subarray(1 + SIV_BYTES)), decipher.final()]);
  const value = plaintext.toString("utf8");
  const expected = sivOf(keys.tokenMac, domain, value);
  return timingSafeEqual(siv, expected) ? value : undefined;
}

const tag = Buffer.alloc(TAG_BYTES);

/** 128 bits, base64url. */
export function tagOf(mac: Mac, domain: string, value: string): string {
  tag.write(mac(domain, value), "latin1");
  return tag.toString("base64url");
}

function sivOf(mac: Mac, domain: string, value: string): Buffer {
  return Buffer.from(mac(domain, value).slice(0, SIV_BYTES), "latin1");
}

/** Big-endian, of a text with a byte in each character; as a signed number. */
function fourBytes(text: string, at: number): number {
  return (
    (text.charCodeAt(at) << 24) |
    (text.charCodeAt(at + 1) << 16) |
    (text.charCodeAt(at + 2) << 8) |
    text.charCodeAt(at + 3)
  );
}
