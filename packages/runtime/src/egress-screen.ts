/**
 * What the disclosure screen must read of a request on its way out: URL, headers and body, each also in the form a
 * receiver would read after undoing the encodings that HTTP and JSON offer. What can't be read can't be screened and
 * is refused: other content codings, binary bodies, compressed data in base64.
 */
import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";

export interface Outgoing {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const DECODERS: Readonly<Record<string, (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>>> = {
  gzip: promisify(gunzip),
  "x-gzip": promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

/** Base64 of the magic numbers of gzip, zlib and zip at the start of a run, followed by enough to hold something. */
const COMPRESSED_BASE64 = /(?<![A-Za-z0-9+/_-])(?:H4sI|eJ[w-z]|eA[E-H]|eN[o-r]|eF[4-7]|UEsD)[A-Za-z0-9+/_-]{16,}/;

/** The text to screen, or undefined where the request can't be read. */
export async function readableText(outgoing: Outgoing, sizeMaxBytes: number): Promise<string | undefined> {
  const body = await decodeBody(outgoing, sizeMaxBytes);
  if (body === undefined) return undefined;
  const url = `${outgoing.url.pathname}${outgoing.url.search}`;
  const headers = Object.entries(outgoing.headers).map(([name, value]) => `${name}: ${value}`);
  const plain = [url, ...headers, body];
  // What reads the same either way is looked at once: the screen's work grows with the text.
  const text = [...new Set([...plain, ...plain.map(undoPercent), ...jsonTexts(body)])].join("\n");
  return COMPRESSED_BASE64.test(text) ? undefined : text;
}

async function decodeBody({ headers, body }: Outgoing, sizeMaxBytes: number): Promise<string | undefined> {
  const codings = (headers["content-encoding"] ?? "").split(",").map((coding) => coding.trim().toLowerCase());
  let bytes = body;
  try {
    // Applied in the order listed, so undone from the last (RFC 9110 §8.4).
    for (const coding of codings.toReversed()) {
      if (coding === "" || coding === "identity") continue;
      const decode = Object.hasOwn(DECODERS, coding) ? DECODERS[coding] : undefined;
      if (decode === undefined) return undefined;
      bytes = await decode(bytes, { maxOutputLength: sizeMaxBytes });
    }
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    // Text in UTF-16 is valid UTF-8 with a NUL beside every letter.
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}

function undoPercent(text: string): string {
  return text.replaceAll("+", " ").replace(/(?:%[0-9a-f]{2})+/gi, (run) => {
    return Buffer.from(run.replaceAll("%", ""), "hex").toString("utf8");
  });
}

/**
 * The strings of a JSON body with their escapes undone: `\u0041` must not hide an A. And the values in a row, forwards
 * and backwards: two members of one message must not hide the halves of a number.
 */
function jsonTexts(body: string): readonly string[] {
  const texts: string[] = [];
  const values: string[] = [];
  try {
    JSON.parse(body, (key, value: unknown) => {
      texts.push(...unlike(key, body));
      if (typeof value === "string") texts.push(...unlike(value, body));
      if (typeof value === "string" || typeof value === "number") values.push(String(value));
      return value;
    });
    if (values.length > 1) texts.push(values.join(" "), values.toReversed().join(" "));
  } catch {
    return [body.replace(/\\u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))];
  }
  return texts;
}

/** The readings of a string that do not stand in the body between quotes already, where the screen sees them as words. */
function unlike(value: string, body: string): readonly string[] {
  return [value, undoPercent(value)].filter((reading) => !body.includes(`"${reading}"`));
}
