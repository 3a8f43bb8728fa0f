import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { frame, MllpFrames } from "./mllp-frames.ts";

const LIMITS = { messageMaxBytes: 64, noiseMaxBytes: 16 };
/** Bytes that may stand in a message: anything that is not FS followed by CR, nor ends in FS. */
const message = fc
  .array(fc.constantFrom(0x0b, 0x0d, 0x1c, 0x41, 0x00, 0xff), { maxLength: 64 })
  .map((bytes) => Buffer.from(bytes))
  .filter((bytes) => !bytes.includes(Buffer.of(0x1c, 0x0d)) && bytes.at(-1) !== 0x1c);

function read(frames: MllpFrames, chunks: readonly Buffer[]): string[] {
  return chunks.flatMap((chunk) =>
    [...frames.push(chunk)].map((found) => (found.kind === "message" ? found.bytes.toString("hex") : found.kind)),
  );
}

function cut(bytes: Buffer, at: readonly number[]): Buffer[] {
  const edges = [0, ...[...new Set(at.map((edge) => edge % (bytes.length + 1)))].sort((a, b) => a - b), bytes.length];
  return edges.slice(1).map((edge, index) => bytes.subarray(edges[index] ?? 0, edge));
}

test("finds the same messages however the stream is cut", () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 5 }), fc.array(fc.nat(), { maxLength: 20 }), (messages, edges) => {
      const stream = Buffer.concat([
        Buffer.from("noise"),
        ...messages.flatMap((one) => [frame(one), Buffer.from("\r\n")]),
      ]);
      const expected = messages.map((one) => one.toString("hex"));
      assert.deepEqual(read(new MllpFrames(LIMITS), cut(stream, edges)), expected);
      assert.deepEqual(
        read(
          new MllpFrames(LIMITS),
          [...stream].map((byte) => Buffer.of(byte)),
        ),
        expected,
      );
    }),
  );
});

test("stops at a message larger than the limit, wherever it is cut", () => {
  for (const size of [64, 65, 66, 500]) {
    const stream = Buffer.concat([frame(Buffer.alloc(size, 0x41)), frame(Buffer.from("next"))]);
    for (let edge = 0; edge <= stream.length; edge += 1) {
      const [first] = read(new MllpFrames(LIMITS), cut(stream, [edge]));
      assert.equal(first, size === 64 ? "41".repeat(64) : "oversize", `${size} bytes cut at ${edge}`);
    }
    const bytewise = read(
      new MllpFrames(LIMITS),
      [...stream].map((byte) => Buffer.of(byte)),
    );
    assert.deepEqual(bytewise, size === 64 ? ["41".repeat(64), Buffer.from("next").toString("hex")] : ["oversize"]);
  }
});

test("stops at more noise than the limit", () => {
  const frames = new MllpFrames(LIMITS);
  assert.deepEqual(read(frames, [Buffer.from("GET / HTTP/1.1\r\n")]), []);
  assert.deepEqual(read(frames, [Buffer.from("h"), frame(Buffer.from("m"))]), ["noise"]);
});

test("reads four megabytes that come byte by byte", () => {
  const frames = new MllpFrames({ messageMaxBytes: 4 * 1024 * 1024, noiseMaxBytes: 16 });
  const bytes = frame(Buffer.alloc(4 * 1024 * 1024, 0x1c));
  let found = 0;
  for (const byte of bytes) found += [...frames.push(Buffer.of(byte))].length;
  assert.equal(found, 1);
});
