/**
 * HMAC-SHA256 (RFC 2104, FIPS 198-1) over a list of fields, as two one-shot hashes. A resource is found by dozens of
 * values, and `createHmac` makes three objects for each: that costs four times as much as the hashing itself.
 *
 * The padded keys lie in memory as bytes, which a `KeyObject` would only keep out of JavaScript's heap, not out of the
 * process.
 */
import { hash, type KeyObject } from "node:crypto";
import { writeFields } from "./canonical-fields.ts";

export interface Mac {
  /** 64 hex digits. Throws as `encodeFields` does. */
  hex(...fields: readonly string[]): string;
}

const BLOCK_BYTES = 64;
const DIGEST_BYTES = 32;
const SCRATCH_BYTES = 4_096;

// One computation at a time uses them, from the first byte to the last, without waiting in between.
const inner = Buffer.alloc(BLOCK_BYTES + SCRATCH_BYTES);
const outer = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES);

/** `key` MUST be a secret of at most 64 bytes. */
export function createMac(key: KeyObject | Uint8Array): Mac {
  const bytes = key instanceof Uint8Array ? key : key.export();
  const padded = (pad: number): Uint8Array => Buffer.alloc(BLOCK_BYTES, pad).map((byte, at) => byte ^ (bytes[at] ?? 0));
  const [innerKey, outerKey] = [padded(0x36), padded(0x5c)];
  return {
    hex(...fields) {
      inner.set(innerKey);
      const message = writeFields(inner, BLOCK_BYTES, fields);
      outer.set(outerKey);
      outer.write(hash("sha256", message, "hex"), BLOCK_BYTES, "hex");
      return hash("sha256", outer, "hex");
    },
  };
}
