/**
 * One unambiguous encoding of a list of strings, used wherever a list is bound to a ciphertext or hashed under a key:
 * each field is its UTF-8 length (four bytes, big-endian) and its bytes, so that no two lists encode alike and no
 * separator can be smuggled in. Text that is not well-formed Unicode is refused, since UTF-8 would fold different
 * lone surrogates into the same bytes.
 */
import { WardError } from "@ward/core";

const LENGTH_BYTES = 4;

export function encodeFields(...fields: readonly string[]): Buffer {
  let size = 0;
  for (const field of fields) {
    if (!field.isWellFormed()) throw new WardError("invalid-request", { reason: "ill-formed-unicode" });
    size += LENGTH_BYTES + Buffer.byteLength(field, "utf8");
  }
  const encoded = Buffer.alloc(size);
  let at = 0;
  for (const field of fields) {
    const length = encoded.write(field, at + LENGTH_BYTES, "utf8");
    encoded.writeUInt32BE(length, at);
    at += LENGTH_BYTES + length;
  }
  return encoded;
}
