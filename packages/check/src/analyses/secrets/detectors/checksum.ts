/** Checks that token formats carry in themselves, so that a text of the right shape that was never a token is let be. */
import { crc32 } from "node:zlib";

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** GitHub's and npm's tokens: 30 random characters, then their CRC-32 in base 62 with 6 digits. */
export function hasBase62Checksum(random: string, checksum: string): boolean {
  return base62(crc32(random)) === checksum;
}

export function base62(number: number): string {
  let text = "";
  for (let rest = number; rest > 0; rest = Math.floor(rest / 62)) text = BASE62.charAt(rest % 62) + text;
  return text.padStart(6, "0");
}

/** A signed JSON Web Token (RFC 7519) that is no example and has not expired. */
export function isLivingJwt(token: string, now: Date): boolean {
  const [header = "", payload = "", signature = ""] = token.split(".");
  const [head, claims] = [decode(header), decode(payload)];
  if (typeof head?.["alg"] !== "string" || head["alg"].toLowerCase() === "none" || !claims) return false;
  if (signature.length < 20 || claims["sub"] === "1234567890") return false;
  const { exp } = claims;
  return typeof exp !== "number" || exp * 1000 > now.getTime();
}

function decode(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}

/** The body of a PEM block (RFC 7468): base64 of DER, or of OpenSSH's own format. */
export function isKeyBody(body: string): boolean {
  const base64 = body.replaceAll(/\\[nr]|[\s"'`+,;\\]/g, (junk) => (junk === "+" ? "+" : ""));
  if (base64.length < 60 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return false;
  const bytes = Buffer.from(base64.slice(0, 64), "base64");
  return bytes[0] === 0x30 || bytes.toString("latin1").startsWith("openssh-key-v1");
}
