/** Private keys in PEM (RFC 7468) and its kin, also where they stand in a string of code or JSON. */
import { privateKeyIsNotInFiles, valueIsNotInFiles } from "../facts.ts";
import { isKeyBody } from "./checksum.ts";
import type { Detector, Match, Place } from "./detector.ts";

const HINTS = ["PRIVATE KEY"];
const BODY = "(?<body>[A-Za-z0-9+/=\\s\\\\\"'`,]{60,16000}?)-----END";

function isKey({ groups }: Match): boolean {
  return isKeyBody(groups["body"] ?? "");
}

function withoutTests(match: Match, place: Place): boolean {
  return !place.isTest && isKey(match);
}

const PEM = `-----BEGIN (?:RSA |EC |DSA |OPENSSH )?PRIVATE KEY-----(?:\\\\n|\\\\r|\\s)?${BODY}`;

export const KEY_DETECTORS: readonly Detector[] = [
  {
    kind: "private-key",
    name: "private key",
    fact: privateKeyIsNotInFiles,
    pattern: new RegExp(PEM, "g"),
    hints: HINTS,
    accepts: withoutTests,
    shownMax: 0,
    isRandom: true,
  },
  {
    kind: "test-private-key",
    name: "private key among tests or examples",
    fact: valueIsNotInFiles,
    pattern: new RegExp(PEM, "g"),
    hints: HINTS,
    accepts: (match, { isTest }) => isTest && isKey(match),
    shownMax: 0,
    isRandom: true,
  },
  {
    kind: "encrypted-private-key",
    name: "private key under a password",
    fact: valueIsNotInFiles,
    pattern: new RegExp(`-----BEGIN ENCRYPTED PRIVATE KEY-----(?:\\\\n|\\s)?${BODY}`, "g"),
    hints: HINTS,
    accepts: withoutTests,
    shownMax: 0,
    isRandom: true,
  },
  {
    kind: "pgp-private-key",
    name: "PGP private key",
    fact: privateKeyIsNotInFiles,
    pattern:
      /-----BEGIN PGP PRIVATE KEY BLOCK-----(?:[^-]{0,400}?\n)?\s*\n(?<body>[A-Za-z0-9+/=\s]{200,60000}?)-----END/g,
    hints: HINTS,
    shownMax: 0,
    isRandom: true,
  },
];
