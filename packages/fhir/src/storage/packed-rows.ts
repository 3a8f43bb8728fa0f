/**
 * Rows of current versions packed into one value: what a row costs beside its bytes, on its way and in objects, is more
 * than a card, and much beside a body. Each row is a head of fixed length and one column of ciphertext; what is in the
 * head is read when it is asked for.
 */
import type { RecordRow } from "./contract.ts";

/** Record id, version, sequence, time, subject, length of the ciphertext. */
const ID_BYTES = 16;
const VERSION_AT = ID_BYTES;
const SEQUENCE_AT = VERSION_AT + 4;
const TIME_AT = SEQUENCE_AT + 8;
const SUBJECT_AT = TIME_AT + 8;
const LENGTH_AT = SUBJECT_AT + ID_BYTES;
const HEAD_BYTES = LENGTH_AT + 4;
/** 2000-01-01, from which PostgreSQL counts microseconds. */
const EPOCH_MS = 946_684_800_000;

/** Of rows `r` with these columns, and with a ciphertext that may be null. */
export const PACKED_COLUMNS = "id, version, sequence, last_updated, subject_id";

/** The SQL that packs rows `r` of `PACKED_COLUMNS` and the column. `types`: the parameter that lists those of the rows. */
export function packedBy(column: "card" | "body", types?: string): string {
  const type = types === undefined ? "" : `int4send(array_position(${types}, r.type)) || `;
  return `string_agg(
  ${type}uuid_send(r.id) || int4send(r.version) || int8send(r.sequence) || timestamptz_send(r.last_updated)
  || coalesce(uuid_send(r.subject_id), '\\x00000000000000000000000000000000'::bytea)
  || int4send(coalesce(length(r.${column}), 0)) || coalesce(r.${column}, ''::bytea), ''::bytea)`;
}

/** Of one type, in their order. */
export function unpackRows(packed: Buffer, type: string): PackedRow[] {
  const rows: PackedRow[] = [];
  for (let at = 0; at < packed.length; at += HEAD_BYTES + packed.readInt32BE(at + LENGTH_AT)) {
    rows.push(new PackedRow(type, packed, at));
  }
  return rows;
}

/** Before each row: which of the types it has, counted from 1. */
const TYPE_BYTES = 4;

/** Packed with `types`. */
export function unpackTypedRows(packed: Buffer, types: readonly string[]): PackedRow[] {
  const rows: PackedRow[] = [];
  for (let at = 0; at < packed.length;) {
    const row = new PackedRow(types[packed.readInt32BE(at) - 1] as string, packed, at + TYPE_BYTES);
    rows.push(row);
    at = row.bodyAt + row.bodyBytes;
  }
  return rows;
}

/** Record id and version stand behind each other, as a card is bound to them. */
export const BOUND_BYTES = SEQUENCE_AT;

export function bind(recordId: string, version: number, type: string): Buffer {
  const bound = Buffer.alloc(BOUND_BYTES + type.length);
  bound.write(recordId.replaceAll("-", ""), "hex");
  bound.writeInt32BE(version, VERSION_AT);
  bound.write(type, BOUND_BYTES);
  return bound;
}

/** One row. */
export class PackedRow implements RecordRow {
  readonly type: string;
  /** Where it begins among all. */
  readonly at: number;
  readonly #packed: Buffer;

  constructor(type: string, packed: Buffer, at: number) {
    this.type = type;
    this.at = at;
    this.#packed = packed;
  }

  get id(): string {
    return uuidAt(this.#packed, this.at);
  }

  get version(): number {
    return this.#packed.readInt32BE(this.at + VERSION_AT);
  }

  get sequence(): bigint {
    return this.#packed.readBigInt64BE(this.at + SEQUENCE_AT);
  }

  get last_updated(): Date {
    return new Date(this.updatedMs);
  }

  /** Of `last_updated`. */
  get updatedMs(): number {
    const high = this.#packed.readInt32BE(this.at + TIME_AT);
    const low = this.#packed.readUInt32BE(this.at + TIME_AT + 4);
    return EPOCH_MS + Math.floor((high * 0x1_0000_0000 + low) / 1_000);
  }

  get subject_id(): string | null {
    const start = this.at + SUBJECT_AT;
    for (let at = start; at < start + ID_BYTES; at++) {
      if (this.#packed[at] !== 0) return uuidAt(this.#packed, start);
    }
    return null;
  }

  isOfSameSubject({ at }: PackedRow): boolean {
    for (let byte = SUBJECT_AT; byte < LENGTH_AT; byte++) {
      if (this.#packed[this.at + byte] !== this.#packed[at + byte]) return false;
    }
    return true;
  }

  /** Only what is current and not deleted is packed. */
  get deleted(): false {
    return false;
  }

  get bodyAt(): number {
    return this.at + HEAD_BYTES;
  }

  get bodyBytes(): number {
    return this.#packed.readInt32BE(this.at + LENGTH_AT);
  }

  get body(): Buffer {
    return this.#packed.subarray(this.bodyAt, this.bodyAt + this.bodyBytes);
  }
}

const HEX = Buffer.from("0123456789abcdef");
const DASH = 0x2d;
/** Written anew for each id: one string of it costs less than five put together. */
const digits = Buffer.alloc(36, DASH);

function uuidAt(packed: Buffer, from: number): string {
  let to = 0;
  for (let at = 0; at < ID_BYTES; at++) {
    const byte = packed[from + at] as number;
    if (at === 4 || at === 6 || at === 8 || at === 10) to++;
    digits[to++] = HEX[byte >> 4] as number;
    digits[to++] = HEX[byte & 15] as number;
  }
  return digits.toString("latin1");
}
