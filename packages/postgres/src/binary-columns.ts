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

/** Undefined where the type is read as text. */
export function binaryReaderOf(typeId: number): ReadBinary | undefined {
  return READERS.get(typeId);
}

/** 2000-01-01, from which PostgreSQL counts microseconds. */
const EPOCH_MS = 946_684_800_000;
const HIGHEST = 0x7fff_ffff;
const LOWEST = -0x8000_0000;

const text: ReadBinary = (bytes, at, length) => bytes.toString("utf8", at, at + length);

const uuid: ReadBinary = (bytes, at) => {
  const hex = bytes.toString("hex", at, at + 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};

const time: ReadBinary = (bytes, at) => {
  const high = bytes.readInt32BE(at);
  const low = bytes.readUInt32BE(at + 4);
  if (high === HIGHEST && low === 0xffff_ffff) return Infinity;
  if (high === LOWEST && low === 0) return -Infinity;
  return new Date(EPOCH_MS + Math.floor((high * 0x1_0000_0000 + low) / 1_000));
};

const integer: ReadBinary = (bytes, at) => bytes.readInt32BE(at);
const big: ReadBinary = (bytes, at) => bytes.readBigInt64BE(at);
const binary: ReadBinary = (bytes, at, length) => Buffer.from(bytes.subarray(at, at + length));

/** By type id, as in `pg_type`. */
const READERS: ReadonlyMap<number, ReadBinary> = new Map<number, ReadBinary>([
  [16, (bytes, at) => bytes[at] === 1],
  [17, binary],
  // name, text, varchar
  [19, text],
  [25, text],
  [1043, text],
  [20, big],
  [21, (bytes, at) => bytes.readInt16BE(at)],
  [23, integer],
  [26, (bytes, at) => bytes.readUInt32BE(at)],
  [114, (bytes, at, length) => JSON.parse(bytes.toString("utf8", at, at + length)) as unknown],
  // The form's version stands before the text.
  [3802, (bytes, at, length) => JSON.parse(bytes.toString("utf8", at + 1, at + length)) as unknown],
  [701, (bytes, at) => bytes.readDoubleBE(at)],
  [1184, time],
  [2950, uuid],
  // void: no bytes, and as text none either.
  [2278, () => ""],
  [1001, arrayOf(binary)],
  [1007, arrayOf(integer)],
  [1009, arrayOf(text)],
  [1016, arrayOf(big)],
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
