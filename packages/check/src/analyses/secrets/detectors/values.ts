/** Values without a shape of their own that are called a secret where they are written, and look like one. */
import { valueIsNotInFiles } from "../facts.ts";
import { isUserAndPassword } from "./configuration-files.ts";
import type { Detector, Match, Place } from "./detector.ts";
import { isDigest, isPasswordLike, isRandomValue } from "./plausible.ts";

/** The name ends in one of these, so that `tokenUrl`, `passwordField` and `secretName` are others. */
const CALLED =
  "(?:secret|token|passw(?:or)?d|passphrase|pwd|api[_-]?key|access[_-]?key|secret[_-]?key|private[_-]?key|signing[_-]?key|encryption[_-]?key|master[_-]?key|auth[_-]?key|credentials?)";
const PASSWORD = /(?:passw(?:or)?d|passphrase|pwd)$/i;
/** Names of names and of what everyone may see. */
const HARMLESS =
  /(?:csrf|xsrf|public|next|page|continuation|cancel(?:lation)?|abort|idempotency|sync|cursor|client[_-]?request|design|css|theme|color|lexer|syntax|parser|cache|partition|sort|primary|foreign|object|row|i18n|label|aria|test|mask(?:ed)?|hash(?:ed)?|old|wrong|bad|invalid)[_.-]?\w{0,8}$/i;
const NAME_BEFORE = /[A-Za-z0-9_.-]{0,48}$/;
const CONFIGURATION =
  /(?:^|\/)(?:\.env[\w.-]*|Dockerfile[\w.-]*|[\w.-]+\.(?:env|ini|cfg|conf|config|properties|ya?ml|toml|tfvars|sh))$/;
const LINE_MAX = 2000;
const HINTS = [
  "ecret",
  "ECRET",
  "oken",
  "OKEN",
  "assw",
  "ASSW",
  "assphrase",
  "ASSPHRASE",
  "wd",
  "WD",
  "key",
  "Key",
  "KEY",
  "redential",
  "REDENTIAL",
];

function isSecret(match: Match, { path, text }: Place): boolean {
  const { secret, groups, index } = match;
  const name = (NAME_BEFORE.exec(text.slice(Math.max(0, index - 48), index))?.[0] ?? "") + (groups["name"] ?? "");
  const prefix = name.slice(0, name.length - (groups["name"] ?? "").length);
  if (HARMLESS.test(prefix) || /^(?:no|is|has|not)[A-Z_]/.test(name) || isOnLongLine(text, index)) return false;
  if (PASSWORD.test(name)) return isPasswordLike(secret);
  if (/\.(?:tsx?|jsx?|mjs|cjs)$/.test(path) && isIdentifier(secret)) return false;
  return isRandomValue(secret) && !(isDigest(secret) && /(?:hash|digest|checksum|sum|etag|commit|rev)/i.test(prefix));
}

/** `t("auth.token")`, `"camelCaseName"`: what code calls things. */
function isIdentifier(text: string): boolean {
  return /^[a-z]+(?:[A-Z][a-z]+)*\d?$/.test(text);
}

/** Minified code has names for tokens of a grammar. */
function isOnLongLine(text: string, index: number): boolean {
  const start = text.lastIndexOf("\n", index);
  const end = text.indexOf("\n", index);
  return (end < 0 ? text.length : end) - start > LINE_MAX;
}

export const VALUE_DETECTORS: readonly Detector[] = [
  {
    kind: "assigned-value",
    name: "value that is called a secret",
    fact: valueIsNotInFiles,
    pattern: new RegExp(
      `(?<name>${CALLED})["'\`\\]]{0,2}\\s{0,3}(?:=>|:=|:\\s?(?:string\\s?=)?|={1,1})\\s{0,3}(?<quote>["'\`])(?<secret>[^"'\`\\s\\\\]{8,256})\\k<quote>`,
      "gi",
    ),
    hints: HINTS,
    accepts: isSecret,
    shownMax: 0,
    isRandom: false,
    skipsTests: true,
  },
  {
    kind: "configured-value",
    name: "value that is called a secret",
    fact: valueIsNotInFiles,
    pattern: new RegExp(
      `^[ \\t]{0,40}(?:export[ \\t]{1,4}|ENV[ \\t]{1,4}|-[ \\t]{1,4})?[\\w.-]{0,48}?(?<name>${CALLED})[ \\t]{0,8}[:=][ \\t]{0,8}(?<secret>[^\\s#"'\`,;{}()[\\]]{8,256})[ \\t]{0,8}\\r?$`,
      "gim",
    ),
    hints: HINTS,
    files: CONFIGURATION,
    accepts: isSecret,
    shownMax: 0,
    isRandom: false,
    skipsTests: true,
  },
  {
    kind: "authorization-header",
    name: "credentials of an Authorization header",
    fact: valueIsNotInFiles,
    pattern:
      /authorization["'`\]]{0,2}\s{0,3}[:=,]\s{0,3}["'`](?<scheme>Basic|Bearer)\s{1,2}(?<secret>[A-Za-z0-9+/=._~-]{16,512})["'`]/gi,
    hints: ["uthorization", "UTHORIZATION"],
    accepts: ({ secret, groups }) =>
      /basic/i.test(groups["scheme"] ?? "") ? isUserAndPassword(secret) : isRandomValue(secret),
    shownMax: 0,
    isRandom: false,
    skipsTests: true,
  },
];
