/**
 * What a connection receives, message by message out of pieces that end anywhere.
 *
 * INVARIANT: a message's bytes are good only while it is handled: the piece may lie in what the next one is read into. The
 * beginning of a message whose end has not come is copied.
 */

/** `at`: behind the head. `length`: of the message, without its code, with itself (PostgreSQL protocol §54.1). */
export type HandleMessage = (at: number, code: number, length: number, bytes: Buffer) => void;

/** A code and a length. */
const HEAD = 5;
const CAPACITY = 65_536;
/** A buffer that one large message made larger than this is not kept. */
const CAPACITY_KEPT = 1_048_576;
const NOTHING = Buffer.alloc(0);

export class MessageReader {
  readonly #handle: HandleMessage;
  #begun = NOTHING;
  #length = 0;

  constructor(handle: HandleMessage) {
    this.#handle = handle;
  }

  /** The first `size` bytes of `piece`. */
  take(piece: Buffer, size: number): void {
    if (this.#length === 0) {
      const end = this.#handleWhole(piece, size);
      if (end < size) this.#keep(piece, end, size);
      return;
    }
    this.#keep(piece, 0, size);
    const end = this.#handleWhole(this.#begun, this.#length);
    if (end === 0) return;
    this.#begun.copyWithin(0, end, this.#length);
    this.#length -= end;
    if (this.#length === 0 && this.#begun.length > CAPACITY_KEPT) this.#begun = NOTHING;
  }

  /** Answers where the first message begins that is not all there. */
  #handleWhole(bytes: Buffer, size: number): number {
    let at = 0;
    while (at + HEAD <= size) {
      const length = bytes.readUInt32BE(at + 1);
      const next = at + 1 + length;
      if (next > size) break;
      this.#handle(at + HEAD, bytes[at] as number, length, bytes);
      at = next;
    }
    return at;
  }

  #keep(piece: Buffer, from: number, to: number): void {
    const length = this.#length + to - from;
    if (length > this.#begun.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(CAPACITY, length * 2));
      larger.set(this.#begun.subarray(0, this.#length));
      this.#begun = larger;
    }
    this.#begun.set(piece.subarray(from, to), this.#length);
    this.#length = length;
  }
}
