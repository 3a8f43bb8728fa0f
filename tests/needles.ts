/**
 * Values of sample patients, and every form in which they could lie around: UTF-8, Latin-1, UTF-16, lower case, hex,
 * percent-encoded, JSON-escaped, and base64 at each of its three alignments.
 */

export interface Needle {
  readonly value: string;
  readonly form: string;
  readonly bytes: Buffer;
}

/** Short values would be found by chance in random bytes; 6 bytes are the least that say something. */
const NEEDLE_MIN_BYTES = 6;

export function needlesOf(value: string): readonly Needle[] {
  const utf8 = Buffer.from(value, "utf8");
  const forms: (readonly [string, Buffer])[] = [
    ["utf-8", utf8],
    ["latin-1", Buffer.from(value, "latin1")],
    ["utf-16", Buffer.from(value, "utf16le")],
    ["lower-case", Buffer.from(value.toLowerCase(), "utf8")],
    ["hex", Buffer.from(utf8.toString("hex"))],
    ["percent-encoded", Buffer.from(encodeURIComponent(value))],
    ["json-escaped", Buffer.from(JSON.stringify(value).slice(1, -1))],
  ];
  for (const shift of [0, 1, 2]) {
    const padded = Buffer.concat([Buffer.alloc(shift), utf8])
      .toString("base64")
      .replaceAll("=", "");
    // Characters that also depend on the neighbours' bits are left out.
    const inner = padded.slice(shift === 0 ? 0 : shift + 1, (shift + utf8.length) % 3 === 0 ? undefined : -1);
    forms.push([`base64+${shift}`, Buffer.from(inner)]);
    forms.push([`base64url+${shift}`, Buffer.from(inner.replaceAll("+", "-").replaceAll("/", "_"))]);
  }
  return forms.filter(([, bytes]) => bytes.length >= NEEDLE_MIN_BYTES).map(([form, bytes]) => ({ value, form, bytes }));
}

/** One pass over the haystack: a table of the needles' first four bytes says where to look closer. */
export function findNeedles(haystack: Buffer, needles: readonly Needle[]): readonly string[] {
  const starts = new Uint8Array(65_536);
  const byHead = new Map<number, Needle[]>();
  for (const needle of needles) {
    starts[needle.bytes.readUInt16BE(0)] = 1;
    const head = needle.bytes.readUInt32BE(0);
    byHead.set(head, [...(byHead.get(head) ?? []), needle]);
  }
  const found = new Set<string>();
  for (let at = 0; at + 4 <= haystack.length; at += 1) {
    if (starts[((haystack[at] ?? 0) << 8) | (haystack[at + 1] ?? 0)] === 0) continue;
    for (const { value, form, bytes } of byHead.get(haystack.readUInt32BE(at)) ?? []) {
      if (haystack.subarray(at, at + bytes.length).equals(bytes)) found.add(`${value} (${form})`);
    }
  }
  return [...found];
}
