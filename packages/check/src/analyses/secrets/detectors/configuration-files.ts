/** Passwords and tokens where programs keep them by themselves: their places have a form of their own. */
import { privateKeyIsNotInFiles, tokenIsNotInFiles, valueIsNotInFiles } from "../facts.ts";
import { isKeyBody } from "./checksum.ts";
import type { Detector } from "./detector.ts";
import { isPasswordLike, isPlaceholder, isRandomValue } from "./plausible.ts";

/** `user:password` in base64, as npm, Docker and HTTP's Basic scheme (RFC 7617) write it. */
export function isUserAndPassword(base64: string): boolean {
  const plain = Buffer.from(base64, "base64").toString("latin1");
  const colon = plain.indexOf(":");
  return /^[\x20-\x7e]+$/.test(plain) && colon > 0 && isSecret(plain.slice(colon + 1));
}

function isSecret(text: string): boolean {
  return isPasswordLike(text) || isRandomValue(text);
}

function isBase64Of(text: string): boolean {
  return isSecret(Buffer.from(text, "base64").toString("latin1"));
}

export const CONFIGURATION_DETECTORS: readonly Detector[] = [
  {
    kind: "npmrc-token",
    name: "token for a package registry",
    fact: tokenIsNotInFiles,
    pattern: /:_authToken[ \t]{0,4}=[ \t]{0,4}["']?(?<secret>[^\s"'${}]{16,512})/g,
    hints: [":_authToken"],
    accepts: ({ secret }) => isRandomValue(secret) || /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(secret),
    shownMax: 0,
    isRandom: true,
  },
  {
    kind: "npmrc-password",
    name: "password for a package registry",
    fact: tokenIsNotInFiles,
    pattern:
      /(?:^|:)(?<field>_auth|_password)[ \t]{0,4}=[ \t]{0,4}["']?(?<secret>[A-Za-z0-9+/]{8,512}={0,2})["']?[ \t]{0,4}\r?$/gm,
    hints: ["_auth", "_password"],
    files: /(?:^|\/)\.npmrc$/,
    accepts: ({ secret, groups }) => (groups["field"] === "_auth" ? isUserAndPassword(secret) : isBase64Of(secret)),
    shownMax: 0,
    isRandom: false,
  },
  {
    kind: "docker-login",
    name: "login for a container registry",
    fact: tokenIsNotInFiles,
    pattern: /"auth"\s{0,4}:\s{0,4}"(?<secret>[A-Za-z0-9+/]{12,2000}={0,2})"/g,
    hints: ['"auth"'],
    files: /(?:^|\/)(?:\.docker\/config\.json|\.dockercfg|[\w.-]*docker[\w.-]*\.json)$/,
    accepts: ({ secret }) => isUserAndPassword(secret),
    shownMax: 0,
    isRandom: false,
  },
  {
    kind: "netrc-password",
    name: "password of .netrc",
    fact: valueIsNotInFiles,
    pattern: /\blogin\s{1,4}\S{1,120}\s{1,40}password\s{1,4}(?<secret>\S{6,200})/g,
    hints: ["password"],
    files: /(?:^|\/)[._]netrc$/,
    accepts: ({ secret }) => !isPlaceholder(secret),
    shownMax: 0,
    isRandom: false,
  },
  {
    kind: "pgpass-password",
    name: "password of .pgpass",
    fact: valueIsNotInFiles,
    pattern: /^[^:#\s]{1,120}:(?:\d{2,5}|\*):[^:\s]{1,80}:[^:\s]{1,80}:(?<secret>\S{4,200})$/gm,
    hints: [":"],
    files: /(?:^|\/)\.?pgpass(?:\.conf)?$/,
    accepts: ({ secret }) => !isPlaceholder(secret),
    shownMax: 0,
    isRandom: false,
  },
  {
    kind: "kubeconfig-key",
    name: "client key of a kubeconfig",
    fact: privateKeyIsNotInFiles,
    pattern: /client-key-data:[ \t]{0,4}(?<secret>[A-Za-z0-9+/]{80,8000}={0,2})/g,
    hints: ["client-key-data:"],
    accepts: ({ secret }) => {
      const pem = Buffer.from(secret, "base64").toString("latin1");
      return (
        /-----BEGIN (?:RSA |EC )?PRIVATE KEY-----/.test(pem) && isKeyBody(pem.replaceAll(/-----[^-]{1,40}-----/g, ""))
      );
    },
    shownMax: 0,
    isRandom: true,
  },
  {
    kind: "aws-session-token",
    name: "AWS session token",
    fact: tokenIsNotInFiles,
    pattern: /aws_?session_?token["'`]?\s{0,3}(?:=>|[:=])\s{0,3}["'`]?(?<secret>[A-Za-z0-9/+]{100,2000}={0,2})/gi,
    hints: ["oken", "OKEN"],
    accepts: ({ secret }) => !isPlaceholder(secret),
    shownMax: 0,
    isRandom: true,
  },
];
