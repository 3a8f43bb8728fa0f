/**
 * Parameters in PostgreSQL's binary form (each type's `recv` function), where the server has told their types: as text an
 * array is escaped here and parsed there element by element, and a ciphertext would double in size.
 *
 * INVARIANT: the server takes a value for the same in either form. A writer takes only what it can write so; all else goes
 * as text, where the server is the judge.
 */
import utils from "pg/lib/utils.js";
import { EPOCH_MS } from "./binary-columns.ts";
import type { MessageWriter } from "./message-writer.ts";

/** Writes the value without its size, or answers false and may leave half of one behind. */
export type WriteBinary = (writer: MessageWriter, value: unknown) => boolean;

/** Undefined where the type is written as text. */
export function binaryWriterOf(typeId: number): WriteBinary | undefined {
  return WRITERS.get(typeId);
}

/** Writes a value behind its size, and answers whether it is in binary form. `write`: undefined where its type is not known. */
export function writeParameter(writer: MessageWriter, value: unknown, write: WriteBinary | undefined): boolean {
  if (value === null || value === undefined) {
    writer.int32(-1);
    return false;
  }
  const size = writer.skipSize();
  const isBinary = isWritten(writer, value, write) || isWritten(writer, value, bySelf);
  if (!isBinary) writeText(writer, value);
  writer.sizeAt(size, "without itself");
  return isBinary;
}

function isWritten(writer: MessageWriter, value: unknown, write: WriteBinary | undefined): boolean {
  if (write === undefined) return false;
  const start = writer.place;
  if (write(writer, value)) return true;
  writer.rewind(start);
  return false;
}

function writeText(writer: MessageWriter, value: unknown): void {
  const text = typeof value === "string" ? value : utils.prepareValue(value);
  if (typeof text === "string") writer.text(text);
  else throw new TypeError("a parameter has no text form");
}

const BYTEA = 17;
const INT8 = 20;
const INT4 = 23;

const bytes: WriteBinary = (writer, value) => {
  if (!(value instanceof Uint8Array)) return false;
  writer.bytes(value);
  return true;
};

const text: WriteBinary = (writer, value) => {
  if (typeof value !== "string") return false;
  writer.text(value);
  return true;
};

const boolean: WriteBinary = (writer, value) => {
  if (typeof value !== "boolean") return false;
  writer.byte(value ? 1 : 0);
  return true;
};

const integer: WriteBinary = (writer, value) => {
  if (typeof value !== "number" || (value | 0) !== value) return false;
  writer.int32(value);
  return true;
};

const BIGGEST = 2n ** 63n - 1n;
const SMALLEST = -(2n ** 63n);

const big: WriteBinary = (writer, value) => {
  if (typeof value === "bigint" && value >= SMALLEST && value <= BIGGEST) writer.bigint64(value);
  else if (Number.isSafeInteger(value)) writer.int64(value as number);
  else return false;
  return true;
};

/** Beyond it microseconds are no safe integers. */
const RANGE_MS = 8e12;

const time: WriteBinary = (writer, value) => {
  if (!(value instanceof Date)) return false;
  const milliseconds = value.getTime() - EPOCH_MS;
  // Not so for an invalid date either.
  if (!(Math.abs(milliseconds) < RANGE_MS)) return false;
  writer.int64(milliseconds * 1_000);
  return true;
};

/** Of a hexadecimal digit's code; 255 of any other. */
const DIGITS = Uint8Array.from({ length: 128 }, (_, code) => {
  const digit = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(digit) ? 255 : digit;
});

const uuid: WriteBinary = (writer, value) => {
  if (typeof value !== "string" || value.length !== 36) return false;
  for (let at = 0; at < 36; at += 2) {
    if (at === 8 || at === 13 || at === 18 || at === 23) {
      if (value.charCodeAt(at) !== 0x2d) return false;
      at++;
    }
    const high = DIGITS[value.charCodeAt(at)] ?? 255;
    const low = DIGITS[value.charCodeAt(at + 1)] ?? 255;
    if (high > 15 || low > 15) return false;
    writer.byte((high << 4) | low);
  }
  return true;
};

/** By type id, as in `pg_type`. A text's two forms are the same bytes. */
const WRITERS: ReadonlyMap<number, WriteBinary> = new Map<number, WriteBinary>([
  [16, boolean],
  [BYTEA, bytes],
  [INT8, big],
  [INT4, integer],
  [25, text],
  [1043, text],
  [1184, time],
  [2950, uuid],
  [1000, arrayOf(16, boolean)],
  [1001, arrayOf(BYTEA, bytes)],
  [1007, arrayOf(INT4, integer)],
  [1009, arrayOf(25, text)],
  [1016, arrayOf(INT8, big)],
  [1185, arrayOf(1184, time)],
  [2951, arrayOf(2950, uuid)],
]);

/** By the value alone, where the server has not told the type. The statement MUST cast such an array (`$1::bytea[]`). */
const bySelf: WriteBinary = (writer, value) => {
  if (typeof value !== "object") return false;
  if (value instanceof BigInt64Array) return arrayOfInt8(writer, value);
  if (value instanceof Int32Array) return arrayOfInt4(writer, value);
  if (Array.isArray(value)) {
    return value.length > 0 && value.every((each) => each instanceof Uint8Array) && arrayOfBytea(writer, value);
  }
  if (!ArrayBuffer.isView(value)) return false;
  writer.bytes(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  return true;
};

/** PostgreSQL's `array_send` form: dimensions, whether there are nulls, element type, length, lower bound; the elements. */
function arrayOf(elementType: number, write: WriteBinary): WriteBinary {
  return (writer, value) => {
    if (value instanceof BigInt64Array) {
      if (elementType !== INT8) return false;
      writeArrayHead(writer, elementType, value.length);
      writer.sizedBigint64s(value);
      return true;
    }
    if (!Array.isArray(value) && !(value instanceof Int32Array && elementType === INT4)) return false;
    const nulls = writeArrayHead(writer, elementType, value.length);
    for (let at = 0; at < value.length; at++) {
      const element: unknown = value[at];
      if (element === null || element === undefined) {
        writer.int32(-1);
        writer.int32At(nulls, 1);
        continue;
      }
      const size = writer.skipSize();
      if (!write(writer, element)) return false;
      writer.sizeAt(size, "without itself");
    }
    return true;
  };
}

/** Answers where it says whether there are nulls. An empty array has no dimension. */
function writeArrayHead(writer: MessageWriter, elementType: number, length: number): number {
  writer.int32(length === 0 ? 0 : 1);
  const nulls = writer.place;
  writer.int32(0);
  writer.int32(elementType);
  if (length > 0) {
    writer.int32(length);
    writer.int32(1);
  }
  return nulls;
}

const arrayOfBytea = arrayOf(BYTEA, bytes);
const arrayOfInt4 = arrayOf(INT4, integer);
const arrayOfInt8 = arrayOf(INT8, big);
