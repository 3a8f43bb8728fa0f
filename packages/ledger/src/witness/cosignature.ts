/**
 * Cosignatures over checkpoints (C2SP tlog-cosignature, Ed25519, `cosignature/v1`): a witness's word that, at a time, the
 * largest tree of this log it had seen extends all it saw before.
 */
import { createHash, createPublicKey, verify } from "node:crypto";
import { assert } from "@ward/core";
import type { NoteKey } from "../note.ts";

export interface CosignatureKey extends NoteKey {
  sign(message: Uint8Array): Uint8Array;
}

const COSIGNATURE_V1 = 0x04;
const SPKI_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

/** The signature line, without its newline, over a note's text. */
export function cosign(text: string, key: CosignatureKey, time: Date): string {
  const seconds = Math.floor(time.getTime() / 1_000);
  assert(seconds >= 0 && text.endsWith("\n"), "a cosignature covers a note's text and a time after 1970");
  const timestamp = Buffer.alloc(8);
  timestamp.writeBigUInt64BE(BigInt(seconds));
  const signature = key.sign(message(text, seconds));
  return `— ${key.name} ${Buffer.concat([cosignatureKeyId(key), timestamp, signature]).toString("base64")}`;
}

/** When the witness signed this text; undefined where the line is not its cosignature. */
export function openCosignature(line: string, text: string, key: NoteKey): Date | undefined {
  const [, name, encoded = ""] = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line) ?? [];
  const bytes = Buffer.from(encoded, "base64");
  if (name !== key.name || bytes.length !== 4 + 8 + 64 || !bytes.subarray(0, 4).equals(cosignatureKeyId(key))) {
    return undefined;
  }
  const seconds = Number(bytes.readBigUInt64BE(4));
  if (!Number.isSafeInteger(seconds * 1_000)) return undefined;
  const spki = { key: Buffer.concat([SPKI_PREFIX, key.publicKey]), format: "der", type: "spki" } as const;
  const isSigned = verify(null, message(text, seconds), createPublicKey(spki), bytes.subarray(12));
  return isSigned ? new Date(seconds * 1_000) : undefined;
}

/** A witness's verifier key: as a log's, of another type. */
export function cosignatureVerifierKey(key: NoteKey): string {
  const encoded = Buffer.concat([Buffer.of(COSIGNATURE_V1), key.publicKey]).toString("base64");
  return `${key.name}+${cosignatureKeyId(key).toString("hex")}+${encoded}`;
}

/** Undefined where it is not the one spelling of a witness's key. */
export function parseCosignatureVerifierKey(text: string): NoteKey | undefined {
  const [, name, encoded] = /^([^\s+]+)\+[0-9a-f]{8}\+([A-Za-z0-9+/]+={0,2})$/u.exec(text.trim()) ?? [];
  if (name === undefined || encoded === undefined) return undefined;
  const key = { name, publicKey: new Uint8Array(Buffer.from(encoded, "base64").subarray(1)) };
  return key.publicKey.length === 32 && cosignatureVerifierKey(key) === text.trim() ? key : undefined;
}

function message(text: string, seconds: number): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`);
}

function cosignatureKeyId({ name, publicKey }: NoteKey): Buffer {
  const hash = createHash("sha256").update(name).update(Buffer.of(0x0a, COSIGNATURE_V1)).update(publicKey);
  return hash.digest().subarray(0, 4);
}
