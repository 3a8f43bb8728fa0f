/**
 * Bytes that one computation at a time writes and reads, from the first to the last without waiting in between, and their
 * beginnings as buffers of their own: those cost more to make than to fill.
 */
export class Scratch {
  readonly bytes: Buffer;
  readonly #beginnings: (Buffer | undefined)[] = [];

  constructor(sizeBytes: number) {
    this.bytes = Buffer.alloc(sizeBytes);
  }

  upTo(length: number): Buffer {
    return (this.#beginnings[length] ??= this.bytes.subarray(0, length));
  }
}
