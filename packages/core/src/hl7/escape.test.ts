import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeText, DEFAULT_DELIMITERS, encodeText } from "./index.ts";

function decode(text: string): string {
  return decodeText(text, DEFAULT_DELIMITERS);
}

test("reads the five delimiters", () => {
  assert.equal(decode("a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f"), "a|b^c&d~e\\f");
});

test("reads hexadecimal data as UTF-8, else as Latin-1", () => {
  assert.equal(decode("a\\X0D0A\\b"), "a\r\nb");
  assert.equal(decode("\\XC5BB\\aneta"), "Żaneta");
  assert.equal(decode("Z\\XEB\\"), "Zë");
});

test("reads formatting commands as line breaks and blanks", () => {
  assert.equal(decode("one\\.br\\two\\.sp\\three\\.sp2\\four\\.ce\\five"), "one\ntwo\nthree\n\nfour\nfive");
  assert.equal(decode("\\.in+4\\\\H\\bold\\N\\\\.sk 3\\."), "bold   .");
  assert.equal(decode("\\.sp999\\").length, 100);
});

test("shows that a switch of character set or a private sequence could not be read", () => {
  assert.equal(decode("a\\C2842\\b\\M1A2B3C\\c\\Zlogo\\d"), "a\uFFFDb\uFFFDc\uFFFDd");
});

test("leaves an unknown or unterminated sequence as it was sent", () => {
  assert.equal(decode("C:\\labs\\results"), "C:\\labs\\results");
  assert.equal(decode("C:\\labs\\F\\x"), "C:\\labs|x");
  assert.equal(decode("50\\"), "50\\");
  assert.equal(decode("\\\\"), "\\\\");
  assert.equal(decode("\\XZZ\\ \\X0\\"), "\\XZZ\\ \\X0\\");
});

test("escapes what would end a field, a segment or read as null", () => {
  assert.equal(encodeText("a|b^c&d~e\\f\rg\nh"), "a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f\\X0D\\g\\X0A\\h");
  assert.equal(decode(encodeText('""')), '""');
  assert.notEqual(encodeText('""'), '""');
});
