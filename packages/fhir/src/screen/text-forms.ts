/**
 * The texts that a text may stand for: as it is, and percent-, HTML-entity-, escape-, base64- and hex-decoded, up to
 * three times over. Decoding is lenient, because who hides something need not follow a standard.
 */
const DEPTH_MAX = 3;
const FORMS_MAX = 64;
/** All forms together; beyond it the text is not screened but refused. */
const FORMS_MAX_CHARS = 8_000_000;

const NAMED_ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
};

/** Undefined where there are too many forms to look at. */
export function textForms(text: string): readonly string[] | undefined {
  const forms = new Set([text]);
  let size = text.length;
  let frontier = [text];
  for (let depth = 0; depth < DEPTH_MAX; depth++) {
    const next: string[] = [];
    for (const form of frontier) {
      for (const decode of DECODERS) {
        const decoded = decode(form);
        if (decoded === "" || forms.has(decoded)) continue;
        size += decoded.length;
        if (forms.size >= FORMS_MAX || size > FORMS_MAX_CHARS) return undefined;
        forms.add(decoded);
        next.push(decoded);
      }
    }
    frontier = next;
  }
  return [...forms];
}

/** Each answers the decoded text, or the empty string where there is nothing to decode. */
const DECODERS: readonly ((text: string) => string)[] = [
  (text) => (/%[0-9a-f]{2}/i.test(text) ? decodeBytes(text.replaceAll("+", " "), /(?:%[0-9a-f]{2})+/gi, "%") : ""),
  (text) => (/=[0-9a-f]{2}/i.test(text) ? decodeBytes(text.replace(/=\r?\n/g, ""), /(?:=[0-9a-f]{2})+/gi, "=") : ""),
  decodeEntities,
  decodeEscapes,
  (text) => decodeRuns(text.replace(/[\r\n]+/g, ""), /[A-Za-z0-9+/_-]{6,}/g, base64Readings),
  (text) => decodeRuns(text, /(?:(?:0x|\\x)?[0-9a-f]{2}[\s:.,-]{0,2}){4,}/gi, hexReadings),
];

function decodeBytes(text: string, pattern: RegExp, mark: string): string {
  return text.replace(pattern, (run) => Buffer.from(run.replaceAll(mark, ""), "hex").toString("utf8"));
}

function decodeEntities(text: string): string {
  if (!text.includes("&")) return "";
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,6}));?/gi, (whole, hex, decimal, name) => {
    const code = hex ? Number.parseInt(hex as string, 16) : decimal ? Number(decimal) : undefined;
    if (code !== undefined) return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    return NAMED_ENTITIES[(name as string).toLowerCase()] ?? whole;
  });
}

function decodeEscapes(text: string): string {
  if (!text.includes("\\")) return "";
  return text
    .replace(
      /\\u\{([0-9a-f]{1,6})\}|\\u([0-9a-f]{4})|\\x([0-9a-f]{2})/gi,
      (whole, ...groups: (string | undefined)[]) => {
        const code = Number.parseInt(groups.slice(0, 3).find((group) => group !== undefined) ?? "", 16);
        return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
      },
    )
    .replace(/\\([nrt"'\\/])/g, (_, letter: string) => ("nrt".includes(letter) ? " " : letter));
}

function decodeRuns(text: string, pattern: RegExp, readings: (run: string) => Buffer[]): string {
  const readable: string[] = [];
  for (const [run] of text.matchAll(pattern)) {
    for (const bytes of readings(run)) readable.push(...readableParts(bytes));
  }
  return readable.join("\n");
}

/** A run may begin inside other text: each of the four alignments is read. */
function base64Readings(run: string): Buffer[] {
  return [0, 1, 2, 3].map((offset) => Buffer.from(run.slice(offset), "base64url"));
}

function hexReadings(run: string): Buffer[] {
  const digits = run.replace(/0x|\\x|[^0-9a-f]/gi, "");
  return [Buffer.from(digits, "hex"), Buffer.from(digits.slice(1), "hex")];
}

/** Printable stretches of the bytes as UTF-8, and as UTF-16 where every other byte is zero. */
function readableParts(bytes: Buffer): string[] {
  const texts = [bytes.toString("utf8")];
  if (bytes.includes(0)) texts.push(bytes.toString("utf8").replaceAll("\0", ""));
  return texts.flatMap((text) => text.match(/[^\p{C}\uFFFD]{3,}/gu) ?? []);
}
