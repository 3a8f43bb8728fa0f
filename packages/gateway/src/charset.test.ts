import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeBytes } from "./charset.ts";

function bytes(charset: string, ...tail: readonly number[]): Buffer {
  const head = `MSH|^~\\&|LAB|N|W|S|2026||ORU^R01|C1|P|2.5.1||||||${charset}\rPID|1||A||`;
  return Buffer.concat([Buffer.from(head, "latin1"), Buffer.from(tail)]);
}

function lastCharacter(charset: string, ...tail: readonly number[]): string {
  const decoded = decodeBytes(bytes(charset, ...tail));
  return decoded.ok ? (decoded.text.split("||").at(-1) ?? "") : decoded.reason;
}

test("reads each character set that MSH-18 may declare", () => {
  assert.equal(lastCharacter("UNICODE UTF-8", 0xc5, 0x81), "Ł");
  assert.equal(lastCharacter("", 0xc5, 0x81), "Ł");
  assert.equal(lastCharacter("8859/1", 0xeb, 0x80), "ë\u0080");
  assert.equal(lastCharacter("8859/2", 0xa3), "Ł");
  assert.equal(lastCharacter("8859/5", 0xb6), "Ж");
  assert.equal(lastCharacter("8859/7", 0xe1), "α");
  assert.equal(lastCharacter("8859/8", 0xe0), "א");
  assert.equal(lastCharacter("8859/9", 0xdd, 0xfd, 0xe7), "İıç");
  assert.equal(lastCharacter("8859/15", 0xa4), "€");
  assert.equal(lastCharacter("ASCII", 0x41), "A");
});

test("refuses bytes that are not of the declared set, and sets that it does not know", () => {
  assert.equal(lastCharacter("UNICODE UTF-8", 0xeb), "bytes-invalid");
  assert.equal(lastCharacter("", 0xc5), "bytes-invalid");
  assert.equal(lastCharacter("ASCII", 0xeb), "bytes-invalid");
  assert.equal(lastCharacter("8859/7", 0xff), "bytes-invalid");
  assert.equal(lastCharacter("ISO IR87", 0x41), "charset-unknown");
});

test("takes the set that is declared first, as the standard does", () => {
  assert.equal(lastCharacter("8859/1~UNICODE UTF-8", 0xeb), "ë");
});
