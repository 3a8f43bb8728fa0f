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
const NOTHING = Buffer.alloc(0);

export function encodeFields(...fields: readonly string[]): Buffer {
  return writeFields(NOTHING, 0, fields);
}

/**
 * Writes the encoding behind the first `start` bytes of `into` and answers both together: a part of `into`, or a larger
 * copy where that is too small.
 */
export function writeFields(into: Buffer, start: number, fields: readonly string[]): Buffer {
  let most = start;
  for (const field of fields) {
    if (!field.isWellFormed()) throw new WardError("invalid-request", { reason: "ill-formed-unicode" });
    most += LENGTH_BYTES + field.length * UTF8_BYTES_MAX;
  }
  let encoded = into;
  if (most > into.length) {
    encoded = Buffer.allocUnsafe(most);
    into.copy(encoded, 0, 0, start);
  }
  let at = start;
  for (const field of fields) {
    const length = encoded.write(field, at + LENGTH_BYTES, "utf8");
    encoded.writeUInt32BE(length, at);
    at += LENGTH_BYTES + length;
  }
  return encoded.subarray(0, at);
}
