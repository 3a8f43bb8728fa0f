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
const WORD_BYTES = 4;
const BLOCK_WORDS = BLOCK_BYTES / WORD_BYTES;
/** Three bytes are left in a counter block to count with, and in the first block to say how long the text is. */
const COUNTER_FLAGS = 2;
const FIRST_FLAGS = 0x40 + 8 * ((TAG_BYTES - 2) / 2) + COUNTER_FLAGS;
/** What stands before the bound bytes says their length in two bytes below this one. */
const BOUND_MAX_BYTES = 0xfeff;
/** Fewer are opened one by one: a round of the MAC costs a call, however few texts there are. */
const FEW = 4;

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

/** Where the texts' blocks lie among those of all; behind the last one, where they end. */
interface Layout {
  /** Of the counter blocks: one that masks the tag, and one for each block of the text. */
  readonly counterAt: Int32Array;
  /** Of what the MAC goes over: the first block, the bound bytes behind their length, the text; zeros between. */
  readonly macAt: Int32Array;
}

function openTogether(key: KeyObject, given: ShortTexts): readonly string[] | undefined {
  const { places } = given;
  const layout = layoutOf(given);
  const encrypt = blockCipher(key);
  const counters = counterBlocks(given, layout);
  const mask = encrypt(counters);
  const mac = Buffer.alloc((layout.macAt[places.length] as number) * BLOCK_BYTES);
  layOutTexts(given, layout, counters, mask, mac);
  const tags = macsOf(encrypt, layout.macAt, wordsOf(mac));
  const opened = areTags(given, layout, tags, mask) ? readTexts(given, layout, mac) : undefined;
  mac.fill(0);
  return opened;
}

function layoutOf({ boundEnd, places }: ShortTexts): Layout {
  const counterAt = new Int32Array(places.length + 1);
  const macAt = new Int32Array(places.length + 1);
  for (let text = 0; text < places.length; text++) {
    const { boundBytes, sealedBytes } = places[text] as ShortTextPlace;
    const textBlocks = Math.ceil((sealedBytes - HEAD_BYTES - TAG_BYTES) / BLOCK_BYTES);
    const bound = boundBytes + boundEnd.length;
    // Nothing bound has no blocks, not one of zeros.
    const boundBlocks = bound === 0 ? 0 : Math.ceil((2 + bound) / BLOCK_BYTES);
    counterAt[text + 1] = (counterAt[text] as number) + 1 + textBlocks;
    macAt[text + 1] = (macAt[text] as number) + 1 + boundBlocks + textBlocks;
  }
  return { counterAt, macAt };
}

/** Flags, nonce and a count each. */
function counterBlocks({ bytes, places }: ShortTexts, { counterAt }: Layout): Buffer {
  const blocks = Buffer.alloc((counterAt[places.length] as number) * BLOCK_BYTES);
  const words = wordsOf(blocks);
  for (let text = 0; text < places.length; text++) {
    const first = counterAt[text] as number;
    const end = counterAt[text + 1] as number;
    const nonceAt = (places[text] as ShortTextPlace).sealedAt + 1;
    blocks[first * BLOCK_BYTES] = COUNTER_FLAGS;
    for (let byte = 0; byte < NONCE_BYTES; byte++) {
      blocks[first * BLOCK_BYTES + 1 + byte] = bytes[nonceAt + byte] as number;
    }
    for (let block = first + 1; block < end; block++) {
      copyBlock(words, block, words, first);
      writeCount(blocks, block * BLOCK_BYTES + HEAD_BYTES, block - first);
    }
  }
  return blocks;
}

/** Writes what the MACs of the texts go over, and with it the texts. */
function layOutTexts(
  { bytes, boundEnd, places }: ShortTexts,
  { counterAt, macAt }: Layout,
  counters: Buffer,
  mask: Buffer,
  mac: Buffer,
): void {
  const [counterWords, maskWords, macWords] = [wordsOf(counters), wordsOf(mask), wordsOf(mac)];
  for (let text = 0; text < places.length; text++) {
    const { boundAt, boundBytes, sealedAt, sealedBytes } = places[text] as ShortTextPlace;
    const length = sealedBytes - HEAD_BYTES - TAG_BYTES;
    const counter = counterAt[text] as number;
    const first = (macAt[text] as number) * BLOCK_BYTES;
    const end = (macAt[text + 1] as number) * BLOCK_BYTES;
    copyBlock(macWords, macAt[text] as number, counterWords, counter);
    const bound = boundBytes + boundEnd.length;
    mac[first] = bound > 0 ? FIRST_FLAGS : FIRST_FLAGS - 0x40;
    writeCount(mac, first + HEAD_BYTES, length);
    if (bound > 0) {
      mac[first + BLOCK_BYTES] = bound >>> 8;
      mac[first + BLOCK_BYTES + 1] = bound;
      bytes.copy(mac, first + BLOCK_BYTES + 2, boundAt, boundAt + boundBytes);
      boundEnd.copy(mac, first + BLOCK_BYTES + 2 + boundBytes);
    }
    const textBlocks = (counterAt[text + 1] as number) - counter - 1;
    const textAt = end - textBlocks * BLOCK_BYTES;
    bytes.copy(mac, textAt, sealedAt + HEAD_BYTES, sealedAt + HEAD_BYTES + length);
    const maskWord = (counter + 1) * BLOCK_WORDS;
    const textWord = textAt / WORD_BYTES;
    for (let word = 0; word < textBlocks * BLOCK_WORDS; word++) {
      macWords[textWord + word] = (macWords[textWord + word] as number) ^ (maskWords[maskWord + word] as number);
    }
    for (let byte = textAt + length; byte < end; byte++) mac[byte] = 0;
  }
}

function areTags({ bytes, places }: ShortTexts, { counterAt }: Layout, tags: Buffer, mask: Buffer): boolean {
  let difference = 0;
  for (let text = 0; text < places.length; text++) {
    const { sealedAt, sealedBytes } = places[text] as ShortTextPlace;
    const given = sealedAt + sealedBytes - TAG_BYTES;
    const masked = (counterAt[text] as number) * BLOCK_BYTES;
    for (let byte = 0; byte < TAG_BYTES; byte++) {
      const expected = (tags[text * BLOCK_BYTES + byte] as number) ^ (mask[masked + byte] as number);
      difference |= expected ^ (bytes[given + byte] as number);
    }
  }
  return difference === 0;
}

function readTexts({ places }: ShortTexts, { counterAt, macAt }: Layout, mac: Buffer): readonly string[] {
  return places.map(({ sealedBytes }, text) => {
    const textBlocks = (counterAt[text + 1] as number) - (counterAt[text] as number) - 1;
    const textAt = ((macAt[text + 1] as number) - textBlocks) * BLOCK_BYTES;
    return mac.toString("utf8", textAt, textAt + sealedBytes - HEAD_BYTES - TAG_BYTES);
  });
}

function writeCount(blocks: Buffer, at: number, count: number): void {
  blocks[at] = count >>> 16;
  blocks[at + 1] = count >>> 8;
  blocks[at + 2] = count;
}

function copyBlock(into: Uint32Array, intoBlock: number, from: Uint32Array, fromBlock: number): void {
  for (let word = 0; word < BLOCK_WORDS; word++) {
    into[intoBlock * BLOCK_WORDS + word] = from[fromBlock * BLOCK_WORDS + word] as number;
  }
}

/** The MACs behind each other: CBC over all texts at once, a block of each in every round. */
function macsOf(encrypt: (blocks: Uint8Array) => Buffer, macAt: Int32Array, words: Uint32Array): Buffer {
  const count = macAt.length - 1;
  const macs = Buffer.alloc(count * BLOCK_BYTES);
  const blocksOf = (text: number): number => (macAt[text + 1] as number) - (macAt[text] as number);
  // Longest first: who is done lies behind all who are not.
  const order = Array.from({ length: count }, (_, text) => text).sort((a, b) => blocksOf(b) - blocksOf(a));
  const state = Buffer.alloc(count * BLOCK_BYTES);
  const stateWords = wordsOf(state);
  let before = stateWords;
  for (let [round, left] = [0, count]; left > 0; round++) {
    for (let rank = 0; rank < left; rank++) {
      const from = ((macAt[order[rank] as number] as number) + round) * BLOCK_WORDS;
      for (let word = 0; word < BLOCK_WORDS; word++) {
        const at = rank * BLOCK_WORDS + word;
        stateWords[at] = (before[at] as number) ^ (words[from + word] as number);
      }
    }
    const next = encrypt(state.subarray(0, left * BLOCK_BYTES));
    while (left > 0 && blocksOf(order[left - 1] as number) === round + 1) {
      left--;
      next.copy(macs, (order[left] as number) * BLOCK_BYTES, left * BLOCK_BYTES, (left + 1) * BLOCK_BYTES);
    }
    before = wordsOf(next);
  }
  return macs;
}

/** AES alone, block by block: what CCM is made of. */
function blockCipher(key: KeyObject): (blocks: Uint8Array) => Buffer {
  const cipher = createCipheriv("aes-256-ecb", key, null).setAutoPadding(false);
  return (blocks) => cipher.update(blocks);
}

/** The same bytes, in the machine's order: words are only copied and put through XOR. */
function wordsOf(bytes: Buffer): Uint32Array {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / WORD_BYTES);
}
