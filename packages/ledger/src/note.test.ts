import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { makeSigner, ORIGIN } from "./fixtures.ts";
import { checkpointText, type NoteKey, openCheckpoint, openNote, signNote, verifierKey } from "./note.ts";
import { EMPTY_ROOT } from "./tree.ts";

interface Vectors {
  readonly notes: readonly { verifierKey: string; text: string; note: string }[];
  readonly verifierKeys: readonly string[];
}

const vectors = JSON.parse(
  readFileSync(new URL("../../../conformance/ledger/signed-notes.json", import.meta.url), "utf8"),
) as Vectors;

function readKey(text: string): NoteKey {
  const [name = "", , ...encoded] = text.split("+");
  return { name, publicKey: Buffer.from(encoded.join("+"), "base64").subarray(1) };
}

test("opens notes that other implementations signed", () => {
  for (const { verifierKey: key, text, note } of vectors.notes) assert.equal(openNote(note, readKey(key)), text);
});

test("names keys as other implementations do", () => {
  for (const key of vectors.verifierKeys) assert.equal(verifierKey(readKey(key)), key);
});

test("refuses a note with any byte of it changed", () => {
  const [vector] = vectors.notes;
  assert.ok(vector);
  const key = readKey(vector.verifierKey);
  const bytes = Buffer.from(vector.note);
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    // The last characters of base64 carry bits that no byte keeps.
    const opened = openNote(changed.toString("utf8"), key);
    if (opened !== undefined) assert.equal(opened, vector.text);
    if (at < Buffer.byteLength(vector.text)) assert.equal(opened, undefined, `byte ${at}`);
  }
});

test("refuses another log's key, a key of another name, a missing signature and trailing text", () => {
  const signer = makeSigner();
  const note = signNote(checkpointText({ origin: ORIGIN, size: 3, root: EMPTY_ROOT }), signer);
  assert.equal(openCheckpoint(note, signer, ORIGIN)?.size, 3);
  assert.equal(openNote(note, makeSigner()), undefined);
  assert.equal(openNote(note, { ...signer, name: "other.example/ledger" }), undefined);
  assert.equal(openNote(note.split("—")[0] ?? "", signer), undefined);
  assert.equal(openNote(`${note}more\n`, signer), undefined);
  assert.equal(openCheckpoint(note, signer, "other.example/ledger"), undefined);
});

test("takes a note that a witness has signed as well", () => {
  const signer = makeSigner();
  const text = checkpointText({ origin: ORIGIN, size: 3, root: EMPTY_ROOT });
  const witness = signNote(text, makeSigner("witness.example")).split("\n\n")[1] ?? "";
  assert.equal(openCheckpoint(`${signNote(text, signer)}${witness}`, signer, ORIGIN)?.size, 3);
});

test("refuses sizes and roots that are not in their one form", () => {
  const signer = makeSigner();
  const root = EMPTY_ROOT.toString("base64");
  for (const text of [`${ORIGIN}\n03\n${root}\n`, `${ORIGIN}\n-1\n${root}\n`, `${ORIGIN}\n3\n${root}\nextension\n`]) {
    assert.equal(openCheckpoint(signNote(text, signer), signer, ORIGIN), undefined);
  }
});
