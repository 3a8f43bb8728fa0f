/**
 * Checkpoints as signed notes (C2SP signed-note and tlog-checkpoint), Ed25519. Others' tools read them, so nothing is
 * added to the format. A note is nothing until `openNote` has verified it.
 */
import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";
import { assert } from "@ward/core";

export interface Checkpoint {
  /** Which log this is. */
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

export interface NoteKey {
  /** Key name; a log's equals its origin. */
  readonly name: string;
  /** Raw 32-byte Ed25519 public key. */
  readonly publicKey: Uint8Array;
  /** Keys that signed under this name before. */
  readonly former?: readonly FormerKey[];
}

export interface FormerKey {
  readonly publicKey: Uint8Array;
  /** It speaks for no tree greater than this; absent while the change to the next key is under way. */
  readonly until?: number;
  /** While both sign. */
  readonly sign?: (message: Uint8Array) => Uint8Array;
}

const ED25519 = 0x01;
const NAME = /^[^\s+]+$/u;
const NOTE_MAX = 65_536;
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

/** The text that a checkpoint's signature covers. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${Buffer.from(root).toString("base64")}\n`;
}

/** Signed by the key, and by a former one that still signs. */
export function signNote(text: string, key: NoteKey & { sign(message: Uint8Array): Uint8Array }): string {
  assert(NAME.test(key.name), "a note's key name holds neither spaces nor plus signs");
  assert(text.endsWith("\n"), "a note's text ends in a newline");
  const { name, former = [] } = key;
  const line = (publicKey: Uint8Array, signature: Uint8Array): string =>
    `— ${name} ${Buffer.concat([keyId({ name, publicKey }), signature]).toString("base64")}\n`;
  const message = Buffer.from(text);
  const also = former.flatMap((one) => (one.sign ? [line(one.publicKey, one.sign(message))] : []));
  const lines = [line(key.publicKey, key.sign(message)), ...also];
  return `${text}\n${lines.join("")}`;
}

/** Whether a line under the key's name is of a key that is not known: the log has a newer key than this one. */
export function isSignedByStranger(note: string, { name, publicKey, former = [] }: NoteKey): boolean {
  const known = [publicKey, ...former.map((one) => one.publicKey)].map((raw) => keyId({ name, publicKey: raw }));
  return note.split("\n").some((line) => {
    if (!line.startsWith(`— ${name} `)) return false;
    const id = Buffer.from(line.slice(line.lastIndexOf(" ") + 1), "base64").subarray(0, 4);
    return !known.some((each) => each.equals(id));
  });
}

/** The text of a note that `key` signed; undefined where it is malformed, unsigned by the key, or altered. */
export function openNote(note: string, key: NoteKey): string | undefined {
  // eslint-disable-next-line no-control-regex -- the format forbids every control character but newline
  if (note.length > NOTE_MAX || /[\0-\t\v-\x1f]/.test(note) || !note.isWellFormed()) return undefined;
  const blank = note.lastIndexOf("\n\n");
  if (blank < 0 || !note.endsWith("\n")) return undefined;
  const text = note.slice(0, blank + 1);
  const lines = note.slice(blank + 2, -1).split("\n");
  let verified = false;
  for (const line of lines) {
    const [, name, encoded] = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line) ?? [];
    if (name === undefined || encoded === undefined) return undefined;
    const bytes = Buffer.from(encoded, "base64");
    // Signatures of others (witnesses) are not ours to judge.
    if (name !== key.name || !bytes.subarray(0, 4).equals(keyId(key))) continue;
    if (!verify(null, Buffer.from(text), publicKeyOf(key.publicKey), bytes.subarray(4))) return undefined;
    verified = true;
  }
  return verified ? text : undefined;
}

/** The checkpoint in a note that `key` signed for `origin`, or a former key while it might. */
export function openCheckpoint(note: string, key: NoteKey, origin: string): Checkpoint | undefined {
  const { name, former = [] } = key;
  const present = readCheckpoint(openNote(note, key), origin);
  if (present) return present;
  for (const { publicKey, until = Infinity } of former) {
    const checkpoint = readCheckpoint(openNote(note, { name, publicKey }), origin);
    if (checkpoint && checkpoint.size <= until) return checkpoint;
  }
  return undefined;
}

function readCheckpoint(text: string | undefined, origin: string): Checkpoint | undefined {
  const [first, size = "", root = ""] = text?.split("\n") ?? [];
  if (first !== origin || !/^(0|[1-9]\d{0,15})$/.test(size) || !/^[A-Za-z0-9+/]{43}=$/.test(root)) return undefined;
  const checkpoint = { origin, size: Number(size), root: Buffer.from(root, "base64") };
  // Extension lines are not ours: what Ward signs is exactly this text.
  return checkpointText(checkpoint) === text ? checkpoint : undefined;
}

/** `name+keyid+base64`: how others' tools are told a key. */
export function verifierKey(key: NoteKey): string {
  const encoded = Buffer.concat([Buffer.of(ED25519), key.publicKey]).toString("base64");
  return `${key.name}+${keyId(key).toString("hex")}+${encoded}`;
}

/** By the raw key, which its owner keeps: a log has one for years and opens several notes a second with it. */
const IDS = new WeakMap<Uint8Array, { readonly name: string; readonly id: Buffer }>();
const KEYS = new WeakMap<Uint8Array, KeyObject>();

function keyId({ name, publicKey }: NoteKey): Buffer {
  const known = IDS.get(publicKey);
  if (known?.name === name) return known.id;
  const hash = createHash("sha256").update(name).update(Buffer.of(0x0a, ED25519)).update(publicKey);
  const id = hash.digest().subarray(0, 4);
  IDS.set(publicKey, { name, id });
  return id;
}

function publicKeyOf(raw: Uint8Array): KeyObject {
  const known = KEYS.get(raw);
  if (known) return known;
  const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, raw]), format: "der", type: "spki" });
  KEYS.set(raw, key);
  return key;
}
