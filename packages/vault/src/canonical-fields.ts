/**
 * One unambiguous encoding of a list of strings, used wherever a list is bound to a ciphertext or hashed under a key:
 * each field is its UTF-8 length (four bytes, big-endian) and its bytes, so that no two lists encode alike and no
 * separator can be smuggled in. Text that is not well-formed Unicode is refused, since UTF-8 would fold different
 * lone surrogates into the same bytes.
 */
import { WardError } from "@ward/core";

export function encodeFields(...fields: readonly string[]): Buffer {
  const parts: Buffer[] = [];
  for (const field of fields) {
    if (!field.isWellFormed()) throw new WardError("invalid-request", { reason: "ill-formed-unicode" });
    const bytes = Buffer.from(field, "utf8");
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    parts.push(length, bytes);
  }
  return Buffer.concat(parts);
}
