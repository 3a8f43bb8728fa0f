/** A text as the eye reads it: case, accents, compatibility forms and invisible characters gone, separators apart. */

export interface TextView {
  /** Folded, with its punctuation. */
  readonly folded: string;
  /** Words between single spaces, with one at each end: ` amara okafor `. */
  readonly words: string;
  /** As `words`, but letters that were spaced out are joined: `o k a f o r` → `okafor`. */
  readonly joined: string;
  /** Letters and digits only. */
  readonly squeezed: string;
  /** As `squeezed`, backwards. */
  readonly reversed: string;
}

/** A random UUID, which links are full of, and whose digits mean nothing. */
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/g;

export function viewText(text: string): TextView {
  const folded = fold(text);
  const words = toWords(folded.replace(UUID, " "));
  const squeezed = squeeze(folded);
  return {
    folded: folded.replace(UUID, " "),
    words,
    joined: words.replace(/ (?:[\p{L}\p{N}] ){3,}/gu, (run) => ` ${run.replaceAll(" ", "")} `),
    squeezed,
    reversed: Array.from(squeezed).reverse().join(""),
  };
}

export function fold(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/[\p{M}\p{Cf}[\p{Cc}--[\t\n\v\f\r]]]/gv, "")
    .toLowerCase()
    .replaceAll("ß", "ss")
    .replaceAll("ł", "l")
    .replaceAll("ø", "o")
    .replaceAll("æ", "ae")
    .replaceAll("œ", "oe")
    .replaceAll("đ", "d")
    .replaceAll("ı", "i");
}

export function toWords(folded: string): string {
  return ` ${folded.replace(/[^\p{L}\p{N}]+/gu, " ").trim()} `;
}

export function squeeze(folded: string): string {
  return folded.replace(/[^\p{L}\p{N}]+/gu, "");
}
