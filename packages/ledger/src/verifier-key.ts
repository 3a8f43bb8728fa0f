/** Verifier keys as text (C2SP signed-note): `name+keyid+base64(algorithm || key)`, how a log's key is handed around. */
import { type NoteKey, verifierKey } from "./note.ts";

/** Undefined where it is not the one spelling of an Ed25519 verifier key. */
export function parseVerifierKey(text: string): NoteKey | undefined {
  const [, name, encoded] = /^([^\s+]+)\+[0-9a-f]{8}\+([A-Za-z0-9+/]+={0,2})$/u.exec(text.trim()) ?? [];
  if (name === undefined || encoded === undefined) return undefined;
  const bytes = Buffer.from(encoded, "base64");
  const key = { name, publicKey: new Uint8Array(bytes.subarray(1)) };
  return bytes.length === 33 && verifierKey(key) === text.trim() ? key : undefined;
}
