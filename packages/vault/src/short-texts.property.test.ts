import assert from "node:assert/strict";
import { createDecipheriv, createSecretKey, randomBytes } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import type { ShortTextPlace, ShortTexts } from "./contract.ts";
import { openShortTexts, sealShortText, shortTextKey } from "./short-texts.ts";

const dek = createSecretKey(randomBytes(32));
const key = shortTextKey("test.example", "Patient/1", dek);

interface Text {
  readonly bound: Uint8Array;
  readonly text: string;
}

const ends = fc.uint8Array({ maxLength: 20 });
const given = fc.array(
  fc.record({ bound: fc.uint8Array({ maxLength: 80 }), text: fc.string({ unit: "grapheme", maxLength: 120 }) }),
  { maxLength: 40 },
);

function sealAll(texts: readonly Text[], end: Uint8Array): ShortTexts {
  const boundEnd = Buffer.from(end);
  let bytes = Buffer.alloc(0);
  const places = texts.map(({ bound, text }): ShortTextPlace => {
    const sealed = sealShortText(key, Buffer.concat([bound, boundEnd]), text);
    const boundAt = bytes.length;
    bytes = Buffer.concat([bytes, bound, sealed]);
    const sealedAt = boundAt + bound.length;
    return { boundAt, boundBytes: bound.length, sealedAt, sealedBytes: sealed.length };
  });
  return { bytes, boundEnd, places };
}

const onlyFirst = (texts: ShortTexts): ShortTexts => ({ ...texts, places: texts.places.slice(0, 1) });

test("texts come back, however many are opened at once and however long they are", () => {
  fc.assert(
    fc.property(given, ends, (texts, end) => {
      assert.deepEqual(
        openShortTexts(key, sealAll(texts, end)),
        texts.map(({ text }) => text),
      );
    }),
    { numRuns: 300 },
  );
});

test("texts of the longest form come back too", () => {
  const texts = Array.from({ length: 20 }, (_, at) => ({
    bound: randomBytes(at * 800),
    text: randomBytes(35_000 - at * 1_501).toString("hex"),
  }));
  assert.deepEqual(
    openShortTexts(key, sealAll(texts, Buffer.alloc(0))),
    texts.map(({ text }) => text),
  );
});

test("none comes back where one bit of one text, or of what it is bound to, was changed", () => {
  fc.assert(
    fc.property(given, ends, fc.nat(), (texts, end, position) => {
      const sealed = sealAll(texts, end);
      fc.pre(sealed.bytes.length > 0);
      const bit = position % (sealed.bytes.length * 8);
      const bytes = Buffer.from(sealed.bytes);
      bytes[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
      assert.equal(openShortTexts(key, { ...sealed, bytes }), undefined);
    }),
    { numRuns: 500 },
  );
});

test("what is sealed is plain CCM, which any other program opens", () => {
  const [bound, text] = [Buffer.from("bound"), "a text of some length, beyond one block"];
  const sealed = sealShortText(key, bound, text);
  const decipher = createDecipheriv("aes-256-ccm", key, sealed.subarray(1, 13), { authTagLength: 16 });
  decipher.setAuthTag(sealed.subarray(-16)).setAAD(bound, { plaintextLength: text.length });
  assert.equal(decipher.update(sealed.subarray(13, -16), undefined, "utf8"), text);
  decipher.final();
});

test("another compartment's key opens none, nor another end of what is bound, nor one that is cut short", () => {
  const texts = Array.from({ length: 10 }, () => ({ bound: Buffer.of(1), text: "text" }));
  const sealed = sealAll(texts, Buffer.of(2));
  for (const some of [sealed, onlyFirst(sealed)]) {
    assert.equal(openShortTexts(key, some)?.[0], "text");
    assert.equal(openShortTexts(shortTextKey("test.example", "Patient/2", dek), some), undefined);
    assert.equal(openShortTexts(shortTextKey("other.example", "Patient/1", dek), some), undefined);
    assert.equal(openShortTexts(key, { ...some, boundEnd: Buffer.of(3) }), undefined);
    assert.equal(openShortTexts(key, { ...some, boundEnd: Buffer.alloc(0) }), undefined);
    for (const sealedBytes of [0, 1, 13, 28, 32, 34]) {
      const places = some.places.map((place) => ({ ...place, sealedBytes }));
      assert.equal(openShortTexts(key, { ...some, places }), undefined);
    }
  }
});
