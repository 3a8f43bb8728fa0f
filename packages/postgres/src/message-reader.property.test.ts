import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MessageReader } from "./message-reader.ts";

interface Message {
  readonly code: number;
  readonly body: string;
}

const body = fc.oneof(
  { weight: 5, arbitrary: fc.string({ maxLength: 30 }) },
  { weight: 5, arbitrary: fc.nat({ max: 3_000 }).map((length) => "x".repeat(length)) },
  { weight: 1, arbitrary: fc.nat({ max: 150_000 }).map((length) => "y".repeat(length)) },
);
const messages = fc.array(fc.record({ code: fc.integer({ min: 1, max: 255 }), body }, { noNullPrototype: true }), {
  maxLength: 12,
});
const PIECE_MAX = 70_000;
const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: PIECE_MAX })), {
  minLength: 1,
});

function bytesOf({ code, body }: Message): Buffer {
  const text = Buffer.from(body);
  const head = Buffer.of(code, 0, 0, 0, 0);
  head.writeUInt32BE(text.length + 4, 1);
  return Buffer.concat([head, text]);
}

test("messages come out whole and in order, wherever the pieces end, though each is read into the same place", () => {
  fc.assert(
    fc.property(messages, sizes, (sent, ends) => {
      const all = Buffer.concat(sent.map(bytesOf));
      const got: Message[] = [];
      const reader = new MessageReader((at, code, length, bytes) => {
        got.push({ code, body: bytes.toString("utf8", at, at + length - 4) });
      });
      const place = Buffer.alloc(PIECE_MAX);
      let from = 0;
      for (let turn = 0; from < all.length; turn += 1) {
        const size = Math.min(ends[turn % ends.length] ?? 1, all.length - from);
        all.copy(place, 0, from, from + size);
        reader.take(place, size);
        from += size;
      }
      assert.deepEqual(got, sent);
    }),
    { numRuns: 200 },
  );
});
