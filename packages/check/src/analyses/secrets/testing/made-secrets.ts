/**
 * Secrets that open nothing, made when a test runs: of the right shape and random, the same every time, and written in no
 * file, so that neither this check nor anyone else's finds them here.
 */
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { base62 } from "../detectors/checksum.ts";

export const HEX = "0123456789abcdef";
export const LOWER = "abcdefghijklmnopqrstuvwxyz0123456789";
export const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
export const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
export const BASE64 = `${BASE62}+/`;

/** Characters of the alphabet, drawn by the seed. */
export function made(length: number, alphabet = BASE62, seed = "seed"): string {
  let text = "";
  for (let block = 0; text.length < length; block++) {
    for (const byte of createHash("sha512").update(`${seed} ${block}`).digest()) {
      if (text.length < length) text += alphabet.charAt(byte % alphabet.length);
    }
  }
  return text;
}

/** As GitHub and npm make them: with the checksum of the random part behind it. */
export function withChecksum(prefix: string, seed = "seed"): string {
  const random = made(30, BASE62, seed);
  return `${prefix}${random}${base62(crc32(random))}`;
}

export function jwt(claims: object, seed = "seed"): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}.${made(43, BASE62, seed)}`;
}

/** A PEM block whose body begins as DER does. */
export function pem(label: string, bytes = 300): string {
  const body = Buffer.concat([Buffer.from([0x30, 0x82]), Buffer.from(made(bytes, BASE62, label))]).toString("base64");
  return [`-----BEGIN ${label}-----`, ...(body.match(/.{1,64}/g) ?? []), `-----END ${label}-----`].join("\n");
}
