/**
 * One unambiguous encoding of a list of strings, used wherever a list is bound to a ciphertext or hashed under a key:
 * each field is its UTF-8 length (four bytes, big-endian) and its bytes, so that no two lists encode alike and no
 * separator can be smuggled in. Text that is not well-formed Unicode is refused, since UTF-8 would fold different
 * lone surrogates into the same bytes.
 */
import { WardError } from "@ward/core";

const LENGTH_BYTES = 4;
/** Of one UTF-16 code unit. */
const UTF8_BYTES_MAX = 3;

export function encodeFields(...fields: readonly string[]): Buffer {
  let most = 0;
  for (const field of fields) most += fieldMaxBytes(field);
  const encoded = Buffer.allocUnsafe(most);
  let at = 0;
  for (const field of fields) at = writeField(encoded, at, field);
  return encoded.subarray(0, at);
}

/** What `writeField` may need. */
export function fieldMaxBytes(field: string): number {
  return LENGTH_BYTES + field.length * UTF8_BYTES_MAX;
}

/** Writes one field's encoding at `at`, where `fieldMaxBytes` MUST be free, and answers where it ends. */
export function writeField(into: Buffer, at: number, field: string): number {
  if (!field.isWellFormed()) throw new WardError("invalid-request", { reason: "ill-formed-unicode" });
  const length = into.write(field, at + LENGTH_BYTES, "utf8");
  into[at] = length >>> 24;
  into[at + 1] = length >>> 16;
  into[at + 2] = length >>> 8;
  into[at + 3] = length;
  return at + LENGTH_BYTES + length;
}
