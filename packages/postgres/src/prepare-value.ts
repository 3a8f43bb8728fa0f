/**
 * Values as the server takes them. Arrays of bytes and of integers go in binary (PostgreSQL's `array_send` form): as text
 * a ciphertext would double in size, be written in hex here and be read from hex there. The statement MUST cast such a
 * parameter (`$1::bytea[]`, `$2::bigint[]`, `$3::integer[]`), since the form says its element type.
 */
import utils from "pg/lib/utils.js";

const BYTEA = 17;
const INT8 = 20;
const INT4 = 23;
/** Dimensions, flags, element type, length, lower bound. */
const HEAD_BYTES = 20;

export function prepareValue(value: unknown): unknown {
  if (value instanceof BigInt64Array) return integers(value);
  if (value instanceof Int32Array) return integers(value);
  if (Array.isArray(value) && value.length > 0 && value.every((each) => each instanceof Uint8Array)) {
    return byteArrays(value);
  }
  return utils.prepareValue(value);
}

function byteArrays(values: readonly Uint8Array[]): Buffer {
  const buffer = Buffer.allocUnsafe(values.reduce((size, each) => size + 4 + each.length, HEAD_BYTES));
  let at = writeHead(buffer, BYTEA, values.length);
  for (const each of values) {
    at = buffer.writeInt32BE(each.length, at);
    buffer.set(each, at);
    at += each.length;
  }
  return buffer;
}

function integers(values: BigInt64Array | Int32Array): Buffer {
  const width = values.BYTES_PER_ELEMENT;
  const buffer = Buffer.allocUnsafe(HEAD_BYTES + values.length * (4 + width));
  let at = writeHead(buffer, width === 8 ? INT8 : INT4, values.length);
  for (const each of values) {
    at = buffer.writeInt32BE(width, at);
    at = typeof each === "bigint" ? buffer.writeBigInt64BE(each, at) : buffer.writeInt32BE(each, at);
  }
  // An empty array has no dimension.
  return values.length === 0 ? Buffer.from([...new Uint8Array(8), ...buffer.subarray(8, 12)]) : buffer;
}

function writeHead(buffer: Buffer, elementType: number, length: number): number {
  let at = 0;
  for (const word of [1, 0, elementType, length, 1]) at = buffer.writeInt32BE(word, at);
  return at;
}
