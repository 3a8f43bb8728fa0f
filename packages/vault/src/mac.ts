/**
 * HMAC-SHA256 (RFC 2104, FIPS 198-1) over a domain and a value, each behind its length, as two one-shot hashes. A
 * resource is found by dozens of values, and `createHmac` makes three objects for each: that costs four times as much
 * as the hashing itself.
 *
 * The padded keys lie in memory as bytes, which a `KeyObject` would only keep out of JavaScript's heap, not out of the
 * process.
 */
import { hash, type KeyObject } from "node:crypto";
import { encodeFields, fieldMaxBytes, writeField } from "./canonical-fields.ts";
import { Scratch } from "./scratch.ts";

/** 32 bytes, a character each (Latin-1). Throws as `encodeFields` does. */
export type Mac = (domain: string, value: string) => string;

const MAC_BYTES = 32;
const BLOCK_BYTES = 64;
const INNER_PAD = 0x36;
const OUTER_PAD = 0x5c;
const INNER_BYTES = 4_096;

// They begin with the padded keys of the MAC that was used last, and behind the inner one with the domain: most often
// both are used again.
const inner = new Scratch(INNER_BYTES);
const outer = Buffer.alloc(BLOCK_BYTES + MAC_BYTES);
let keysThere: Buffer | undefined;
let domainThere: string | undefined;
let domainEnd = 0;

/** `key` MUST be a secret of at most 64 bytes. */
export function createMac(key: KeyObject | Uint8Array): Mac {
  const bytes = key instanceof Uint8Array ? key : key.export();
  const keys = Buffer.alloc(2 * BLOCK_BYTES);
  for (let at = 0; at < BLOCK_BYTES; at++) {
    keys[at] = INNER_PAD ^ (bytes[at] ?? 0);
    keys[BLOCK_BYTES + at] = OUTER_PAD ^ (bytes[at] ?? 0);
  }
  return (domain, value) => {
    if (keysThere !== keys) {
      keys.copy(inner.bytes, 0, 0, BLOCK_BYTES);
      keys.copy(outer, 0, BLOCK_BYTES);
      keysThere = keys;
    }
    outer.write(hash("sha256", innerMessage(domain, value), "binary"), BLOCK_BYTES, "latin1");
    return hash("sha256", outer, "binary");
  };
}

function innerMessage(domain: string, value: string): Buffer {
  if (BLOCK_BYTES + fieldMaxBytes(domain) + fieldMaxBytes(value) > INNER_BYTES) {
    return Buffer.concat([inner.upTo(BLOCK_BYTES), encodeFields(domain, value)]);
  }
  if (domain !== domainThere) {
    // Where it is refused none is there.
    domainThere = undefined;
    domainEnd = writeField(inner.bytes, BLOCK_BYTES, domain);
    domainThere = domain;
  }
  return inner.upTo(writeField(inner.bytes, domainEnd, value));
}
