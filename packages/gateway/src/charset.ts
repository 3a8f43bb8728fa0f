/**
 * Bytes of an HL7 message to text, by the character set that MSH-18 declares (HL7 table 0211). INVARIANT: no byte is
 * replaced silently; what is not valid in the declared set is refused, since a changed name may be another patient.
 */
import { readHeader, type Hl7Location } from "@ward/core/hl7";

export type Decoded =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: "charset-unknown" | "bytes-invalid"; readonly location: Hl7Location };

/** WHATWG labels differ from ISO 8859 in 0x80-0x9F; Latin-1 is therefore read byte by byte. */
const ENCODINGS: ReadonlyMap<string, string> = new Map([
  ["", "utf-8"],
  ["UNICODE UTF-8", "utf-8"],
  ["UNICODE", "utf-8"],
  ["UTF-8", "utf-8"],
  ["ASCII", "ascii"],
  ["8859/1", "latin1"],
  ["8859/2", "iso-8859-2"],
  ["8859/3", "iso-8859-3"],
  ["8859/4", "iso-8859-4"],
  ["8859/5", "iso-8859-5"],
  ["8859/6", "iso-8859-6"],
  ["8859/7", "iso-8859-7"],
  ["8859/8", "iso-8859-8"],
  ["8859/9", "latin5"],
  ["8859/15", "iso-8859-15"],
]);

const CHARSET_FIELD: Hl7Location = { segment: "MSH", position: 1, field: 18 };

/** Absent MSH-18 is read as UTF-8, of which ASCII, the standard's default, is a part. */
export function decodeBytes(bytes: Uint8Array): Decoded {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const head = buffer.toString("latin1", 0, 10_000);
  const declared = (readHeader(head)?.charset[0] ?? "").trim().toUpperCase();
  const encoding = ENCODINGS.get(declared);
  if (encoding === undefined) return { ok: false, reason: "charset-unknown", location: CHARSET_FIELD };
  if (encoding === "latin1") return { ok: true, text: buffer.toString("latin1") };
  const invalid = { ok: false, reason: "bytes-invalid", location: CHARSET_FIELD } as const;
  if (encoding === "ascii") {
    return buffer.some((byte) => byte > 0x7f) ? invalid : { ok: true, text: buffer.toString("latin1") };
  }
  if (encoding === "latin5") return { ok: true, text: decodeLatin5(buffer) };
  try {
    return { ok: true, text: new TextDecoder(encoding, { fatal: true }).decode(buffer) };
  } catch {
    return invalid;
  }
}

/** ISO 8859-9 is Latin-1 but for six letters; the WHATWG label of that name means windows-1254. */
function decodeLatin5(buffer: Buffer): string {
  const letters: Readonly<Record<string, string>> = { Ð: "Ğ", Ý: "İ", Þ: "Ş", ð: "ğ", ý: "ı", þ: "ş" };
  return buffer.toString("latin1").replace(/[ÐÝÞðýþ]/g, (letter) => letters[letter] ?? letter);
}
