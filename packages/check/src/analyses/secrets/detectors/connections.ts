/** Passwords in addresses (RFC 3986 §3.2.1) and in the connection strings of databases. */
import { connectionHasNoPassword } from "../facts.ts";
import type { Detector, Match, Place } from "./detector.ts";
import { isPasswordLike, isPlaceholder } from "./plausible.ts";

/** Names that resolve nowhere (RFC 2606, RFC 6761), and this machine. */
const NOWHERE =
  /^(?:localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[?::1\]?|host|hostname|server|db|database|host\.docker\.internal|.*\.(?:example|invalid|test|localhost|local)|(?:.*\.)?example\.(?:com|org|net))$/i;
/** What everyone has who starts a database to try something. */
const TRIED =
  /^(?:postgres|postgresql|root|admin|user|username|guest|test|pass|passwd|password|secret|mysql|mongo|redis|minio|minioadmin|p@ss\w*|pw|pwd|me|foo|bar|x+|u|p|a|b|login|token|key|credentials)\d{0,3}$/i;

function isReal({ secret, groups }: Match, place: Place): boolean {
  const { user = "", host = "" } = groups;
  if (isPlaceholder(secret) || NOWHERE.test(host) || /[$%{}<>]/.test(secret.replaceAll(/%[0-9A-F]{2}/gi, "")))
    return false;
  if (TRIED.test(secret) || secret.toLowerCase() === user.toLowerCase()) return false;
  // A name without a dot is one of a test's own network, and a word for a password one that a test made up.
  return !place.isTest || (host.includes(".") && isPasswordLike(secret));
}

export const CONNECTION_DETECTORS: readonly Detector[] = [
  {
    kind: "address-with-password",
    name: "password in an address",
    fact: connectionHasNoPassword,
    pattern:
      /\b(?<scheme>[a-z][a-z0-9+.-]{1,20}):\/\/(?<user>[^\s:/@"'`<>(){}|\\,;?#]{0,80}):(?<secret>[^\s/@"'`<>(){}|\\,;?#]{3,200})@(?<host>[A-Za-z0-9.[\]-]{1,120})/g,
    hints: ["://"],
    accepts: isReal,
    shownMax: 0,
    isRandom: false,
  },
  {
    kind: "connection-string-with-password",
    name: "password in a connection string",
    fact: connectionHasNoPassword,
    pattern:
      /(?<![\w.])(?:Server|Data Source|Host)\s?=\s?(?<host>[\w.:,\\-]{1,120});[^"'`\n(){}]{0,200}?(?:Password|Pwd)\s?=\s?(?<secret>[^;"'`\s(){}[\]<>&|?=]{4,128})/gi,
    hints: ["assword", "ASSWORD", "wd=", "WD=", "wd ="],
    accepts: isReal,
    shownMax: 0,
    isRandom: false,
  },
];
