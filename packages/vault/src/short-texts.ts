/**
 * Short texts of one compartment, sealed one by one and opened many at a time. AES-256-CCM (NIST SP 800-38C) with a
 * random nonce of 12 bytes and a tag of 16, under a key that HKDF (RFC 5869) draws from the compartment's data key: it
 * ends with that key, and no key serves two modes (FIPS 140-3 IG C.H).
 *
 * Opening one text by the runtime's cipher object costs some microseconds whatever its length, and a sorted search opens
 * one for each of a patient's records. CCM is nothing but calls of the block cipher, and those of many texts can be made
 * at once: all counter blocks of all texts in one call, then the first block of every MAC, the second of every MAC.
 *
 * INVARIANT: `openShortTexts` answers what the runtime's own CCM answers for each text by itself, and no text whose tag
 * is wrong.
 */
import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject } from "node:crypto";
import { encodeFields } from "./canonical-fields.ts";
import type { CompartmentId, ShortTextPlace, ShortTexts } from "./contract.ts";
import { NONCE_BYTES, writeNonce } from "./envelope.ts";

/** Version, nonce, ciphertext, tag. */
const VERSION = 2;
const HEAD_BYTES = 1 + NONCE_BYTES;
const TAG_BYTES = 16;
const OPTIONS = { authTagLength: TAG_BYTES };
const BLOCK_BYTES = 16;
const BLOCK_WORDS = 4;
/** Three bytes are left in a counter block to count with, and in the first block to say how long the text is. */
const COUNTER_FLAGS = 2;
const FIRST_FLAGS = 0x40 + 8 * ((TAG_BYTES - 2) / 2) + COUNTER_FLAGS;
/** What stands before the bound bytes says their length in two bytes below this one. */
const BOUND_MAX_BYTES = 0xfeff;
/** Fewer are opened one by one: a round of the MAC costs a call, however few texts there are. */
const FEW = 6;

export function shortTextKey(tenant: string, compartment: CompartmentId, dek: KeyObject): KeyObject {
  const bytes = Buffer.from(
    hkdfSync("sha256", dek, "", encodeFields("ward v1", "short texts", tenant, compartment), 32),
  );
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}

export function sealShortText(key: KeyObject, bound: Uint8Array, text: string): Buffer {
  const plaintextLength = Buffer.byteLength(text);
  const sealed = Buffer.allocUnsafe(HEAD_BYTES + plaintextLength + TAG_BYTES);
  sealed[0] = VERSION;
  writeNonce(sealed, 1);
  const cipher = createCipheriv("aes-256-ccm", key, sealed.subarray(1, HEAD_BYTES), OPTIONS);
  cipher.setAAD(bound, { plaintextLength });
  sealed.set(cipher.update(text, "utf8"), HEAD_BYTES);
  cipher.final();
  sealed.set(cipher.getAuthTag(), HEAD_BYTES + plaintextLength);
  return sealed;
}

/** In their order; undefined where one of them is not what was sealed under this key and its bound bytes. */
export function openShortTexts(key: KeyObject, given: ShortTexts): readonly string[] | undefined {
  if (!given.places.every((place) => isWellFormed(given, place))) return undefined;
  return given.places.length <= FEW ? openOneByOne(key, given) : openTogether(key, given);
}

function isWellFormed({ bytes, boundEnd }: ShortTexts, { boundBytes, sealedAt, sealedBytes }: ShortTextPlace): boolean {
  const isWhole = sealedBytes >= HEAD_BYTES + TAG_BYTES && sealedAt + sealedBytes <= bytes.length;
  return isWhole && bytes[sealedAt] === VERSION && boundBytes + boundEnd.length <= BOUND_MAX_BYTES;
}

function openOneByOne(key: KeyObject, { bytes, boundEnd, places }: ShortTexts): readonly string[] | undefined {
  const opened: string[] = [];
  for (const { boundAt, boundBytes, sealedAt, sealedBytes } of places) {
    const start = sealedAt + HEAD_BYTES;
    const tagStart = sealedAt + sealedBytes - TAG_BYTES;
    const nonce = bytes.subarray(sealedAt + 1, start);
    const decipher = createDecipheriv("aes-256-ccm", key, nonce, OPTIONS);
    decipher.setAuthTag(bytes.subarray(tagStart, tagStart + TAG_BYTES));
    const bound = Buffer.concat([bytes.subarray(boundAt, boundAt + boundBytes), boundEnd]);
    decipher.setAAD(bound, { plaintextLength: tagStart - start });
    try {
      // Throws where the tag is wrong.
      const plaintext = decipher.update(bytes.subarray(start, tagStart));
      decipher.final();
      opened.push(plaintext.toString("utf8"));
    } catch {
      return undefined;
    }
  }
  return opened;
}

/** Where a text's blocks lie among those of all. */
interface Place extends ShortTextPlace {
  readonly length: number;
  /** Of the counter blocks; the first one masks the tag. */
  readonly counterAt: number;
  readonly counterBlocks: number;
  /** Of what the MAC goes over: the first block, the bound bytes behind their length, the text; zeros between. */
  readonly macAt: number;
  readonly macBlocks: number;
  readonly textAt: number;
}

function openTogether(key: KeyObject, given: ShortTexts): readonly string[] | undefined {
  const { bytes } = given;
  const places = placesOf(given);
  const last = places.at(-1) as Place;
  const encrypt = blockCipher(key);
  const mask = encrypt(counterBlocks(bytes, places, last.counterAt + last.counterBlocks));
  const mac = Buffer.alloc((last.macAt + last.macBlocks) * BLOCK_BYTES);
  for (const place of places) layOut(given, place, mask, mac);
  const tags = macsOf(encrypt, places, wordsOf(mac));
  let difference = 0;
  for (let at = 0; at < places.length; at++) {
    const { sealedAt, sealedBytes, counterAt } = places[at] as Place;
    const tagStart = sealedAt + sealedBytes - TAG_BYTES;
    for (let byte = 0; byte < TAG_BYTES; byte++) {
      const expected = (tags[at * BLOCK_BYTES + byte] as number) ^ (mask[counterAt * BLOCK_BYTES + byte] as number);
      difference |= expected ^ (bytes[tagStart + byte] as number);
    }
  }
  const opened =
    difference === 0 ? places.map(({ textAt, length }) => mac.toString("utf8", textAt, textAt + length)) : undefined;
  mac.fill(0);
  return opened;
}

function placesOf({ boundEnd, places }: ShortTexts): Place[] {
  let counterAt = 0;
  let macAt = 0;
  return places.map(({ boundAt, boundBytes, sealedAt, sealedBytes }) => {
    const length = sealedBytes - HEAD_BYTES - TAG_BYTES;
    const textBlocks = Math.ceil(length / BLOCK_BYTES);
    const bound = boundBytes + boundEnd.length;
    // Nothing bound has no blocks, not one of zeros.
    const boundBlocks = bound === 0 ? 0 : Math.ceil((2 + bound) / BLOCK_BYTES);
    const place: Place = {
      boundAt,
      boundBytes,
      sealedAt,
      sealedBytes,
      length,
      counterAt,
      counterBlocks: 1 + textBlocks,
      macAt,
      macBlocks: 1 + boundBlocks + textBlocks,
      textAt: (macAt + 1 + boundBlocks) * BLOCK_BYTES,
    };
    counterAt += place.counterBlocks;
    macAt += place.macBlocks;
    return place;
  });
}

function counterBlocks(bytes: Buffer, places: readonly Place[], count: number): Buffer {
  const blocks = Buffer.alloc(count * BLOCK_BYTES);
  for (const { sealedAt, counterAt, counterBlocks: counters } of places) {
    for (let counter = 0; counter < counters; counter++) {
      const at = (counterAt + counter) * BLOCK_BYTES;
      blocks[at] = COUNTER_FLAGS;
      bytes.copy(blocks, at + 1, sealedAt + 1, sealedAt + HEAD_BYTES);
      writeCount(blocks, at + HEAD_BYTES, counter);
    }
  }
  return blocks;
}

/** Writes what the MAC of a text goes over, and with it the text. */
function layOut({ bytes, boundEnd }: ShortTexts, place: Place, mask: Buffer, mac: Buffer): void {
  const { boundAt, boundBytes, sealedAt, length, counterAt, macAt, textAt } = place;
  const first = macAt * BLOCK_BYTES;
  const bound = boundBytes + boundEnd.length;
  mac[first] = bound > 0 ? FIRST_FLAGS : FIRST_FLAGS - 0x40;
  bytes.copy(mac, first + 1, sealedAt + 1, sealedAt + HEAD_BYTES);
  writeCount(mac, first + HEAD_BYTES, length);
  if (bound > 0) {
    mac.writeUInt16BE(bound, first + BLOCK_BYTES);
    bytes.copy(mac, first + BLOCK_BYTES + 2, boundAt, boundAt + boundBytes);
    boundEnd.copy(mac, first + BLOCK_BYTES + 2 + boundBytes);
  }
  const [from, maskAt] = [sealedAt + HEAD_BYTES, (counterAt + 1) * BLOCK_BYTES];
  for (let byte = 0; byte < length; byte++) {
    mac[textAt + byte] = (bytes[from + byte] as number) ^ (mask[maskAt + byte] as number);
  }
}

function writeCount(blocks: Buffer, at: number, count: number): void {
  blocks[at] = count >>> 16;
  blocks[at + 1] = count >>> 8;
  blocks[at + 2] = count;
}

/** The MACs behind each other: CBC over all texts at once, a block of each in every round. */
function macsOf(encrypt: (blocks: Uint8Array) => Buffer, places: readonly Place[], words: Uint32Array): Buffer {
  const macs = Buffer.alloc(places.length * BLOCK_BYTES);
  // Longest first: who is done lies behind all who are not.
  const order = places.map((_, at) => at).sort((a, b) => macBlocksAt(b) - macBlocksAt(a));
  let state: Uint32Array = new Uint32Array(places.length * BLOCK_WORDS);
  let count = order.length;
  for (let round = 0; count > 0; round++) {
    for (let rank = 0; rank < count; rank++) {
      const from = ((places[order[rank] as number] as Place).macAt + round) * BLOCK_WORDS;
      for (let word = 0; word < BLOCK_WORDS; word++) {
        state[rank * BLOCK_WORDS + word] =
          (state[rank * BLOCK_WORDS + word] as number) ^ (words[from + word] as number);
      }
    }
    const next = encrypt(new Uint8Array(state.buffer, state.byteOffset, count * BLOCK_BYTES));
    while (count > 0 && macBlocksAt(order[count - 1] as number) === round + 1) {
      count--;
      next.copy(macs, (order[count] as number) * BLOCK_BYTES, count * BLOCK_BYTES, (count + 1) * BLOCK_BYTES);
    }
    state = wordsOf(next);
  }
  return macs;

  function macBlocksAt(at: number): number {
    return (places[at] as Place).macBlocks;
  }
}

/** AES alone, block by block: what CCM is made of. */
function blockCipher(key: KeyObject): (blocks: Uint8Array) => Buffer {
  const cipher = createCipheriv("aes-256-ecb", key, null).setAutoPadding(false);
  return (blocks) => cipher.update(blocks);
}

/** In the machine's order of bytes: only XOR is done with them. */
function wordsOf(bytes: Buffer): Uint32Array {
  const isAligned = bytes.byteOffset % 4 === 0;
  const aligned = isAligned ? bytes : Uint8Array.from(bytes);
  return new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length / 4);
}
