/** Whether a text is a secret by its looks: random enough, and no placeholder, name, digest or reference to one. */

const PLACEHOLDER =
  /example|sample|dummy|fake|mock|placeholder|change[-_]?me|replace|your[-_]?|insert|redacted|not[-_]?a[-_]?real|test[-_]?only|invalid|x{4,}|\*{3,}|\.{3}|<[^>]*>|deadbeef|0123456|1234567|abcdef|qwerty|lorem|foobar/i;
/** What stands for a value that comes from elsewhere. */
const REFERENCE =
  /\$\{|\$\(|\{\{|%[sd({]|#\{|^\$|^@|^!|process\.env|os\.environ|^env[.:(]|secretsmanager|ssm:|^vault:|^op:\/\/|^arn:|^ref\+|^projects\/|::/i;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const DIGEST = /^(?:sha\d+[-:]|md5[-:]|[0-9a-f]{32}$|[0-9a-f]{40}$|[0-9a-f]{64}$)/i;
const ADDRESS = /^(?:[a-z][a-z0-9+.-]*:\/\/|\/|\.{1,2}\/|urn:|[\w.+-]+@[\w-]+\.)/i;
/** Runs of one character, or of a few in turn. */
const MONOTONE = /(.)\1{5,}|(.{2,4})\2{3,}/;

/** Neither a letter of any script nor a figure. */
const MARK = /[^\p{L}\p{N}]/u;

/** Bits a character, by how often each occurs in it. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/** Made up to stand for a secret, or standing for one that is elsewhere. */
export function isPlaceholder(text: string): boolean {
  return PLACEHOLDER.test(text) || REFERENCE.test(text) || MONOTONE.test(text) || new Set(text).size < 5;
}

/** A token or key without a shape of its own: long, mixed and random. */
export function isRandomValue(text: string): boolean {
  if (text.length < 16 || isPlaceholder(text) || UUID.test(text) || ADDRESS.test(text) || isWords(text)) return false;
  if (!/\d/.test(text) || !/[a-z]/i.test(text)) return false;
  if (/^[0-9a-f]+$/i.test(text)) return text.length >= 32 && entropyOf(text) >= 3;
  return entropyOf(text) >= (text.length >= 24 ? 3.6 : 3.3);
}

/** A digest of something has the looks of a key; whether it is one shows in its name alone. */
export function isDigest(text: string): boolean {
  return DIGEST.test(text);
}

/** What a person thought of as a password: no word by itself, no name of something. */
export function isPasswordLike(text: string): boolean {
  if (text.length < 8 || isPlaceholder(text) || UUID.test(text) || ADDRESS.test(text) || isWords(text)) return false;
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\d/, MARK].filter((kind) => kind.test(text)).length;
  return kinds >= 2 && /\p{L}/u.test(text) && (/\d/.test(text) || MARK.test(text)) && entropyOf(text) >= 2.7;
}

/** `laboratory-token`, `userPassword2`, `app.settings.secret`, `MY_SECRET`: a name of something, not its value. */
function isWords(text: string): boolean {
  const parts = text.split(/[-_.:/\s]+|(?<=[a-z])(?=[A-Z])/);
  return parts.every((part) => /^(?:\p{Ll}{2,}|\p{Lu}{2,}|\p{Lu}\p{Ll}+|\d{1,4}|\p{L}{3,16}\d{0,2})?$/u.test(part));
}
