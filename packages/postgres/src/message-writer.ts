/**
 * What a connection sends, message behind message in one buffer that it keeps, so that a group goes to the socket in one
 * write and costs no allocation of its own.
 *
 * INVARIANT: what `take` gives is good until the next message is written. The next group is written only after the
 * server has answered the `Sync` at the end of the last one, and so has read all of it.
 */
const CAPACITY = 16_384;
/** A buffer that one large value made larger than this is not kept. */
const CAPACITY_KEPT = 1_048_576;
/** A short text of ASCII is written faster here than by a call out of JavaScript. */
const SHORT_TEXT = 64;

export class MessageWriter {
  #bytes = Buffer.allocUnsafeSlow(CAPACITY);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  /** Where the next byte goes: for `sizeAt` and `rewind`. */
  get place(): number {
    return this.#at;
  }

  /** Drops what was written from there on. */
  rewind(place: number): void {
    this.#at = place;
  }

  /** Begins a message; `sizeAt` of what this gives ends it. */
  begin(code: number): number {
    this.#reserve(5);
    this.#bytes[this.#at] = code;
    const size = this.#at + 1;
    this.#at += 5;
    return size;
  }

  /** Leaves room for a size. */
  skipSize(): number {
    const size = this.#at;
    this.#reserve(4);
    this.#at += 4;
    return size;
  }

  /** The size of what was written from `place` on. A message's counts itself, a value's does not. */
  sizeAt(place: number, counted: "with itself" | "without itself"): void {
    this.#view.setInt32(place, this.#at - place - (counted === "with itself" ? 0 : 4));
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = value;
  }

  int16(value: number): void {
    this.#reserve(2);
    this.#view.setInt16(this.#at, value);
    this.#at += 2;
  }

  int16At(place: number, value: number): void {
    this.#view.setInt16(place, value);
  }

  int32(value: number): void {
    this.#reserve(4);
    this.#view.setInt32(this.#at, value);
    this.#at += 4;
  }

  int32At(place: number, value: number): void {
    this.#view.setInt32(place, value);
  }

  /** A safe integer, negative ones too. */
  int64(value: number): void {
    this.#reserve(8);
    this.#view.setInt32(this.#at, Math.floor(value / 0x1_0000_0000));
    this.#view.setUint32(this.#at + 4, value >>> 0);
    this.#at += 8;
  }

  bigint64(value: bigint): void {
    this.#reserve(8);
    this.#view.setBigInt64(this.#at, value);
    this.#at += 8;
  }

  /** Each behind its size, as an array's elements are. */
  sizedBigint64s(values: BigInt64Array): void {
    this.#reserve(values.length * 12);
    const view = this.#view;
    let at = this.#at;
    for (let index = 0; index < values.length; index++) {
      view.setInt32(at, 8);
      view.setBigInt64(at + 4, values[index] as bigint);
      at += 12;
    }
    this.#at = at;
  }

  bytes(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
  }

  /** In UTF-8. */
  text(value: string): void {
    const { length } = value;
    this.#reserve(length * 3);
    if (length <= SHORT_TEXT && this.#ascii(value)) this.#at += length;
    else this.#at += this.#bytes.write(value, this.#at, "utf8");
  }

  zeroEnded(value: string): void {
    this.text(value);
    this.byte(0);
  }

  /** What was written since the last time. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#at);
    this.#at = 0;
    if (this.#bytes.length > CAPACITY_KEPT) this.#grow(CAPACITY);
    return taken;
  }

  #ascii(value: string): boolean {
    const bytes = this.#bytes;
    const start = this.#at;
    for (let at = 0; at < value.length; at++) {
      const code = value.charCodeAt(at);
      if (code > 0x7f) return false;
      bytes[start + at] = code;
    }
    return true;
  }

  #reserve(size: number): void {
    if (this.#at + size > this.#bytes.length) this.#grow(Math.max(this.#bytes.length * 2, this.#at + size));
  }

  #grow(capacity: number): void {
    const written = this.#bytes.subarray(0, this.#at);
    this.#bytes = Buffer.allocUnsafeSlow(capacity);
    this.#view = new DataView(this.#bytes.buffer);
    this.#bytes.set(written);
  }
}
