/**
 * Columns in PostgreSQL's binary form (each type's `send` function): a ciphertext as text is hex, twice as long, written
 * there and read here again, and a time or an id as text costs more than its bytes.
 *
 * INVARIANT: a value is the same in either form. A type whose two forms could differ (`real`, `numeric`) has no reader,
 * and a statement that answers with one of these comes as text.
 */
import { assert } from "@ward/core";

/** `length` bytes from `at`, which are good only now: what is kept is copied. */
export type ReadBinary = (bytes: Buffer, at: number, length: number) => unknown;

/** One for each column, since it may remember the last value. Undefined where the type is read as text. */
export function binaryReaderOf(typeId: number): ReadBinary | undefined {
  return READERS.get(typeId)?.();
}

/** 2000-01-01, from which PostgreSQL counts microseconds. */
export const EPOCH_MS = 946_684_800_000;
const HIGHEST = 0x7fff_ffff;
const LOWEST = -0x8000_0000;

/** Longer ones are seldom the same as the last. */
const REMEMBERED_TEXT = 24;

/** Codes, types and names are mostly those of the row before, and comparing costs less than making a string. */
function textReader(): ReadBinary {
  let last = "";
  return (bytes, at, length) => {
    if (length === last.length && isAscii(bytes, at, last)) return last;
    const value = bytes.toString("utf8", at, at + length);
    // As many characters as bytes: all of them ASCII.
    if (length <= REMEMBERED_TEXT && value.length === length) last = value;
    return value;
  };
}

function isAscii(bytes: Buffer, at: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) if (bytes[at + index] !== text.charCodeAt(index)) return false;
  return true;
}

/** By byte: the codes of its two hexadecimal digits. */
const HIGH = Uint8Array.from({ length: 256 }, (_, byte) => (byte >> 4).toString(16).charCodeAt(0));
const LOW = Uint8Array.from({ length: 256 }, (_, byte) => (byte & 15).toString(16).charCodeAt(0));

/** Rows that are found together are mostly of one subject. */
function uuidReader(): ReadBinary {
  let last: string | undefined;
  const kept = new Uint8Array(16);
  return (bytes, at) => {
    let same = last !== undefined;
    for (let index = 0; index < 16; index++) {
      const byte = bytes[at + index] as number;
      if (kept[index] === byte) continue;
      kept[index] = byte;
      same = false;
    }
    if (!same) last = uuidOf(kept);
    return last;
  };
}

function uuidOf(b: Uint8Array): string {
  const high = (at: number): number => HIGH[b[at] as number] as number;
  const low = (at: number): number => LOW[b[at] as number] as number;
  // prettier-ignore
  return String.fromCharCode(
    high(0), low(0), high(1), low(1), high(2), low(2), high(3), low(3), 0x2d,
    high(4), low(4), high(5), low(5), 0x2d, high(6), low(6), high(7), low(7), 0x2d,
    high(8), low(8), high(9), low(9), 0x2d, high(10), low(10), high(11), low(11),
    high(12), low(12), high(13), low(13), high(14), low(14), high(15), low(15),
  );
}

const time: ReadBinary = (bytes, at) => {
  const high = bytes.readInt32BE(at);
  const low = bytes.readUInt32BE(at + 4);
  if (high === HIGHEST && low === 0xffff_ffff) return Infinity;
  if (high === LOWEST && low === 0) return -Infinity;
  return new Date(EPOCH_MS + Math.floor((high * 0x1_0000_0000 + low) / 1_000));
};

const integer: ReadBinary = (bytes, at) => bytes.readInt32BE(at);

const SAFE_HIGH = 0x10_0000;

/** Of a safe number at once: the driver of bits in between makes four bigints of one. */
const big: ReadBinary = (bytes, at) => {
  const high = bytes.readInt32BE(at);
  if (high < -SAFE_HIGH || high >= SAFE_HIGH) return bytes.readBigInt64BE(at);
  return BigInt(high * 0x1_0000_0000 + bytes.readUInt32BE(at + 4));
};

const binary: ReadBinary = (bytes, at, length) => {
  const value = Buffer.allocUnsafe(length);
  value.set(bytes.subarray(at, at + length));
  return value;
};

const always =
  (read: ReadBinary): (() => ReadBinary) =>
  () =>
    read;

/** By type id, as in `pg_type`. */
const READERS: ReadonlyMap<number, () => ReadBinary> = new Map<number, () => ReadBinary>([
  [16, always((bytes, at) => bytes[at] === 1)],
  [17, always(binary)],
  // name, text, varchar
  [19, textReader],
  [25, textReader],
  [1043, textReader],
  [20, always(big)],
  [21, always((bytes, at) => bytes.readInt16BE(at))],
  [23, always(integer)],
  [26, always((bytes, at) => bytes.readUInt32BE(at))],
  [114, always((bytes, at, length) => JSON.parse(bytes.toString("utf8", at, at + length)) as unknown)],
  // The form's version stands before the text.
  [3802, always((bytes, at, length) => JSON.parse(bytes.toString("utf8", at + 1, at + length)) as unknown)],
  [701, always((bytes, at) => bytes.readDoubleBE(at))],
  [1184, always(time)],
  [2950, uuidReader],
  // void: no bytes, and as text none either.
  [2278, always(() => "")],
  [1001, () => arrayOf(binary)],
  [1007, () => arrayOf(integer)],
  [1009, () => arrayOf(textReader())],
  [1016, () => arrayOf(big)],
]);

/** Dimensions, whether there are nulls, element type, length, lower bound; then each element behind its length. */
function arrayOf(read: ReadBinary): ReadBinary {
  return (bytes, start) => {
    const dimensions = bytes.readInt32BE(start);
    if (dimensions === 0) return [];
    assert(dimensions === 1, "no column of ours is more than one-dimensional");
    let at = start + 20;
    return Array.from({ length: bytes.readInt32BE(start + 12) }, () => {
      const length = bytes.readInt32BE(at);
      const from = at + 4;
      at = from + Math.max(0, length);
      return length < 0 ? null : read(bytes, from, length);
    });
  };
}
