/**
 * MLLP framing (HL7 Transport Specification: MLLP, release 1): VT message FS CR. Takes bytes as they come, however they
 * are cut, in time linear in their number, and holds at most one message of `messageMaxBytes`.
 */

const VT = 0x0b;
const FS = 0x1c;
const CR = 0x0d;

export type Frame =
  | { readonly kind: "message"; readonly bytes: Buffer }
  /** Larger than the limit; `head` is its beginning, for the answer. The stream can't be read on. */
  | { readonly kind: "oversize"; readonly head: Buffer }
  /** More bytes outside of frames than a peer that speaks MLLP would send. The stream can't be read on. */
  | { readonly kind: "noise" };

export interface FrameLimits {
  readonly messageMaxBytes: number;
  readonly noiseMaxBytes: number;
}

const HEAD_BYTES = 4096;

export class MllpFrames {
  readonly #limits: FrameLimits;
  /** Grows by doubling, so that a peer sending byte by byte costs no more than one sending all at once. */
  #buffer = Buffer.alloc(0);
  #size = 0;
  #inFrame = false;
  /** The last byte of a frame so far is FS; the next decides whether it ends there. */
  #sawFs = false;
  #noise = 0;
  #broken = false;

  constructor(limits: FrameLimits) {
    this.#limits = limits;
  }

  /** True while a frame has begun and not ended. */
  get isOpen(): boolean {
    return this.#inFrame;
  }

  /** The frames that `chunk` completes, in order. Nothing more comes after `oversize` or `noise`. */
  *push(chunk: Buffer): Generator<Frame, void> {
    let at = 0;
    while (at < chunk.length && !this.#broken) {
      at = this.#inFrame ? yield* this.#continueFrame(chunk, at) : yield* this.#findStart(chunk, at);
    }
  }

  *#findStart(chunk: Buffer, from: number): Generator<Frame, number> {
    const start = chunk.indexOf(VT, from);
    this.#noise += (start === -1 ? chunk.length : start) - from;
    if (this.#noise > this.#limits.noiseMaxBytes) {
      this.#broken = true;
      yield { kind: "noise" };
      return chunk.length;
    }
    if (start === -1) return chunk.length;
    this.#inFrame = true;
    return start + 1;
  }

  *#continueFrame(chunk: Buffer, from: number): Generator<Frame, number> {
    let search = from;
    if (this.#sawFs) {
      this.#sawFs = false;
      if (chunk[from] === CR) {
        this.#size -= 1;
        yield this.#size > this.#limits.messageMaxBytes ? this.#overflow() : this.#finish();
        return from + 1;
      }
    }
    for (;;) {
      const end = chunk.indexOf(FS, search);
      if (end === -1 || end === chunk.length - 1) {
        this.#sawFs = end !== -1;
        this.#keep(chunk.subarray(from));
        if (this.#size > this.#limits.messageMaxBytes + 1) yield this.#overflow();
        return chunk.length;
      }
      if (chunk[end + 1] === CR) {
        this.#keep(chunk.subarray(from, end));
        yield this.#size > this.#limits.messageMaxBytes ? this.#overflow() : this.#finish();
        return end + 2;
      }
      search = end + 1;
    }
  }

  #keep(bytes: Buffer): void {
    const needed = this.#size + bytes.length;
    if (needed > this.#buffer.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#buffer.length * 2, HEAD_BYTES));
      this.#buffer.copy(grown, 0, 0, this.#size);
      this.#buffer = grown;
    }
    bytes.copy(this.#buffer, this.#size);
    this.#size = needed;
  }

  #finish(): Frame {
    return { kind: "message", bytes: this.#take() };
  }

  #overflow(): Frame {
    this.#broken = true;
    return { kind: "oversize", head: this.#take().subarray(0, HEAD_BYTES) };
  }

  #take(): Buffer {
    const bytes = this.#buffer.subarray(0, this.#size);
    this.#buffer = Buffer.alloc(0);
    this.#size = 0;
    this.#noise = 0;
    this.#inFrame = false;
    return bytes;
  }
}

/** `message` as it goes over the wire. */
export function frame(message: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(VT), message, Buffer.of(FS, CR)]);
}
